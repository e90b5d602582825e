import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "~/api/client";
import { type Card, facts } from "~/api/reviews";
import { type Experience, ExperienceMark } from "~/components/marks";
import { useReader } from "~/text/reader";
import type { Access } from "./sheet";
import styles from "./rating.module.css";

type Promises = Schemas["PromisesOut"];

/** What the period was like in figures, before anybody says how it was. */
export function Facts({ card, access }: { card: Card; access: Access }) {
  const { text, format } = useReader();
  const words = text.rating.facts;
  const told = useQuery(facts(card.id, access.api, access.who)).data;
  return (
    <section className={`panel ${styles["facts"]}`} aria-labelledby="facts" aria-busy={told === undefined}>
      <h2 id="facts">
        {words.title} <span className="quiet">{words.days(format.day(card.period_starts_on), format.day(card.period_ends_on))}</span>
      </h2>
      <dl>
        <div>
          <dt>{words.deliveries}</dt>
          <dd>{told === undefined ? "…" : <Kept promises={told.deliveries} />}</dd>
        </div>
        <div>
          <dt>{words.milestones}</dt>
          <dd>{told === undefined ? "…" : <Kept promises={told.milestones} />}</dd>
        </div>
        <div>
          <dt>{words.interactions}</dt>
          <dd>{told === undefined ? "…" : <Experiences counts={told.interactions} />}</dd>
        </div>
        <div>
          <dt>{words.audits}</dt>
          <dd>{told === undefined ? "…" : told.audits.count === 0 ? words.noAudits : <Findings counts={told.audits.by_findings} />}</dd>
        </div>
        <div>
          <dt>{words.review}</dt>
          <dd>
            {told === undefined
              ? "…"
              : told.last_business_review.on === null
                ? words.never
                : words.ago(format.day(told.last_business_review.on), told.last_business_review.days ?? 0)}
          </dd>
        </div>
      </dl>
    </section>
  );
}

export function Kept({ promises }: { promises: Promises }) {
  const words = useReader().text.rating.facts;
  const decided = promises.met + promises.missed;
  const parts = [
    decided === 0 ? null : words.kept(promises.met, decided),
    promises.open === 0 ? null : words.open(promises.open),
    promises.excused === 0 ? null : words.excused(promises.excused),
  ].filter((part) => part !== null);
  return <>{parts.length === 0 ? words.none : parts.join(", ")}</>;
}

function Experiences({ counts }: { counts: Schemas["InteractionsOut"] }) {
  const { text } = useReader();
  if (counts.count === 0) return <>{text.rating.facts.noInteractions}</>;
  const shown: (Experience | "not_stated")[] = ["exceeds", "meets", "below", "not_stated"];
  return (
    <span className={styles["counts"]}>
      {shown.map((each) => {
        const count = counts.by_experience[each] ?? 0;
        if (count === 0) return null;
        const name = each === "not_stated" ? text.rating.unrated : text.words.experience[each];
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
  const { text } = useReader();
  const named: Record<string, string> = text.words.findings;
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return <>{parts.map(([finding, count]) => text.rating.facts.of(count, named[finding] ?? text.rating.unrated)).join(", ")}</>;
}
