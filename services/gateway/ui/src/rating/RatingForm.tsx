import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { attributes } from "~/api/attributes";
import type { Schemas } from "~/api/client";
import { labelOf } from "~/api/enums";
import { type Card, facts, ratings, type Suggestion, suggestions } from "~/api/scorecards";
import { Failed, Loading } from "~/components/states";
import { useKeys } from "~/shell/keys";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import { byGroup, progressOf, UNTOUCHED, type Word, WORD_KEYS, WORDS } from "./answers";
import { Facts } from "./Facts";
import { baseRates } from "./history";
import { type Opened, QuestionRow } from "./QuestionRow";
import { Raters } from "./Raters";
import styles from "./rating.module.css";
import { SaveState, SaveTrouble } from "./SaveState";
import { type Access, useAnswerSheet } from "./answerSheet";
import { SubmitDialog } from "./SubmitDialog";

interface RatingFormProps {
  card: Card;
  access: Access;
  onSubmitted: (card: Card) => void;
}

/** The reader's own answers to a card. They are read once: from then on this page knows best. */
export function RatingForm({ card, access, onSubmitted }: RatingFormProps) {
  const own = useQuery(ratings(card.id, access.api, access.who));
  const factsQuery = useQuery(facts(card.id, access.api, access.who));
  const cites = useQuery({ ...suggestions(card.id), enabled: !access.isLink });
  if (own.error !== null && own.data === undefined) return <Failed error={own.error} reset={() => void own.refetch()} />;
  // Facts are waited for, so that nothing moves under a hand that rates; but rating goes on without them.
  if (own.data === undefined || factsQuery.isPending || cites.isLoading) return <Loading lines={12} isTall />;
  return <Form key={card.id} card={card} access={access} first={own.data} factsOfPeriod={factsQuery.data} records={access.isLink ? null : (cites.data ?? [])} onSubmitted={onSubmitted} />;
}

interface FormProps extends RatingFormProps {
  first: Schemas["RatingsOut"];
  factsOfPeriod: Schemas["FactsOut"] | undefined;
  /** Null for who came by a link, who cites nothing. */
  records: Suggestion[] | null;
}

function Form({ card, access, first, factsOfPeriod, records, onSubmitted }: FormProps) {
  const { text, format } = useLocale();
  const words = useTexts(ratingTexts);
  const frame = useRef<HTMLDivElement>(null);
  const sheet = useAnswerSheet(card, first, access);
  const groups = byGroup(card.questions);
  const questions = groups.flatMap((group) => group.questions);
  const [current, setCurrent] = useState(() => Math.max(0, questions.findIndex(({ attribute }) => sheet.answers[attribute]?.rating == null)));
  const [opened, setOpened] = useState<Record<string, Opened>>({});
  const [isSubmitting, setSubmitting] = useState(false);
  const known = useQuery({ ...attributes, enabled: !access.isLink }).data ?? [];
  const ratesOf = (attribute: string) => baseRates(known.find((each) => each.key === attribute)?.published ?? []);
  const { asked, answered, lacking } = progressOf(sheet.answers, questions);

  const row = (at: number) => frame.current?.querySelector<HTMLElement>(`[data-at="${at}"]`);
  const focus = (wanted: number) => {
    const at = Math.max(0, Math.min(questions.length - 1, wanted));
    setCurrent(at);
    row(at)?.querySelector<HTMLElement>("[role=radio][tabindex='0']")?.focus({ preventScroll: true });
    row(at)?.scrollIntoView({ block: "nearest" });
  };
  /** A key may change only what can be seen; the first press brings it into sight. */
  const isInSight = (at: number) => {
    const box = row(at)?.getBoundingClientRect();
    return box !== undefined && box.bottom > 80 && box.top < window.innerHeight - 40;
  };
  const isWithin = () => document.activeElement?.closest("[data-at]") != null;
  const later = (act: () => void) => requestAnimationFrame(() => requestAnimationFrame(act));
  const open = (at: number, what: Opened) => {
    const key = questions[at]?.attribute ?? "";
    setOpened((now) => ({ ...now, [key]: { ...now[key], ...what } }));
    if (what.comment === true) later(() => row(at)?.querySelector<HTMLElement>("[data-comment]")?.focus());
    if (what.evidence === true) later(() => row(at)?.querySelector<HTMLElement>("[type=checkbox]")?.focus());
  };
  const leave = (at: number) => {
    if (at < questions.length - 1) focus(at + 1);
    else frame.current?.querySelector<HTMLElement>("[data-submit]")?.focus();
  };
  const choose = (at: number, rating: Word, isByNumber: boolean) => {
    const question = questions[at];
    if (question === undefined) return;
    sheet.change(question.attribute, { rating });
    if (!isByNumber) return;
    if (rating === "below") open(at, { comment: true });
    else leave(at);
  };
  const submit = async () => {
    await sheet.flush();
    setSubmitting(true);
  };
  useKeys({
    j: () => focus(isWithin() ? current + 1 : current),
    k: () => focus(isWithin() ? current - 1 : current),
    c: () => open(current, { comment: true }),
    e: () => !access.isLink && open(current, { evidence: true }),
    "mod+Enter": () => void submit(),
    ...Object.fromEntries(WORDS.map((word, at) => [String(WORD_KEYS[at]), () => (isInSight(current) ? choose(current, word, true) : focus(current))])),
  });

  let at = -1;
  return (
    <div ref={frame}>
      <div className={styles["bar"]}>
        <div className={styles["state"]}>
          <b className="figures">{words.progress(answered, asked)}</b>
          <SaveState sheet={sheet} lacking={lacking.length} />
          <Button variant="filled" data-submit onClick={() => void submit()}>
            {words.submit}
          </Button>
        </div>
        <progress className={styles["progress"]} max={asked} value={answered} aria-label={words.progress(answered, asked)} />
        <SaveTrouble sheet={sheet} />
      </div>
      <p className={styles["lead"]}>
        <span>{card.other_sides.length === 0 ? words.alone : card.is_revealed ? words.revealed : words.hidden(format.longDay(card.due_on))}</span>
        <Hints isLink={access.isLink} />
      </p>
      <div className={styles["given"]}>
        {factsOfPeriod !== undefined && <Facts facts={factsOfPeriod} />}
        <Raters card={card} me={access.who} />
      </div>
      {groups.map(({ group, importance, questions: asked }) => (
        <section key={group} className={`panel ${styles["group"]}`} aria-label={labelOf(text.vocabulary.attributeGroup, group) ?? group}>
          <h2>{words.group(labelOf(text.vocabulary.attributeGroup, group) ?? group, format.percent(importance))}</h2>
          {asked.map((question) => {
            at += 1;
            const here = at;
            const { attribute } = question;
            return (
              <QuestionRow
                key={attribute}
                at={here}
                question={question}
                answer={sheet.answers[attribute] ?? UNTOUCHED}
                isCurrent={here === current}
                previous={first.previous.find((each) => each.attribute === attribute)}
                facts={factsOfPeriod}
                records={records}
                rates={ratesOf(attribute)}
                opened={opened[attribute] ?? {}}
                open={(what) => open(here, what)}
                onEnter={() => setCurrent(here)}
                onChoose={(word, isByNumber) => choose(here, word, isByNumber)}
                onChange={(part) => sheet.change(attribute, part)}
                onLeave={() => leave(here)}
              />
            );
          })}
        </section>
      ))}
      {isSubmitting && (
        <SubmitDialog
          card={card}
          access={access}
          sheet={sheet}
          progress={{ asked, answered, lacking }}
          onClose={() => setSubmitting(false)}
          onSubmitted={onSubmitted}
          onLacking={() => {
            setSubmitting(false);
            const first = questions.findIndex(({ attribute }) => attribute === lacking[0]);
            later(() => open(first, { comment: true }));
          }}
        />
      )}
    </div>
  );
}

function Hints({ isLink }: { isLink: boolean }) {
  const { keys } = useTexts(ratingTexts);
  return (
    <span className={styles["hints"]} aria-hidden="true">
      <span>{WORD_KEYS.map((key) => <kbd key={key}>{key}</kbd>)} {keys.rate}</span>
      <span><kbd>J</kbd><kbd>K</kbd> {keys.move}</span>
      <span><kbd>C</kbd> {keys.comment}</span>
      {!isLink && <span><kbd>E</kbd> {keys.evidence}</span>}
      <span><kbd>Ctrl ↵</kbd> {keys.submit}</span>
    </span>
  );
}
