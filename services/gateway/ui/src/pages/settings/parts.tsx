import { Button, CopyButton, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { NoAnswer, Problem } from "~/api/client";
import type { Text } from "~/text/table";
import { useReader } from "~/text/reader";
import styles from "./Settings.module.css";

interface SectionProps {
  title: string;
  lead: string;
  children: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
}

export function Part({ title, lead, actions, children }: SectionProps) {
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

/** Something that is shown this once: to be copied, or selected where a page may not copy. */
export function Secret({ label, lead, value }: { label: string; lead: string; value: string }) {
  const { text } = useReader();
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
          {({ copied, copy }) => <Button onClick={copy}>{copied ? text.settings.copied : text.settings.copy}</Button>}
        </CopyButton>
      )}
    </div>
  );
}

/** Say what is done and, where there is one, offer the way back. */
export function tellDone(message: string, text: Text, undo?: () => Promise<unknown>): void {
  const id = notifications.show({
    color: "ink",
    autoClose: undo === undefined ? 5_000 : 12_000,
    closeButtonProps: { "aria-label": text.shell.close },
    message: (
      <div className={styles["told"]}>
        {message}
        {undo !== undefined && (
          <Button
            onClick={() => {
              notifications.hide(id);
              undo().catch((error: unknown) => notifications.show({ color: "red", message: refusalOf(error, text) }));
            }}
          >
            {text.settings.undo}
          </Button>
        )}
      </div>
    ),
  });
}

export function tellRefused(error: unknown, text: Text): void {
  notifications.show({ color: "red", message: refusalOf(error, text), closeButtonProps: { "aria-label": text.shell.close } });
}

/** What a server refused, as it says it; silence by our own words. */
export function refusalOf(error: unknown, text: Text): string {
  if (error instanceof NoAnswer) return text.shell.noAnswer;
  if (error instanceof Problem) return error.detail || error.message;
  return text.settings.notDone;
}
