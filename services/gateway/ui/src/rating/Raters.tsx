import type { Card } from "~/api/scorecards";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./rating.module.css";

/** How far the other raters of this side are; nothing of what they answered. */
export function Raters({ card, me }: { card: Card; me: string }) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts);
  const raters = (card.content?.raters ?? []).filter((rater) => rater.rater_id !== me);
  if (raters.length === 0) return null;
  return (
    <section className={`panel ${styles["facts"]}`} aria-labelledby="raters">
      <h2 id="raters">{words.raters}</h2>
      <ul className={styles["raters"]}>
        {raters.map((rater) => (
          <li key={rater.rater_id}>
            <span>{rater.name ?? words.outside}</span>
            <span className="quiet">
              {rater.is_finished ? `✓ ${words.finished}` : words.writing}, {format.day(rater.updated_at)} {format.time(new Date(rater.updated_at))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
