import type { Schemas } from "~/api/client";
import { labelOf } from "~/api/enums";
import type { RelationshipTier } from "~/api/relationships";
import { usePolicy } from "~/api/tierPolicies";
import { Change, ScoreRange, Sparkline, TierBadge } from "~/components/marks";
import { useLocale } from "~/text/locale";
import { monthly, pointAt, quarterEndBefore, startOf } from "./score";
import styles from "./Relationship.module.css";
import { Waterfall } from "./Waterfall";

const DAYS_OF_MONTH = 365.25 / 12;

interface AnswersProps {
  id: string;
  reading: RelationshipTier;
  history: Schemas["HistoryOut"];
}

/** Which tier, why, where it is heading, and what the next would take. */
export function Answers({ id, reading, history }: AnswersProps) {
  return (
    <section className={`panel ${styles["answers"]}`}>
      <Which reading={reading} />
      <Waterfall id={id} reading={reading} />
      <Heading reading={reading} history={history} />
      <Take reading={reading} />
    </section>
  );
}

function Which({ reading }: { reading: RelationshipTier }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  return (
    <div>
      <h2 className="label">{words.tier}</h2>
      <div className={styles["tierName"]}>
        <TierBadge tier={reading.tier} size={19} />
      </div>
      <div className={styles["figure"]}>
        <b data-testid="score">{format.points(reading.score)}</b>
        <span>{words.range(format.points(100 * reading.lower), format.points(100 * reading.upper))}</span>
      </div>
      <ScoreRange {...reading} width={176} />
      <p className={styles["small"]}>
        {reading.tier_since !== null && `${words.since(text.vocabulary.tier[reading.tier], format.month(reading.tier_since))} · `}
        {reading.evidence_count === 0 ? words.noEvidenceYet(format.points(startOf(reading))) : words.evidence(reading.evidence_count)}
      </p>
      {reading.unproven && reading.evidence_count > 0 && <p className={styles["small"]}>{words.unproven}</p>}
    </div>
  );
}

function Heading({ reading, history }: Omit<AnswersProps, "id">) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const since = quarterEndBefore(reading.as_of);
  const start = startOf(reading);
  const before = pointAt(history.points, since)?.score ?? start;
  return (
    <div>
      <h2 className="label">{words.heading}</h2>
      <p>
        <Change points={reading.score - before} /> {words.sinceQuarter(format.day(since))}
      </p>
      <Sparkline values={monthly(history.points, reading.as_of, start)} tier={reading.tier} width={200} height={44} />
      {reading.forecast === null ? (
        <p>{reading.tier === "transactional" ? words.baseForecast : words.noForecast}</p>
      ) : (
        <p className={styles["sentence"]}>{words.forecast(text.vocabulary.tier[reading.forecast.tier], format.longDay(reading.forecast.on))}</p>
      )}
    </div>
  );
}

function Take({ reading }: { reading: RelationshipTier }) {
  const { text, format } = useLocale();
  const months = Object.values(usePolicy()?.half_life_days ?? {}).map((days) => Math.round(days / DAYS_OF_MONTH));
  const words = text.relationship;
  const next = reading.next_tier;
  if (next === null) {
    return (
      <div>
        <h2 className="label">{words.highest}</h2>
        {months.length > 0 && <p>{words.keptWhile(Math.min(...months), Math.max(...months))}</p>}
      </div>
    );
  }
  const years = (days: number) => (days < 730 ? words.daysLong(Math.round(days)) : words.years(format.points(days / 365.25)));
  const written = (gate: string, value: number) =>
    gate === "tenure_days" ? years(value) : gate === "depth" ? format.whole(value) : format.points(100 * value);
  return (
    <div>
      <h2 className="label">{words.take(text.vocabulary.tier[next.tier])}</h2>
      <ul className={styles["gates"]}>
        {next.gates.map(({ gate, needs, has, met }) => (
          <li key={gate}>
            <span>{labelOf(words.gates, gate)?.(gate === "tenure_days" ? years(needs) : format.whole(gate === "depth" ? needs : 100 * needs))}</span>
            <span data-is={met ? "met" : "missing"}>
              {written(gate, has)}
              <span aria-hidden="true">{met ? "✓" : "·"}</span>
              <span className="unseen">{met ? words.met : words.missing}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className={styles["small"]}>
        {next.earliest_on > reading.as_of
          ? words.onlyTime(format.longDay(next.earliest_on))
          : next.ways.length === 0
            ? words.noWay
            : `${words.nearest} ${[...next.ways]
                .sort((one, other) => one.items - other.items)
                .slice(0, 3)
                .map((way) => text.vocabulary.evidence.way[way.kind](way.items))
                .join(`, ${words.or} `)}.`}
      </p>
    </div>
  );
}
