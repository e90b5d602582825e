import { Tooltip } from "@mantine/core";
import { line } from "d3-shape";
import { labelOf } from "~/api/enums";
import type { Tier } from "~/api/relationships";
import { useGates } from "~/api/tierPolicies";
import { TIERS } from "~/api/tiers";
import { escaped } from "~/text/escaped";
import { useLocale } from "~/text/locale";
import styles from "./marks.module.css";

/** The shapes that mean the same wherever they stand. */

export function tierClass(tier: Tier): string {
  return styles[tier] ?? "";
}

/** A ring, empty at the lowest tier and full at the highest. */
export function TierMark({ tier, size = 14 }: { tier: Tier; size?: number }) {
  const part = TIERS.indexOf(tier) / (TIERS.length - 1);
  const angle = 2 * Math.PI * part;
  const end = `${7 + 4 * Math.sin(angle)} ${7 - 4 * Math.cos(angle)}`;
  return (
    <svg className={`${styles["ring"]} ${tierClass(tier)}`} width={size} height={size} viewBox="0 0 14 14" aria-hidden="true">
      <circle cx="7" cy="7" r="6" fill="none" stroke="var(--tier)" strokeWidth="1.5" />
      {part === 1 && <circle cx="7" cy="7" r="4" fill="var(--tier)" />}
      {part > 0 && part < 1 && <path d={`M7 7V3A4 4 0 ${part > 0.5 ? 1 : 0} 1 ${end}Z`} fill="var(--tier)" />}
    </svg>
  );
}

export function TierBadge({ tier, size }: { tier: Tier; size?: number }) {
  const { text } = useLocale();
  return (
    <span className={`${styles["tier"]} ${tierClass(tier)}`}>
      <TierMark tier={tier} size={size} />
      {text.vocabulary.tier[tier]}
    </span>
  );
}

interface RangeProps {
  score: number;
  lower: number;
  upper: number;
  tier: Tier;
  width?: number;
}

/** The score within its range, over ticks where tiers are earned. `lower` and `upper` are 0..1, as the API has them. */
export function ScoreRange({ score, lower, upper, tier, width = 104 }: RangeProps) {
  const { text, format } = useLocale();
  const gates = useGates();
  const x = (points: number) => 1 + (Math.max(0, points - 40) / 60) * (width - 2);
  const label = text.portfolio.rangeLabel(format.points(score), format.points(100 * lower), format.points(100 * upper));
  return (
    <svg className={`${styles["block"]} ${tierClass(tier)}`} width={width} height="16" role="img" aria-label={label}>
      <line className={styles["rangeLine"]} x1="0" x2={width} y1="8" y2="8" />
      {gates.map((gate) => (
        <line key={gate.tier} className={styles["rangeTick"]} x1={x(gate.points)} x2={x(gate.points)} y1="3" y2="13" />
      ))}
      <rect className={styles["band"]} x={x(100 * lower)} width={x(100 * upper) - x(100 * lower)} y="5" height="6" rx="3" />
      <circle className={styles["dot"]} cx={x(score)} cy="8" r="3.5" />
    </svg>
  );
}

/** Twelve months, the last one marked; its own scale, but never so fine that a tenth of a point looks like a cliff. */
export function Sparkline({ values, tier, width = 76, height = 20 }: { values: number[]; tier: Tier; width?: number; height?: number }) {
  const { text, format } = useLocale();
  const least = Math.min(...values);
  const span = Math.max(8, Math.max(...values) - least);
  const middle = (Math.max(...values) + least) / 2;
  const points = values.map((value, at): [number, number] => [
    2 + (at / Math.max(1, values.length - 1)) * (width - 6),
    height / 2 - ((value - middle) / span) * (height - 6),
  ]);
  const last = points.at(-1);
  if (last === undefined) return null;
  const label = text.portfolio.trend(format.points(values[0] ?? 0), format.points(values.at(-1) ?? 0));
  return (
    <svg className={`${styles["block"]} ${tierClass(tier)}`} width={width} height={height} role="img" aria-label={label}>
      <path className={styles["spark"]} d={line()(points) ?? ""} />
      <circle className={styles["dot"]} cx={last[0]} cy={last[1]} r="2" />
    </svg>
  );
}

export function Triangle({ points, size = 9 }: { points: "up" | "down"; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
      <path d={points === "up" ? "M5 1 9.6 9H.4Z" : "M5 9 .4 1h9.2Z"} fill="currentColor" />
    </svg>
  );
}

/** A change in points, with its sign and its shape. */
export function Change({ points }: { points: number }) {
  const { format } = useLocale();
  const text = format.signed(points);
  if (/^[0.,]+$/.test(text)) return <span className="quiet">{text}</span>;
  return (
    <span className={`${styles["change"]} ${points > 0 ? styles["up"] : styles["down"]}`}>
      <Triangle points={points > 0 ? "up" : "down"} />
      {text}
    </span>
  );
}

export function Rung({ rung }: { rung: string }) {
  const { text } = useLocale();
  const reached = Number(rung.slice(1));
  return (
    <Tooltip label={labelOf(text.vocabulary.rung, rung)}>
      <span className={styles["rung"]}>
        <span className={styles["bars"]} aria-hidden="true">
          {[1, 2, 3, 4, 5].map((step) => (
            <i key={step} className={styles["bar"]} data-reached={step <= reached || undefined} style={{ height: 4 + 2 * step }} />
          ))}
        </span>
        {rung}
      </span>
    </Tooltip>
  );
}

export type Experience = "below" | "meets" | "exceeds";

/** Below is a triangle down, meets a disc, exceeds a triangle up; a hollow disc is something unrated. */
export function ExperienceMark({ experience, size = 10 }: { experience: Experience | null; size?: number }) {
  if (experience === "below" || experience === "exceeds") {
    return (
      <span className={styles[experience]}>
        <Triangle points={experience === "below" ? "down" : "up"} size={size} />
      </span>
    );
  }
  return (
    <svg className={styles[experience ?? "none"]} width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
      {experience === null ? (
        <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.2" />
      ) : (
        <circle cx="5" cy="5" r="4.4" fill="currentColor" />
      )}
    </svg>
  );
}

export function Pair({ provider, sponsor }: { provider: string; sponsor: string }) {
  const { text } = useLocale();
  return (
    <span className={styles["pair"]}>
      <span className={styles["provider"]}>{escaped(provider)}</span>{" "}
      <span className={styles["sponsor"]}>
        {text.vocabulary.forSponsor} {escaped(sponsor)}
      </span>
    </span>
  );
}

export function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  return ((parts[0]?.[0] ?? "?") + (parts.length > 1 ? (parts.at(-1)?.[0] ?? "") : "")).toUpperCase();
}

export function Person({ name, isShort = false }: { name: string | undefined; isShort?: boolean }) {
  if (name === undefined) return <span className="quiet">–</span>;
  const shown = escaped(name);
  const mark = (
    <span className={styles["initials"]} aria-hidden="true">
      {initials(name)}
    </span>
  );
  if (!isShort) return <span className={styles["person"]}>{mark}{shown}</span>;
  return (
    <Tooltip label={shown}>
      <span>
        {mark}
        <span className="unseen">{shown}</span>
      </span>
    </Tooltip>
  );
}
