import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "~/api/client";
import { mayWrite, useMe } from "~/api/me";
import { perceptionGaps } from "~/api/relationships";
import { type Card, results, type Side } from "~/api/scorecards";
import { ratingWorth } from "~/api/tierPolicies";
import { CardStatus } from "~/components/CardStatus";
import { Change, ExperienceMark } from "~/components/marks";
import { Perception } from "~/components/perception/Perception";
import { Failed, Loading, State } from "~/components/states";
import { escaped } from "~/text/escaped";
import { attributes as attributeNames } from "~/text/attributes";
import { perception as perceptionTexts } from "~/text/perception";
import { rating as ratingTexts } from "~/text/rating";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { labelOf } from "~/text/vocabulary";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import styles from "./Scorecard.module.css";

type SideOut = Schemas["SideOut"];
type Rated = Schemas["ReadAttributeOut"];

const PUBLISHED = ["published", "disputed", "resolved"];
/** The API takes a plan without a reason only for an answer under this, in 0..1. */
const LOW = 0.5;

interface ResultsProps {
  card: Card;
  onPlan: (attribute: string) => void;
}

/** Both sides' results as far as they are revealed: figures, gaps, and every answer with its comments. */
export function Results({ card, onPlan }: ResultsProps) {
  const { format } = useLocale();
  const perceptionWords = useTexts(perceptionTexts);
  const words = useTexts(scorecardTexts);
  const me = useMe();
  const asked = useQuery(results(card.id));
  const isBoth = asked.data !== undefined && asked.data.sides.length === 2 && asked.data.sides.every((side) => PUBLISHED.includes(side.status));
  const compared = useQuery({
    ...perceptionGaps(card.relationship_id, { review_cycle_id: card.review_cycle_id, on: card.period_ends_on }),
    enabled: isBoth,
  });
  const gaps = compared.data?.periods[0];
  const worth = useQuery(ratingWorth);
  if (asked.error !== null && asked.data === undefined) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (asked.data === undefined || compared.isLoading || worth.isPending) return <Loading lines={12} isTall />;

  const name = (side: Side) => (side === "sponsor" ? card.sponsor_name : card.provider_name);
  const { sides } = asked.data;
  if (card.content === null) {
    return (
      <section className="panel">
        <State title={words.sealed} lead={words.sealedLead(format.longDay(card.due_on))} />
      </section>
    );
  }
  const ours = me?.side ?? "sponsor";
  const theirs = ours === "sponsor" ? "provider" : "sponsor";
  return (
    <>
      <div className={styles["sides"]}>
        {sides.map((side) => (
          <OneSide key={side.scorecard_id} side={side} name={name(side.side)} dueOn={card.due_on} />
        ))}
      </div>
      {(gaps !== undefined || (sides.length === 2 && sides.every((side) => side.results !== null))) && (
        <section className={`panel ${styles["panelIn"]}`} aria-labelledby="gaps">
          <h2 id="gaps">{perceptionWords.title}</h2>
          {gaps === undefined ? <p className="quiet">{perceptionWords.notBoth}</p> : <Perception period={gaps} ourName={name(ours)} theirName={name(theirs)} />}
        </section>
      )}
      <Answers sides={sides} name={name} plansFor={mayWrite(me) && PUBLISHED.includes(card.status) ? card.id : null} onPlan={onPlan} />
    </>
  );
}

function OneSide({ side, name, dueOn }: { side: SideOut; name: string; dueOn: string }) {
  const { format } = useLocale();
  const words = useTexts(scorecardTexts);
  const { results: found } = side;
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-label={name}>
      <h2>
        {name} <CardStatus status={side.status} />
      </h2>
      {found === null ? (
        <p className="quiet">{side.status === "draft" || side.status === "waived" ? words.notRated : words.sealedLead(format.longDay(dueOn))}</p>
      ) : (
        <>
          <p className={styles["figure"]}>
            <b>{found.score === null ? words.noRating : format.points(found.score)}</b>
            <span className="quiet">{words.coverage(format.percent(found.coverage))}</span>
          </p>
          <p>
            {found.trend === null || found.trend.score === null ? (
              <span className="quiet">{words.noTrend}</span>
            ) : (
              <>
                <Change points={found.trend.score} /> {words.trend(format.day(found.trend.period_ends_on))}
              </>
            )}
          </p>
          {found.is_blind === false && <p className={styles["flag"]}>{words.notBlind}</p>}
          {found.flags.map((flag) => (
            <p key={flag} className={styles["flag"]}>
              {words.flags[flag]}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

interface AnswersProps {
  sides: SideOut[];
  name: (side: Side) => string;
  plansFor: string | null;
  onPlan: (attribute: string) => void;
}

function Answers({ sides, name, plansFor, onPlan }: AnswersProps) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const said = useTranslated(attributeNames);
  const shown = sides.filter((side) => side.results !== null);
  const rows = new Map<string, Rated>();
  for (const side of shown) for (const each of side.results?.attributes ?? []) if (!rows.has(each.attribute)) rows.set(each.attribute, each);
  const groups = [...new Set([...rows.values()].map((row) => row.group))];
  if (shown.length === 0) return null;
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-labelledby="answers">
      <h2 id="answers">{words.answers}</h2>
      <div className={styles["tableBox"]} tabIndex={0} role="group" aria-label={words.answers}>
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{words.attribute}</th>
              {shown.map((side) => (
                <th key={side.scorecard_id} scope="col">
                  {name(side.side)}
                </th>
              ))}
              <th scope="col">{words.comments}</th>
              {plansFor !== null && (
                <th scope="col">
                  <span className="unseen">{words.plan}</span>
                </th>
              )}
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group}>
              <tr>
                <th scope="rowgroup" colSpan={shown.length + (plansFor === null ? 2 : 3)}>
                  {labelOf(text.vocabulary.attributeGroup, group)}
                </th>
              </tr>
              {[...rows.values()]
                .filter((row) => row.group === group)
                .map((row) => {
                  const found = shown.map((side) => ({ side, rated: side.results?.attributes.find((each) => each.attribute === row.attribute) }));
                  const isLow = found.some(({ side, rated }) => side.scorecard_id === plansFor && rated?.value != null && rated.value < LOW);
                  return (
                    <tr key={row.attribute}>
                      <td>{said(row.label)}</td>
                      {found.map(({ side, rated }) => (
                        <td key={side.scorecard_id}>
                          <Value rated={rated} />
                        </td>
                      ))}
                      <td className={styles["comments"]}>
                        {found.flatMap(({ side, rated }) =>
                          (rated?.comments ?? []).map((comment, at) => (
                            <p key={`${side.side} ${at}`}>
                              {shown.length > 1 && <span className="quiet">{name(side.side)}: </span>}
                              {escaped(comment)}
                            </p>
                          )),
                        )}
                      </td>
                      {plansFor !== null && <td>{isLow && <Button size="compact-xs" onClick={() => onPlan(row.attribute)}>{words.plan}</Button>}</td>}
                    </tr>
                  );
                })}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}

function Value({ rated }: { rated: Rated | undefined }) {
  const { format } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const words = useTexts(scorecardTexts);
  if (rated === undefined) return <span className="quiet">{words.noRating}</span>;
  const notes = [rated.raters > 1 ? words.raters(rated.raters) : "", rated.evidence.length > 0 ? words.cites(rated.evidence.length) : ""].filter(Boolean);
  const experience = rated.rating === "not_applicable" ? null : rated.rating;
  return (
    <span className={styles["value"]}>
      <span>
        {experience !== null && <ExperienceMark experience={experience} />}{" "}
        {rated.rating !== null ? ratingWords.words[rated.rating] : rated.value === null ? words.noRating : format.points(100 * rated.value)}
      </span>
      {notes.length > 0 && <span className="quiet">{notes.join(", ")}</span>}
    </span>
  );
}
