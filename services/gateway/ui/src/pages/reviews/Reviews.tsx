import { useMe } from "~/api/queries";
import { useTitle } from "~/components/title";
import { useReader } from "~/text/reader";
import { Cycles } from "./Cycles";
import { DueCards } from "./DueCards";
import styles from "./Reviews.module.css";

export function Reviews() {
  const { text } = useReader();
  const me = useMe();
  useTitle(text.reviews.title);
  return (
    <>
      <div className={styles["top"]}>
        <h1>{text.reviews.title}</h1>
        <a className={styles["calendar"]} href="/api/v1/me/reviews.ics">
          {text.reviews.calendar}
        </a>
      </div>
      <DueCards />
      {/* By what plan the provider is reviewed is no business of its own. */}
      {me?.side === "sponsor" && <Cycles />}
    </>
  );
}
