import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNames } from "~/api/actors";
import { attributes } from "~/api/attributes";
import { api, type Schemas } from "~/api/client";
import { labelOf } from "~/api/enums";
import { interaction } from "~/api/interactions";
import { keys } from "~/api/keys";
import { mayWrite, useMe } from "~/api/me";
import type { Tier } from "~/api/relationships";
import { useChange } from "~/components/change";
import { daysLate } from "~/components/days";
import { type Experience, ExperienceMark, TierMark } from "~/components/marks";
import { Loading } from "~/components/states";
import { escaped } from "~/text/escaped";
import { attributes as attributeNames } from "~/text/attributes";
import type { CommonTexts } from "~/text/common";
import type { Format } from "~/text/format";
import { useLocale, useTranslated } from "~/text/locale";
import styles from "./Relationship.module.css";

type TimelineEntry = Schemas["GatewayTimelineEntry"];

/** The parts of an entry that its kind may have (engagements' and scorecards' timeline entries). */
interface Details {
  label?: string | null;
  status?: string | null;
  experience?: Experience | null;
  findings?: Schemas["Findings"] | null;
  promised_on?: string | null;
  accepted?: boolean | null;
  late_cause?: string | null;
  from_tier?: Tier;
  to_tier?: Tier;
  cause?: "evidence" | "review";
}

interface EntryProps {
  relationshipId: string;
  entry: TimelineEntry;
  isOpen: boolean;
  toggle: () => void;
}

export function Entry({ relationshipId, entry, isOpen, toggle }: EntryProps) {
  const { text, format } = useLocale();
  const details = entry.details as Details;
  const title = escaped(titleOf(entry, details, text));
  const opens = entry.kind === "interaction";
  return (
    <div className={styles["entry"]}>
      <time dateTime={entry.at}>{format.day(entry.on ?? entry.at)}</time>
      <span className={styles["entryMark"]}>
        <Mark entry={entry} details={details} />
      </span>
      <div className={styles["entryText"]}>
        {opens ? (
          <button type="button" className={styles["entryTitle"]} aria-expanded={isOpen} onClick={toggle}>
            {title}
          </button>
        ) : (
          title
        )}
        <span className={styles["note"]}>{notesOf(entry, details, text, format).join(" · ")}</span>
      </div>
      <span className={styles["effect"]} data-is={entry.effect === null ? undefined : entry.effect < 0 ? "bad" : "good"} title={text.relationship.effectToday}>
        {entry.effect !== null && format.signed(entry.effect)}
      </span>
      {opens && isOpen && <More relationshipId={relationshipId} id={entry.id} />}
    </div>
  );
}

function Mark({ entry, details }: { entry: TimelineEntry; details: Details }) {
  if (entry.kind === "tier_change" && details.to_tier !== undefined) return <TierMark tier={details.to_tier} size={13} />;
  if (details.experience) return <ExperienceMark experience={details.experience} />;
  if (entry.effect !== null) return <ExperienceMark experience={entry.effect < 0 ? "below" : "exceeds"} />;
  return <ExperienceMark experience={null} />;
}

function titleOf(entry: TimelineEntry, details: Details, text: CommonTexts): string {
  if (entry.kind === "tier_change" && details.from_tier !== undefined && details.to_tier !== undefined) {
    return text.relationship.tierChange(text.vocabulary.tier[details.from_tier], text.vocabulary.tier[details.to_tier]);
  }
  if (entry.kind === "stage_change" && details.label) {
    return text.relationship.stage(entry.title, labelOf(text.vocabulary.stage, details.label) ?? details.label);
  }
  return entry.title || labelOf(text.relationship.kinds, entry.kind) || entry.kind;
}

function notesOf(entry: TimelineEntry, details: Details, text: CommonTexts, format: Format): string[] {
  const words = text.relationship;
  const notes: (string | undefined)[] = [];
  if (entry.kind === "interaction" && details.label) {
    notes.push(labelOf(text.vocabulary.interactionKind, details.label));
    if (details.findings) notes.push(words.findings(text.vocabulary.findings[details.findings]));
  }
  if (entry.kind === "tier_change" && details.cause === "review") notes.push(words.byReview);
  const isDone = details.status === "delivered" || details.status === "completed";
  if (details.promised_on && isDone && entry.on !== null) {
    const days = daysLate(details.promised_on, entry.on);
    notes.push(days > 0 ? words.late(days) : days < 0 ? words.early(-days) : words.onTime);
    if (days > 0 && details.late_cause) notes.push(words.lateBy[details.late_cause]);
  } else if (details.status) {
    notes.push(words.status[details.status] ?? details.status);
    if (details.promised_on && details.promised_on !== entry.on) notes.push(words.promised(format.day(details.promised_on)));
  }
  if (details.accepted === false && isDone) notes.push(words.refused);
  if (entry.kind === "issue" && details.label) notes.push(labelOf(text.vocabulary.severity, details.label));
  return notes.filter((note): note is string => Boolean(note));
}

/** The whole of an interaction, and the way to take it out of the score. */
function More({ relationshipId, id }: { relationshipId: string; id: string }) {
  const { text } = useLocale();
  const words = text.relationship;
  const isWriter = mayWrite(useMe());
  const shown = useQuery(interaction(relationshipId, id)).data;
  const known = useQuery(attributes).data ?? [];
  const translated = useTranslated(attributeNames);
  const author = useNames([shown?.author_id])[shown?.author_id ?? ""];
  const [reason, setReason] = useState<string | null>(null);
  const retracting = useChange({
    run: () =>
      api.POST("/api/v1/interactions/{interaction_id}/retraction", { params: { path: { interaction_id: id } }, body: { reason: reason?.trim() ?? "" } }),
    invalidates: [keys.relationship(relationshipId)],
  });
  if (shown === undefined) return <div className={styles["more"]}><Loading lines={2} /></div>;
  return (
    <div className={styles["more"]}>
      {escaped(shown.summary)}
      <div className={styles["moreFoot"]}>
        {shown.experience !== null && (
          <span>
            <ExperienceMark experience={shown.experience} /> {text.vocabulary.experience[shown.experience]}
          </span>
        )}
        {shown.attributes.map((key) => (
          <span key={key} className={styles["chip"]}>
            {translated(known.find((attribute) => attribute.key === key)?.label ?? key)}
          </span>
        ))}
        {author !== undefined && <span className="quiet">{words.by(author)}</span>}
        {isWriter && shown.retracted_at === null && reason === null && <Button onClick={() => setReason("")}>{words.retract}</Button>}
      </div>
      {reason !== null && (
        <form
          className={styles["moreFoot"]}
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "" && !retracting.isPending) retracting.mutate();
          }}
        >
          <TextInput size="xs" aria-label={words.retractReason} placeholder={words.retractReason} autoFocus required value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Button type="submit" loading={retracting.isPending}>{words.retract}</Button>
          <span className="quiet">{retracting.error?.message ?? words.retractLead}</span>
        </form>
      )}
    </div>
  );
}
