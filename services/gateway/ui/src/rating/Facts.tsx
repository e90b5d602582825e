import type { ReactNode } from "react";
import type { Schemas } from "~/api/client";
import { type Experience, ExperienceMark } from "~/components/marks";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./rating.module.css";

type Promises = Schemas["PromisesOut"];

/** What the period was like in figures, before the questions about it. */
export function Facts({ facts }: { facts: Schemas["FactsOut"] }) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts).facts;
  const { on: reviewedOn, days } = facts.last_business_review;
  const shown: [string, ReactNode][] = [
    [words.deliveries, <PromisesMet key="deliveries" promises={facts.deliveries} />],
    [words.milestones, <PromisesMet key="milestones" promises={facts.milestones} />],
    [words.interactions, <Experiences key="interactions" counts={facts.interactions} />],
    [words.audits, facts.audits.count === 0 ? words.noAudits : <Findings key="audits" counts={facts.audits.by_findings} />],
    [words.review, reviewedOn === null ? words.never : words.ago(format.day(reviewedOn), days ?? 0)],
  ];
  return (
    <section className={`panel ${styles["facts"]}`} aria-labelledby="facts">
      <h2 id="facts">
        {words.title} <span className="quiet">{words.days(format.day(facts.from), format.day(facts.to))}</span>
      </h2>
      <dl>
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function PromisesMet({ promises }: { promises: Promises }) {
  const words = useTexts(ratingTexts).facts;
  const decided = promises.met + promises.missed;
  const parts = [
    decided === 0 ? null : words.kept(promises.met, decided),
    promises.open === 0 ? null : words.open(promises.open),
    promises.excused === 0 ? null : words.excused(promises.excused),
  ].filter((part) => part !== null);
  return <>{parts.length === 0 ? words.none : parts.join(", ")}</>;
}

function Experiences({ counts }: { counts: Schemas["InteractionsOut"] }) {
  const { text } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  if (counts.count === 0) return <>{ratingWords.facts.noInteractions}</>;
  const shown: (Experience | "not_stated")[] = ["exceeds", "meets", "below", "not_stated"];
  return (
    <span className={styles["counts"]}>
      {shown.map((each) => {
        const count = counts.by_experience[each] ?? 0;
        if (count === 0) return null;
        const name = each === "not_stated" ? ratingWords.unrated : text.vocabulary.experience[each];
        return (
          <span key={each} title={name}>
            <ExperienceMark experience={each === "not_stated" ? null : each} /> {count}
            <span className="unseen"> {name}</span>
          </span>
        );
      })}
    </span>
  );
}

function Findings({ counts }: { counts: Record<string, number> }) {
  const { text } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const named: Record<string, string> = text.vocabulary.findings;
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return <>{parts.map(([finding, count]) => ratingWords.facts.of(count, named[finding] ?? ratingWords.unrated)).join(", ")}</>;
}
