import "@mantine/core/styles/Checkbox.css";
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { Suggestion } from "~/api/scorecards";
import { ExperienceMark } from "~/components/marks";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import { type Answer, isLinked, type Link, toggled } from "./answers";
import { cited } from "./citing";
import styles from "./rating.module.css";

/** Records shown before all of them are asked for. */
const SHOWN_FIRST = 8;

interface EvidenceProps {
  label: string;
  attribute: string;
  answer: Answer;
  records: Suggestion[];
  onChange: (evidence: Link[]) => void;
}

/** The records of the period to link, what is about the question first. */
export function Evidence({ label, attribute, answer, records, onChange }: EvidenceProps) {
  const words = useTexts(ratingTexts);
  const [isWhole, setWhole] = useState(false);
  const about = records.filter((record) => record.attributes.includes(attribute));
  const rest = records.filter((record) => !record.attributes.includes(attribute));
  const room = Math.max(0, SHOWN_FIRST - about.length);
  const shown = isWhole ? rest : rest.filter((record, at) => at < room || isLinked(answer, record));
  const list = (items: Suggestion[]) =>
    items.map((record) => (
      <Checkbox
        key={record.source_id}
        size="xs"
        checked={isLinked(answer, record)}
        onChange={() => onChange(toggled(answer.evidence, record))}
        label={<Record record={record} />}
      />
    ));
  return (
    <div className={styles["evidence"]} role="group" aria-label={words.evidenceOf(label)}>
      {records.length === 0 && <p className="quiet">{words.noEvidence}</p>}
      {about.length > 0 && <span className="label">{words.about}</span>}
      {list(about)}
      {about.length > 0 && shown.length > 0 && <span className="label">{words.rest}</span>}
      {list(shown)}
      {shown.length < rest.length && (
        <Button size="compact-xs" variant="subtle" color="ink" onClick={() => setWhole(true)}>
          {words.more} ({records.length})
        </Button>
      )}
    </div>
  );
}

export function Record({ record }: { record: Suggestion }) {
  const { text, format } = useLocale();
  const shown = cited(record, useTexts(ratingTexts), text, format);
  return (
    <span className={styles["record"]}>
      <ExperienceMark experience={shown.experience} size={9} />
      {record.source_kind === "interaction" && shown.experience !== null && <span className="unseen">{text.vocabulary.experience[shown.experience]}: </span>}
      {shown.title}
      {shown.notes.length > 0 && <span className="quiet"> {shown.notes.join(", ")}</span>}
    </span>
  );
}
