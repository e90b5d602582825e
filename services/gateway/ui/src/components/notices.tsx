import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Problem } from "~/api/problem";
import { useLocale } from "~/text/locale";
import styles from "./notices.module.css";

/** Which part of a refusal is shown: its title, its detail (the title where it has none), both, or both and what each field lacks. */
export type FailurePart = "title" | "detail" | "both" | "fields";

export function failureText(error: Error, part: FailurePart, noAnswer: string): string {
  if (!(error instanceof Problem)) return noAnswer;
  switch (part) {
    case "title":
      return error.message;
    case "detail":
      return error.detail || error.message;
    case "both":
      return [error.message, error.detail].filter(Boolean).join(": ");
    case "fields":
      return [error.message, error.detail, ...Object.entries(error.fields).map(([field, detail]) => `${field}: ${detail}`)].filter(Boolean).join(" · ");
  }
}

/** How a failed call is put into words; a call without an answer has words of its own. */
export function useFailureText(): (error: Error, part: FailurePart) => string {
  const { text } = useLocale();
  return (error, part) => failureText(error, part, text.shell.noAnswer);
}

interface Undo {
  label: string;
  run: () => unknown;
}

interface Notices {
  showDone: (message: string) => void;
  /** The same with a way back, which stays for 15 s. A failure of `run` that it lets through is shown. */
  showUndo: (message: string, undo: Undo) => void;
  showFailure: (error: Error, part: FailurePart) => void;
}

export function useNotices(): Notices {
  const { text } = useLocale();
  const textOf = useFailureText();
  const closeButtonProps = { "aria-label": text.shell.close };
  const showFailure: Notices["showFailure"] = (error, part) => void notifications.show({ color: "red", message: textOf(error, part), closeButtonProps });
  return {
    showFailure,
    showDone: (message) => void notifications.show({ color: "ink", autoClose: 5_000, message, closeButtonProps }),
    showUndo: (message, { label, run }) => {
      const id = notifications.show({
        color: "ink",
        autoClose: 15_000,
        closeButtonProps,
        message: (
          <div className={styles["offer"]}>
            {message}
            <Button
              onClick={() => {
                notifications.hide(id);
                Promise.resolve(run()).catch((error: Error) => showFailure(error, "title"));
              }}
            >
              {label}
            </Button>
          </div>
        ),
      });
    },
  };
}
