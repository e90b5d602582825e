import { useTitle } from "~/components/title";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import { Drop } from "./Drop";
import { Earlier } from "./Earlier";
import styles from "./Import.module.css";
import { Mapping } from "./Mapping";
import { useWork } from "./work";

/** A file and what its columns mean; until there is one, what was imported before. */
export function Import() {
  const words = useTexts(imports);
  const { file } = useWork();
  useTitle(words.title);
  if (file !== null) return <Mapping file={file} />;
  return (
    <>
      <div className={styles["head"]}>
        <h1>{words.title}</h1>
      </div>
      <p className={styles["lead"]}>{words.lead}</p>
      <Drop />
      <Earlier />
    </>
  );
}
