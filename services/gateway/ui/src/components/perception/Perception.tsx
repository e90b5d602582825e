import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { labelOf } from "~/api/enums";
import { ratingWorth } from "~/api/tierPolicies";
import { attributes as attributeNames } from "~/text/attributes";
import { perception as perceptionTexts } from "~/text/perception";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import { Dumbbells } from "./Dumbbells";
import { gapGroups } from "./gaps";
import { GapTable } from "./GapTable";
import styles from "./perception.module.css";
import { Radar } from "./Radar";
import { gapText, sentenceOf } from "./sentences";

const VIEWS = ["dumbbells", "radar", "table"] as const;
type View = (typeof VIEWS)[number];

/** Fewer corners make no shape. */
const CORNERS_LEAST = 3;

export interface PerceptionProps {
  period: Schemas["PeriodGapsOut"];
  ourName: string;
  theirName: string;
}

/** One period as both sides rated it: the gaps in a sentence, and shown in one of three ways. */
export function Perception({ period: found, ourName, theirName }: PerceptionProps) {
  const { text, format } = useLocale();
  const words = useTexts(perceptionTexts);
  const worth = useQuery(ratingWorth).data;
  const translated = useTranslated(attributeNames);
  const [view, setView] = useState<View>("dumbbells");
  if (worth == null) return null;
  const period = { ...found, attributes: found.attributes.map((each) => ({ ...each, label: translated(each.label) })) };
  const groups = gapGroups(period, worth, (group) => labelOf(text.vocabulary.attributeGroup, group) ?? group);
  const views = VIEWS.filter((each) => each !== "radar" || groups.length >= CORNERS_LEAST);
  return (
    <>
      <div className={styles["head"]}>
        <p className={styles["sentence"]}>{sentenceOf(period, ourName, theirName, words, format)}</p>
        <SegmentedControl size="xs" aria-label={words.view} value={view} data={views.map((each) => ({ value: each, label: words.views[each] }))} onChange={setView} />
      </div>
      {view !== "table" && (
        <p className={styles["legend"]}>
          <span>
            <i className={styles["ours"]} /> {words.of(ourName)}
          </span>
          <span>
            <i className={styles["theirs"]} /> {words.of(theirName)}
          </span>
          {period.overall.gap !== null && <span className="quiet">{words.mean(gapText(period.overall.gap, words, format))}</span>}
        </p>
      )}
      {view === "dumbbells" && <Dumbbells groups={groups} />}
      {view === "radar" && <Radar groups={groups} />}
      {view === "table" && <GapTable groups={groups} ourName={ourName} theirName={theirName} />}
      {period.left_out > 0 && <p className="quiet">{words.leftOut(period.left_out)}</p>}
    </>
  );
}
