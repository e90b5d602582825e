import { Button, CopyButton, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { NoAnswer, Problem } from "~/api/problem";
import { settings } from "~/text/settings";
import { useLocale, useTexts } from "~/text/locale";
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

interface Telling {
  /** Say what is done and, where there is one, offer the way back. */
  tellDone: (message: string, undo?: () => Promise<unknown>) => void;
  tellRefused: (error: unknown) => void;
  /** What a server refused, as it says it; silence by our own words. */
  refusalOf: (error: unknown) => string;
}

export function useTelling(): Telling {
  const { text } = useLocale();
  const words = useTexts(settings);
  const closeButtonProps = { "aria-label": text.shell.close };
  const refusalOf = (error: unknown) => {
    if (error instanceof NoAnswer) return text.shell.noAnswer;
    return error instanceof Problem ? error.detail || error.message : words.notDone;
  };
  const tellRefused = (error: unknown) => void notifications.show({ color: "red", message: refusalOf(error), closeButtonProps });
  const tellDone = (message: string, undo?: () => Promise<unknown>) => {
    const id = notifications.show({
      color: "ink",
      autoClose: undo === undefined ? 5_000 : 12_000,
      closeButtonProps,
      message: (
        <div className={styles["told"]}>
          {message}
          {undo !== undefined && (
            <Button
              onClick={() => {
                notifications.hide(id);
                undo().catch(tellRefused);
              }}
            >
              {words.undo}
            </Button>
          )}
        </div>
      ),
    });
  };
  return { tellDone, tellRefused, refusalOf };
}
