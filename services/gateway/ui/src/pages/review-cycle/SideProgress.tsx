import type { Schemas } from "~/api/client";
import { reviews as reviewsTexts } from "~/text/reviews";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useTexts } from "~/text/locale";
import styles from "./ReviewCycle.module.css";

interface SideProgressProps {
  progress: Schemas["SideProgressOut"];
  period?: string;
}

/** How many cards of a side are submitted, as a bar and in words. */
export function SideProgress({ progress, period }: SideProgressProps) {
  const scorecardWords = useTexts(scorecardTexts);
  const words = useTexts(reviewsTexts);
  const side = scorecardWords.side[progress.side];
  const done = progress.cards - (progress.by_status["draft"] ?? 0);
  return (
    <div className={styles["sideBar"]}>
      <span>
        {side} {period !== undefined && <span className="quiet">{period}</span>}
      </span>
      <span className="figures">
        {words.done(done, progress.cards)}
        {progress.late > 0 && <span className={styles["bad"]}> · {words.late(progress.late)}</span>}
      </span>
      <progress max={Math.max(1, progress.cards)} value={done} aria-label={words.progressOf(side, done, progress.cards)} />
    </div>
  );
}
