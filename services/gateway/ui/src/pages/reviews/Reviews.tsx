import { useMe } from "~/api/me";
import { useTitle } from "~/components/title";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useTexts } from "~/text/locale";
import { ReviewCycles } from "./ReviewCycles";
import { DueCards, useDueCards } from "./DueCards";
import styles from "./Reviews.module.css";

export function Reviews() {
  const reviewsWords = useTexts(reviewsTexts);
  const me = useMe();
  const due = useDueCards();
  useTitle(reviewsWords.title);
  return (
    <>
      <div className={styles["top"]}>
        <h1>{reviewsWords.title}</h1>
        <a className={styles["calendar"]} href="/api/v1/me/reviews.ics">
          {reviewsWords.calendar}
        </a>
      </div>
      <DueCards asked={due} />
      {/* The provider does not see by which cycles it is reviewed. Shown after the cards, so that loading cards do not push it down. */}
      {me?.side === "sponsor" && Object.values(due).every((each) => !each.isPending) && <ReviewCycles />}
    </>
  );
}
