import { Alert, Button, Modal } from "@mantine/core";
import { unwrap } from "~/api/client";
import { NoAnswer } from "~/api/problem";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { useFailureText } from "~/components/notices";
import { useLocale, useTexts } from "~/text/locale";
import { rating as ratingTexts } from "~/text/rating";
import type { Progress } from "./answers";
import styles from "./rating.module.css";
import type { Access, AnswerSheet } from "./answerSheet";

interface SubmitDialogProps {
  card: Card;
  access: Access;
  sheet: AnswerSheet;
  progress: Progress;
  onClose: () => void;
  onSubmitted: (card: Card) => void;
  onLacking: () => void;
}

/** Says what submitting leaves out, before it closes the side. */
export function SubmitDialog({ card, access, sheet, progress, onClose, onSubmitted, onLacking }: SubmitDialogProps) {
  const { text } = useLocale();
  const words = useTexts(ratingTexts);
  const { asked, answered, lacking } = progress;
  const others = (card.content?.raters ?? []).filter((rater) => rater.rater_id !== access.who && !rater.is_finished);
  const submitting = useChange({
    run: () => unwrap(access.api.POST("/api/v1/scorecards/{scorecard_id}/submission", { params: { path: { scorecard_id: card.id } } })),
    onDone: onSubmitted,
  });
  const submit = async () => {
    if (await sheet.flush()) submitting.mutate();
  };
  const unanswered = asked - answered - lacking.length;
  const isUnsaved = sheet.saving.is !== "saved" && sheet.saving.is !== "saving";
  const failureText = useFailureText();
  return (
    <Modal opened onClose={onClose} title={words.submitTitle} closeButtonProps={{ "aria-label": text.shell.close }}>
      <div className={styles["dialog"]}>
        <p>{words.submitLead}</p>
        {answered === 0 && lacking.length === 0 && <p>{words.nothing}</p>}
        {unanswered > 0 && answered > 0 && <p>{words.unanswered(unanswered)}</p>}
        {others.length > 0 && <p>{words.leftOut(others.map((rater) => rater.name ?? words.outside).join(", "))}</p>}
        {lacking.length > 0 && (
          <Alert color="red" variant="outline" role="alert">
            {words.lacking(lacking.length)}
          </Alert>
        )}
        {isUnsaved && (
          <Alert color="red" variant="outline" role="alert">
            {words.notSent}
          </Alert>
        )}
        {submitting.error !== null && (
          <Alert color="red" variant="outline" role="alert" title={submitting.error instanceof NoAnswer ? undefined : words.failed}>
            {failureText(submitting.error, "both")}
          </Alert>
        )}
        <div className={styles["foot"]}>
          <Button onClick={onClose}>{words.cancel}</Button>
          {lacking.length > 0 ? (
            <Button variant="filled" data-autofocus onClick={onLacking}>
              {words.toComment}
            </Button>
          ) : (
            <Button variant="filled" data-autofocus disabled={answered === 0} loading={submitting.isPending} onClick={() => void submit()}>
              {words.confirm}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}
