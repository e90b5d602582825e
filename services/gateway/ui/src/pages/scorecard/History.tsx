import { useQuery } from "@tanstack/react-query";
import { cardHistory } from "~/api/scorecards";
import { StatusMark } from "~/components/CardStatus";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Scorecard.module.css";

/** The changes of the status of a card, with time and user. */
export function History({ id, version }: { id: string; version: number }) {
  const { format } = useLocale();
  const words = useTexts(scorecardTexts);
  const changes = useQuery(cardHistory(id, version)).data ?? [];
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      <ol className={styles["history"]}>
        {changes.map((change, at) => (
          <li key={change.version}>
            <time dateTime={change.changed_at}>
              {format.day(change.changed_at)} {format.time(new Date(change.changed_at))}
            </time>
            <StatusMark status={change.status} />
            <span>
              {change.status === "draft" && at > 0 ? words.reopened : words.became[change.status]}
              <span className="quiet">, {change.actor_name ?? words.schedule}</span>
              {change.reason !== null && <>: {change.reason}</>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
