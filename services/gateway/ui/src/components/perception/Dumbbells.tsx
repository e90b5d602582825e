import { useState } from "react";
import { perception as perceptionTexts } from "~/text/perception";
import { useLocale, useTexts } from "~/text/locale";
import { type GapGroup, type GapRow, isWide } from "./gaps";
import styles from "./perception.module.css";
import { gapText } from "./sentences";

/** Two marks on one line by group; a press shows the questions of it. */
export function Dumbbells({ groups }: { groups: GapGroup[] }) {
  const { scale } = useTexts(perceptionTexts);
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <div className={styles["rows"]}>
      <div className={styles["scale"]} aria-hidden="true">
        <span>{scale.below}</span>
        <span>{scale.meets}</span>
        <span>{scale.exceeds}</span>
      </div>
      {groups.map((group) => (
        <div key={group.key}>
          <button type="button" className={styles["row"]} aria-expanded={opened === group.key} onClick={() => setOpened(opened === group.key ? null : group.key)}>
            <span className={styles["name"]}>
              {group.label} <span className="quiet">{group.attributes.length}</span>
            </span>
            <Line row={group} />
          </button>
          {opened === group.key &&
            group.attributes.map((row) => (
              <div key={row.key} className={styles["row"]} data-is="question">
                <span className={styles["name"]}>{row.label}</span>
                <Line row={row} />
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}

function Line({ row }: { row: GapRow }) {
  const { format } = useLocale();
  const words = useTexts(perceptionTexts);
  const at = (step: number) => `${50 * (step + 1)}%`;
  return (
    <>
      <span className={styles["track"]} aria-hidden="true">
        <span className={styles["between"]} style={{ left: at(Math.min(row.ours, row.theirs)), width: `${50 * Math.abs(row.theirs - row.ours)}%` }} />
        <i className={styles["ours"]} style={{ left: at(row.ours) }} />
        <i className={styles["theirs"]} style={{ left: at(row.theirs) }} />
      </span>
      <span className={styles["gap"]} data-is={isWide(row) ? "wide" : undefined}>
        {gapText(row.gap, words, format)}
      </span>
    </>
  );
}
