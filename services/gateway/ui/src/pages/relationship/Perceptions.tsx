import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { perceptionGaps } from "~/api/relationships";
import { Perception } from "~/components/perception/Perception";
import { gapText } from "~/components/perception/sentences";
import { perception as perceptionTexts } from "~/text/perception";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Relationship.module.css";

/** Periods to choose from, each with its mean gap. */
const SHOWN_MOST = 6;

interface PerceptionsProps {
  id: string;
  provider: string;
  sponsor: string;
}

/** How both sides rated each other, the newest period first; nothing where none was published by both. */
export function Perceptions({ id, provider, sponsor }: PerceptionsProps) {
  const { format } = useLocale();
  const words = useTexts(perceptionTexts);
  const gaps = useQuery(perceptionGaps(id)).data;
  const [chosen, setChosen] = useState<string | null>(null);
  const periods = gaps?.periods.slice(-SHOWN_MOST) ?? [];
  const period = periods.find((each) => each.our_scorecard_id === chosen) ?? periods.at(-1);
  if (gaps === undefined || period === undefined) return null;
  const [ourName, theirName] = gaps.our_side === "sponsor" ? [sponsor, provider] : [provider, sponsor];
  return (
    <section className={`panel ${styles["panelIn"]} ${styles["wide"]}`} aria-labelledby="perception">
      <div className={styles["panelHead"]}>
        <h2 id="perception">{words.title}</h2>
        <Link to="/scorecards/$card" params={{ card: period.our_scorecard_id }} className={styles["lead"]}>
          {format.day(period.period_starts_on)} – {format.day(period.period_ends_on)}
        </Link>
        {periods.length > 1 && (
          <div className={`${styles["end"]} ${styles["periods"]}`}>
            <SegmentedControl
              size="xs"
              aria-label={words.over}
              value={period.our_scorecard_id}
              data={periods.map((each) => ({
                value: each.our_scorecard_id,
                label: `${format.month(each.period_ends_on)}: ${each.overall.gap === null ? "–" : gapText(each.overall.gap, words, format)}`,
              }))}
              onChange={setChosen}
            />
          </div>
        )}
      </div>
      <Perception key={period.our_scorecard_id} period={period} ourName={ourName} theirName={theirName} />
    </section>
  );
}
