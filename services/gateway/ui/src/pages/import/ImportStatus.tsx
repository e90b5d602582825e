import type { Schemas } from "~/api/client";
import { VerdictMark } from "~/components/VerdictMark";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import styles from "./Import.module.css";

const SIGNS = { queued: "open", running: "open", done: "good", failed: "bad", cancelled: "left" } as const;

/** The status of an import, as a mark and a word. */
export function ImportStatus({ job }: { job: Pick<Schemas["ImportSummary"], "status"> }) {
  const words = useTexts(imports);
  return (
    <span className={styles["status"]}>
      <VerdictMark is={SIGNS[job.status]} />
      {words.state[job.status]}
    </span>
  );
}
