import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { ratingWorth } from "~/api/reviews";
import type { Format } from "~/text/format";
import { useReader } from "~/text/reader";
import type { Text } from "~/text/table";
import { Dumbbells } from "./Dumbbells";
import { gapGroups, type GapRow, wideGaps } from "./gaps";
import { GapTable } from "./GapTable";
import styles from "./perception.module.css";
import { Radar } from "./Radar";

const VIEWS = ["dumbbells", "radar", "table"] as const;
type View = (typeof VIEWS)[number];

/** Fewer corners make no shape. */
const CORNERS_LEAST = 3;

export interface PerceptionProps {
  period: Schemas["PeriodGapsOut"];
  ourName: string;
  theirName: string;
}

/** One period as both sides rated it: the gaps in a sentence, and drawn in one of three ways. */
export function Perception({ period, ourName, theirName }: PerceptionProps) {
  const { text, format } = useReader();
  const words = text.perception;
  const worth = useQuery(ratingWorth).data;
  const [view, setView] = useState<View>("dumbbells");
  if (worth == null) return null;
  const groups = gapGroups(period, worth, (group) => text.words.attributeGroup[group as keyof typeof text.words.attributeGroup] ?? group);
  const views = VIEWS.filter((each) => each !== "radar" || groups.length >= CORNERS_LEAST);
  return (
    <>
      <div className={styles["head"]}>
        <p className={styles["sentence"]}>{sentenceOf(period, ourName, theirName, text, format)}</p>
        <SegmentedControl size="xs" aria-label={words.view} value={view} data={views.map((each) => ({ value: each, label: words.views[each] }))} onChange={(each) => setView(each as View)} />
      </div>
      {view !== "table" && (
        <p className={styles["legend"]}>
          <span>
            <i className={styles["ours"]} /> {words.of(ourName)}
          </span>
          <span>
            <i className={styles["theirs"]} /> {words.of(theirName)}
          </span>
          {period.overall.gap !== null && <span className="quiet">{words.mean(gapText(period.overall.gap, text, format))}</span>}
        </p>
      )}
      {view === "dumbbells" && <Dumbbells groups={groups} />}
      {view === "radar" && <Radar groups={groups} />}
      {view === "table" && <GapTable groups={groups} ourName={ourName} theirName={theirName} />}
      {period.left_out > 0 && <p className="quiet">{words.leftOut(period.left_out)}</p>}
    </>
  );
}

export function gapText(gap: number, text: Text, format: Format): string {
  const steps = stepsText(Math.abs(gap), text, format);
  return steps === null ? text.perception.noGap : `${gap > 0 ? "+" : "−"}${steps}`;
}

/** So many steps with one decimal where it is needed; null where it rounds to none. */
function stepsText(gap: number, text: Text, format: Format): string | null {
  const rounded = Math.round(10 * gap) / 10;
  if (rounded === 0) return null;
  return (rounded === 1 ? text.perception.oneStep : text.perception.steps)(rounded.toLocaleString(format.locale));
}

/** Who rates what higher, the side with the widest gap first. */
function sentenceOf(period: PerceptionProps["period"], ourName: string, theirName: string, text: Text, format: Format): string {
  const words = text.perception;
  const named = wideGaps(period);
  if (named.length === 0) return words.agree;
  const list = new Intl.ListFormat(format.locale, { type: "conjunction" });
  const told = [theirName, ourName].map((name, at) => {
    const higher = named.filter((each) => each.gap > 0 === (at === 0));
    const parts = higher.map((each) => words.by(each.label, stepsText(Math.abs(each.gap), text, format) ?? ""));
    return { widest: named.findIndex((each) => higher.includes(each)), sentence: parts.length === 0 ? "" : words.higher(name, list.format(parts)) };
  });
  return told
    .filter(({ sentence }) => sentence !== "")
    .sort((one, other) => one.widest - other.widest)
    .map(({ sentence }) => sentence)
    .join(" ");
}

export function isWide({ gap }: GapRow): boolean {
  return Math.abs(gap) >= 1;
}
