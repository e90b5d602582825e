import { Alert, Button, Modal, MultiSelect, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, unwrap } from "~/api/client";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { useFailureText, useNotices } from "~/components/notices";
import { attributes as attributeNames } from "~/text/attributes";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import styles from "./Scorecard.module.css";

const ACTIONS = ["dispute", "resolve", "waive", "reopen"] as const;
type CardAction = (typeof ACTIONS)[number];

interface CardActionsProps {
  card: Card;
  onChanged: (card: Card) => void;
}

/** The actions that the user may take on the card in its present status, each with a reason. */
export function CardActions({ card, onChanged }: CardActionsProps) {
  const notices = useNotices();
  const words = useTexts(scorecardTexts);
  const [action, setAction] = useState<CardAction | null>(null);
  const actions = ACTIONS.filter((each) => card.may.includes(each));
  const reopening = useChange({
    run: (waived: Card) => act("reopen", waived.id, words.undoReason, []),
    onDone: (reopened) => {
      onChanged(reopened);
      notices.showDone(words.undone);
    },
    failureNotice: "title",
  });
  const done = (which: CardAction, changed: Card) => {
    setAction(null);
    onChanged(changed);
    if (which === "waive") notices.showUndo(words.waived, { label: words.undo, run: () => reopening.mutate(changed) });
    else notices.showDone(words.done[which]);
  };
  if (actions.length === 0) return null;
  return (
    <div className={styles["actions"]} role="group" aria-label={words.actions}>
      {actions.map((each) => (
        <Button key={each} onClick={() => setAction(each)}>
          {words[each]}
        </Button>
      ))}
      {action !== null && <ActionDialog action={action} card={card} onClose={() => setAction(null)} onDone={(changed) => done(action, changed)} />}
    </div>
  );
}

function act(action: CardAction, scorecard_id: string, reason: string, attributes: string[]): Promise<Card> {
  const params = { path: { scorecard_id } };
  switch (action) {
    case "dispute":
      return unwrap(api.POST("/api/v1/scorecards/{scorecard_id}/dispute", { params, body: { reason, attributes } }));
    case "resolve":
      return unwrap(api.POST("/api/v1/scorecards/{scorecard_id}/resolution", { params, body: { resolution: reason } }));
    case "reopen":
      return unwrap(api.POST("/api/v1/scorecards/{scorecard_id}/reopening", { params, body: { reason } }));
    case "waive":
      return unwrap(api.POST("/api/v1/scorecards/{scorecard_id}/waiver", { params, body: { reason } }));
  }
}

interface ActionDialogProps {
  action: CardAction;
  card: Card;
  onClose: () => void;
  onDone: (card: Card) => void;
}

function ActionDialog({ action, card, onClose, onDone }: ActionDialogProps) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const said = useTranslated(attributeNames);
  const [reason, setReason] = useState("");
  const [about, setAbout] = useState<string[]>([]);
  const [isAsked, setAsked] = useState(false);
  const failureText = useFailureText();
  const doing = useChange({ run: () => act(action, card.id, reason.trim(), about), onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (reason.trim() !== "" && !doing.isPending) doing.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={words[`${action}Title`]} closeButtonProps={{ "aria-label": text.shell.close }}>
      <form className={styles["form"]} noValidate onSubmit={submit}>
        <p>{words[`${action}Lead`]}</p>
        <Textarea
          label={action === "resolve" ? words.resolution : words.reason}
          data-autofocus
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          aria-required
          value={reason}
          error={isAsked && reason.trim() === "" ? words.reasonNeeded : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {action === "dispute" && (
          <MultiSelect
            label={words.about}
            searchable
            hidePickedOptions
            nothingFoundMessage={text.shell.nothing}
            data={card.questions.map(({ attribute, label }) => ({ value: attribute, label: said(label) }))}
            value={about}
            onChange={setAbout}
          />
        )}
        {doing.error !== null && (
          <Alert color="red" variant="outline" role="alert">
            {failureText(doing.error, "both")}
          </Alert>
        )}
        <div className={styles["foot"]}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="filled" loading={doing.isPending}>
            {words[action]}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
