import { Alert, Button, Modal, MultiSelect, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Card } from "~/api/scorecards";
import { attributes as attributeNames } from "~/text/attributes";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import styles from "./Scorecard.module.css";

const DEEDS = ["dispute", "resolve", "waive", "reopen"] as const;
type Deed = (typeof DEEDS)[number];

interface LifeProps {
  card: Card;
  onChanged: (card: Card) => void;
}

/** What the reader can do with the card as it stands, each with its reason. */
export function Life({ card, onChanged }: LifeProps) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const [deed, setDeed] = useState<Deed | null>(null);
  const deeds = DEEDS.filter((each) => card.may.includes(each));
  const done = (which: Deed, changed: Card) => {
    setDeed(null);
    onChanged(changed);
    if (which === "waive") offerUndo(changed);
    else notifications.show({ message: words.done[which] });
  };
  const offerUndo = (waived: Card) => {
    const id = `waived-${waived.id}`;
    const undo = async () => {
      notifications.hide(id);
      try {
        onChanged(await act("reopen", waived.id, words.undoReason, []));
        notifications.show({ message: words.undone });
      } catch (error) {
        notifications.show({ color: "red", message: error instanceof Problem ? error.message : text.shell.noAnswer });
      }
    };
    notifications.show({
      id,
      color: "ink",
      autoClose: 15_000,
      closeButtonProps: { "aria-label": text.shell.close },
      message: (
        <span className={styles["toast"]}>
          {words.waived} <Button onClick={() => void undo()}>{words.undo}</Button>
        </span>
      ),
    });
  };
  if (deeds.length === 0) return null;
  return (
    <div className={styles["deeds"]} role="group" aria-label={words.actions}>
      {deeds.map((each) => (
        <Button key={each} onClick={() => setDeed(each)}>
          {words[each]}
        </Button>
      ))}
      {deed !== null && <DeedDialog deed={deed} card={card} onClose={() => setDeed(null)} onDone={(changed) => done(deed, changed)} />}
    </div>
  );
}

function act(deed: Deed, scorecard_id: string, reason: string, attributes: string[]): Promise<Card> {
  const params = { path: { scorecard_id } };
  switch (deed) {
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

interface DeedDialogProps {
  deed: Deed;
  card: Card;
  onClose: () => void;
  onDone: (card: Card) => void;
}

function DeedDialog({ deed, card, onClose, onDone }: DeedDialogProps) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const said = useTranslated(attributeNames);
  const [reason, setReason] = useState("");
  const [about, setAbout] = useState<string[]>([]);
  const [isAsked, setAsked] = useState(false);
  const doing = useMutation({ mutationFn: () => act(deed, card.id, reason.trim(), about), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (reason.trim() !== "" && !doing.isPending) doing.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={words[`${deed}Title`]} closeButtonProps={{ "aria-label": text.shell.close }}>
      <form className={styles["form"]} noValidate onSubmit={submit}>
        <p>{words[`${deed}Lead`]}</p>
        <Textarea
          label={deed === "resolve" ? words.resolution : words.reason}
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
        {deed === "dispute" && (
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
            {doing.error instanceof Problem ? [doing.error.message, doing.error.detail].filter(Boolean).join(": ") : text.shell.noAnswer}
          </Alert>
        )}
        <div className={styles["foot"]}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="filled" loading={doing.isPending}>
            {words[deed]}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
