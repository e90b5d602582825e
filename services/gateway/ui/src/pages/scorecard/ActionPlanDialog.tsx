import { Alert, Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { actionPlans } from "~/api/actionPlans";
import { api, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { DayInput } from "~/components/DayInput";
import { useLocale, useTexts } from "~/text/locale";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import styles from "./Scorecard.module.css";

interface PlanDialogProps {
  card: Card;
  attribute: string;
  label: string;
  onClose: () => void;
  onSaved: () => void;
}

export function ActionPlanDialog({ card, attribute, label, onClose, onSaved }: PlanDialogProps) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const [what, setWhat] = useState("");
  const [dueOn, setDueOn] = useState(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  const [key] = useState(() => crypto.randomUUID());
  const saving = useChange({
    run: () =>
      unwrap(
        api.POST("/api/v1/scorecards/{scorecard_id}/action-plans", {
          params: { path: { scorecard_id: card.id } },
          body: { attribute, what: what.trim(), due_on: dueOn },
          headers: { "Idempotency-Key": key },
        }),
      ),
    invalidates: [actionPlans(card.relationship_id).queryKey],
    onDone: onSaved,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (what.trim() !== "" && dueOn !== "" && !saving.isPending) saving.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={words.planTitle(label)} closeButtonProps={{ "aria-label": text.shell.close }}>
      <form className={styles["form"]} noValidate onSubmit={submit}>
        <Textarea label={words.what} data-autofocus autosize minRows={2} maxLength={2000} aria-required value={what} onChange={(event) => setWhat(event.currentTarget.value)} />
        <DayInput label={words.dueOn} aria-required value={dueOn} onChange={(on) => setDueOn(on ?? "")} />
        {saving.error !== null && (
          <Alert color="red" variant="outline" role="alert">
            {saving.error instanceof Problem ? [saving.error.message, saving.error.detail, ...Object.values(saving.error.fields)].filter(Boolean).join(": ") : text.shell.noAnswer}
          </Alert>
        )}
        <div className={styles["foot"]}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="filled" loading={saving.isPending} disabled={what.trim() === ""}>
            {words.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
