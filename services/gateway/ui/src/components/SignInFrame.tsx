import type { FormEvent, ReactNode } from "react";
import { Alert } from "@mantine/core";
import { useLocale } from "~/text/locale";
import styles from "./SignInFrame.module.css";
import { TierMark } from "./marks";

interface SignInFrameProps {
  title: string;
  lead?: string;
  failure: string | null;
  onSubmit: () => void;
  children: ReactNode;
}

/** The frame of the pages for signing in and for setting up. */
export function SignInFrame({ title, lead, failure, onSubmit, children }: SignInFrameProps) {
  const { text } = useLocale();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <main className={styles["frame"]}>
      <div className={styles["box"]}>
        <div className={styles["brand"]}>
          <TierMark tier="strategic" size={18} />
          {text.shell.name}
        </div>
        <form className={`panel ${styles["form"]}`} onSubmit={submit}>
          <h1>{title}</h1>
          {lead !== undefined && <p className="quiet">{lead}</p>}
          {failure !== null && (
            <Alert color="red" role="alert" variant="outline">
              {failure}
            </Alert>
          )}
          {children}
        </form>
      </div>
    </main>
  );
}
