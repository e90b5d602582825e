import "@mantine/core/styles/NumberInput.css";
import { Alert, Button, Modal, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, type Schemas, unwrap } from "~/api/client";
import { keys } from "~/api/keys";
import { Problem } from "~/api/problem";
import type { ReviewCycle } from "~/api/reviewCycles";
import { templates } from "~/api/scorecardTemplates";
import { useChange } from "~/components/change";
import { DayInput } from "~/components/DayInput";
import { useFailureText } from "~/components/notices";
import { Loading } from "~/components/states";
import { useLocale, useTexts } from "~/text/locale";
import { optionsOf } from "~/text/vocabulary";
import { reviews as reviewsTexts } from "~/text/reviews";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { AudienceFields } from "./AudienceFields";
import { PeopleFields } from "./PeopleFields";
import { bodyOf, changesOf, type ReviewCycleDraft, daysIn, newDraft, draftOf } from "./draft";
import styles from "./ReviewCycle.module.css";

interface ReviewCycleFormProps {
  cycle?: ReviewCycle;
  onClose: () => void;
}

/** Who is reviewed when, by whom and with which questions. */
export function ReviewCycleForm({ cycle, onClose }: ReviewCycleFormProps) {
  const { text } = useLocale();
  const words = useTexts(reviewsTexts);
  const known = useQuery(templates).data;
  return (
    <Modal opened onClose={onClose} title={cycle === undefined ? words.create : words.edit} size={760} closeButtonProps={{ "aria-label": text.shell.close }}>
      {known === undefined ? <Loading lines={8} /> : <Form cycle={cycle} known={known} onClose={onClose} />}
    </Modal>
  );
}

function Form({ cycle, known, onClose }: ReviewCycleFormProps & { known: Schemas["TemplateOut"][] }) {
  const { text, format } = useLocale();
  const scorecardWords = useTexts(scorecardTexts);
  const reviewsWords = useTexts(reviewsTexts);
  const words = useTexts(reviewsTexts).form;
  const failureText = useFailureText();
  const navigate = useNavigate();
  const [before] = useState(() => (cycle === undefined ? newDraft(Intl.DateTimeFormat().resolvedOptions().timeZone, known[0]?.id ?? "") : draftOf(cycle)));
  const [draft, setDraft] = useState(before);
  const [key] = useState(() => crypto.randomUUID());
  const change = (part: Partial<ReviewCycleDraft>) => setDraft((now) => ({ ...now, ...part }));

  const saving = useChange({
    run: () =>
      cycle === undefined
        ? unwrap(api.POST("/api/v1/review-cycles", { body: bodyOf(draft), headers: { "Idempotency-Key": key } }))
        : unwrap(
            api.PATCH("/api/v1/review-cycles/{review_cycle_id}", {
              params: { path: { review_cycle_id: cycle.id }, header: { "If-Match": `"${cycle.version}"` } },
              body: changesOf(draft, before),
            }),
          ),
    invalidates: [keys.reviews],
    onDone: (saved) => {
      onClose();
      if (cycle === undefined) void navigate({ to: "/reviews/$cycle", params: { cycle: saved.id } });
    },
  });
  const areDaysRead = daysIn(draft.remindBefore) !== null && daysIn(draft.escalateAfter) !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.name.trim() !== "" && areDaysRead && !saving.isPending) saving.mutate();
  };
  const fields = saving.error instanceof Problem ? saving.error.fields : {};
  const isRun = cycle?.last_run != null;
  const months = Array.from({ length: 12 }, (_, at) => ({ value: String(at + 1), label: new Intl.DateTimeFormat(format.locale, { month: "long" }).format(new Date(2026, at, 1)) }));
  const days = (name: "remindBefore" | "escalateAfter", label: string) => (
    <TextInput label={label} value={draft[name]} inputMode="numeric" error={daysIn(draft[name]) === null ? words.daysHint : undefined} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  return (
    <form className={styles["form"]} noValidate onSubmit={submit}>
      <TextInput label={words.name} data-autofocus aria-required maxLength={120} value={draft.name} error={fields["name"]} onChange={(event) => change({ name: event.currentTarget.value })} />
      <div className={styles["pair"]}>
        <Select
          label={words.cadence}
          data={optionsOf(reviewsWords.cadence)}
          value={draft.cadence}
          allowDeselect={false}
          disabled={isRun}
          onChange={(cadence) => cadence !== null && change({ cadence })}
        />
        <Select
          label={words.month}
          data={months}
          value={String(draft.month)}
          allowDeselect={false}
          disabled={isRun}
          onChange={(month) => month !== null && change({ month: Number(month) })}
        />
        <Select label={words.zone} data={zones(draft.zone)} value={draft.zone} searchable allowDeselect={false} limit={40} error={fields["time_zone"]} nothingFoundMessage={text.shell.nothing} onChange={(zone) => zone !== null && change({ zone })} />
      </div>
      {isRun && <p className="quiet">{words.fixed}</p>}
      <div className={styles["pair"]}>
        <Select
          label={words.sides}
          data={optionsOf({ both: words.bothSides, ...reviewsWords.sides })}
          value={draft.sides.length === 2 ? "both" : (draft.sides[0] ?? "both")}
          allowDeselect={false}
          onChange={(sides) => sides !== null && change({ sides: sides === "both" ? ["sponsor", "provider"] : [sides] })}
        />
        <Select label={words.template} data={known.map(({ id, name }) => ({ value: id, label: name }))} value={draft.templateId} allowDeselect={false} error={fields["template_id"]} onChange={(templateId) => templateId !== null && change({ templateId })} />
        <DayInput label={words.startsOn} clearable value={draft.startsOn || null} error={fields["starts_on"]} onChange={(on) => change({ startsOn: on ?? "" })} />
      </div>
      <div className={styles["days"]}>
        <NumberInput label={words.opens} min={-90} max={364} allowDecimal={false} hideControls value={draft.opensBefore} error={fields["opens_days_before_end"]} onChange={(value) => typeof value === "number" && change({ opensBefore: value })} />
        <NumberInput label={words.dueAfter} min={0} max={364} allowDecimal={false} hideControls value={draft.dueAfter} error={fields["due_days_after_end"]} onChange={(value) => typeof value === "number" && change({ dueAfter: value })} />
        {days("remindBefore", words.remind)}
        {days("escalateAfter", words.escalate)}
      </div>
      <AudienceFields audience={draft.audience} onChange={(audience) => change({ audience })} />
      <PeopleFields draft={draft} onChange={change} />
      {saving.error !== null && (
        <Alert color="red" variant="outline" role="alert" title={words.failed}>
          {saving.error instanceof Problem && saving.error.status === 412 ? words.stale : failureText(saving.error, "fields")}
        </Alert>
      )}
      <div className={styles["foot"]}>
        <Button onClick={onClose}>{scorecardWords.cancel}</Button>
        <Button type="submit" variant="filled" loading={saving.isPending} disabled={draft.name.trim() === ""}>
          {cycle === undefined ? words.create : words.save}
        </Button>
      </div>
    </form>
  );
}

/** The time zones that the browser knows, and the chosen one first. */
function zones(set: string): string[] {
  return [...new Set([set, "UTC", ...Intl.supportedValuesOf("timeZone")])];
}
