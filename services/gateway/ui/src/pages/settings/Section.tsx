import { Button, CopyButton, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import styles from "./Settings.module.css";

interface SectionProps {
  title: string;
  lead: string;
  children: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
}

export function Section({ title, lead, actions, children }: SectionProps) {
  return (
    <section className={styles["part"]}>
      <div className={styles["partHead"]}>
        <div>
          <h2>{title}</h2>
          <p className="quiet">{lead}</p>
        </div>
        {actions !== undefined && <div className={styles["partActions"]}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** A secret that is shown once, with a button to copy it where the browser allows that. */
export function Secret({ label, lead, value }: { label: string; lead: string; value: string }) {
  const words = useTexts(settings);
  return (
    <div className={styles["secret"]}>
      <TextInput
        label={label}
        description={lead}
        value={value}
        readOnly
        data-autofocus
        classNames={{ input: styles["secretValue"] }}
        onFocus={(event) => event.currentTarget.select()}
      />
      {navigator.clipboard !== undefined && (
        <CopyButton value={value}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>}
        </CopyButton>
      )}
    </div>
  );
}
