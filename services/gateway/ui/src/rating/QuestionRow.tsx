import { Button, Textarea } from "@mantine/core";
import type { Schemas } from "~/api/client";
import { labelOf } from "~/api/enums";
import type { Suggestion } from "~/api/scorecards";
import { ExperienceMark } from "~/components/marks";
import { anchors } from "~/text/anchors";
import { attributes as attributeNames } from "~/text/attributes";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import { type Answer, isLackingComment, isLinked, type Question, toggled, type Word } from "./answers";
import { Choices } from "./Choices";
import { promisesAbout, talliesOf } from "./citing";
import { Evidence, Record } from "./Evidence";
import { PromisesMet } from "./Facts";
import { type BaseRate } from "./history";
import styles from "./rating.module.css";

const TALLIES_MOST = 3;

export interface Opened {
  comment?: boolean;
  evidence?: boolean;
}

interface QuestionRowProps {
  at: number;
  question: Question;
  answer: Answer;
  isCurrent: boolean;
  previous: Schemas["PreviousOut"] | undefined;
  facts: Schemas["FactsOut"] | undefined;
  /** Null for who came by a link, who cites nothing. */
  records: Suggestion[] | null;
  rates: BaseRate[];
  opened: Opened;
  open: (what: Opened) => void;
  onEnter: () => void;
  onChoose: (word: Word, isByNumber: boolean) => void;
  onChange: (part: Partial<Answer>) => void;
  onLeave: () => void;
}

/** One question with the facts about it, its answer, and the comment and evidence that go with it. */
export function QuestionRow({ at, question, answer, isCurrent, previous, facts, records, rates, opened, open, ...on }: QuestionRowProps) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts);
  const label = useTranslated(attributeNames)(question.label);
  const definition = useTranslated(anchors)(question.definition);
  const isLacking = isLackingComment(answer);
  const hasComment = answer.rating === "below" || answer.comment !== "" || opened.comment === true;
  const linked = records?.filter((record) => isLinked(answer, record)) ?? [];
  return (
    <section className={styles["question"]} data-at={at} data-current={isCurrent || undefined} aria-labelledby={`q-${question.attribute}`} onFocus={on.onEnter}>
      <div className={styles["about"]}>
        <h3 id={`q-${question.attribute}`}>{label}</h3>
        <p>{definition}</p>
        <p className={styles["tallies"]}>
          <span>{words.weighs(format.percent(question.importance))}</span>
          {/* Only after the own choice, so that it does not sway the choice. */}
          {answer.rating !== null && previous !== undefined && <Before previous={previous} />}
          {answer.rating !== null && rates.map(({ count, of, label, source }) => <span key={label}>· {words.history(count, of, label, source)}</span>)}
          <FactsAbout attribute={question.attribute} facts={facts} records={records ?? []} />
        </p>
      </div>
      <div className={styles["answer"]}>
        <Choices question={question} value={answer.rating} onChoose={on.onChoose} />
        {hasComment && (
          <Textarea
            autosize
            minRows={1}
            maxRows={8}
            maxLength={2000}
            data-comment
            aria-label={words.comment(label)}
            aria-required={answer.rating === "below"}
            placeholder={words.commentHint}
            value={answer.comment}
            error={isLacking ? words.commentNeeded : undefined}
            onChange={(event) => on.onChange({ comment: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
              event.preventDefault();
              on.onLeave();
            }}
          />
        )}
        <div className={styles["with"]}>
          {!hasComment && (
            <Button size="compact-xs" variant="subtle" color="ink" onClick={() => open({ comment: true })}>
              {words.addComment}
            </Button>
          )}
          {records !== null && (
            <Button size="compact-xs" variant="subtle" color="ink" aria-expanded={opened.evidence === true} onClick={() => open({ evidence: opened.evidence !== true })}>
              {words.evidence(answer.evidence.length)}
            </Button>
          )}
          {opened.evidence !== true &&
            linked.map((record) => (
              <span key={record.source_id} className={styles["chip"]}>
                <Record record={record} />
                <button type="button" aria-label={words.unlink(words.sources[record.source_kind] ?? "")} onClick={() => on.onChange({ evidence: toggled(answer.evidence, record) })}>
                  ×
                </button>
              </span>
            ))}
        </div>
        {opened.evidence === true && records !== null && (
          <Evidence label={label} attribute={question.attribute} answer={answer} records={records} onChange={(evidence) => on.onChange({ evidence })} />
        )}
      </div>
    </section>
  );
}

function FactsAbout({ attribute, facts, records }: { attribute: string; facts: Schemas["FactsOut"] | undefined; records: Suggestion[] }) {
  const { text } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const words = useTexts(ratingTexts).facts;
  return (
    <>
      {facts !== undefined &&
        promisesAbout(records, attribute).map((kind) => (
          <span key={kind} className={styles["fact"]}>
            {kind === "delivery" ? words.deliveries : words.milestones}: <PromisesMet promises={kind === "delivery" ? facts.deliveries : facts.milestones} />
          </span>
        ))}
      {talliesOf(records, attribute)
        .slice(0, TALLIES_MOST)
        .map(({ kind, experience, count }) => (
          <span key={`${kind} ${experience}`} className={styles["fact"]}>
            <ExperienceMark experience={experience} size={9} />
            {words.of(count, labelOf(text.vocabulary.interactionKind, kind) ?? kind)}
            <span className="unseen"> {experience === null ? ratingWords.unrated : text.vocabulary.experience[experience]}</span>
          </span>
        ))}
    </>
  );
}

function Before({ previous }: { previous: Schemas["PreviousOut"] }) {
  const { format } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const word = previous.rating === null ? (previous.value === null ? ratingWords.unrated : ratingWords.mixed) : ratingWords.words[previous.rating];
  return <span data-testid="before">· {ratingWords.before(format.day(previous.period_ends_on), word)}</span>;
}
