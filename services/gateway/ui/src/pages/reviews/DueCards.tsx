import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useNames } from "~/api/actors";
import { type CardRow, cards, type Due } from "~/api/scorecards";
import { CardStatus, isLate, sidesOf } from "~/components/CardStatus";
import { Person } from "~/components/marks";
import { Failed, Loading, State } from "~/components/states";
import { useKeys } from "~/shell/keys";
import { rating as ratingTexts } from "~/text/rating";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Reviews.module.css";

const DUES: Due[] = ["mine", "sign", "resolve", "waive"];

export function useDueCards() {
  return {
    mine: useInfiniteQuery(cards({ due: "mine" })),
    sign: useInfiniteQuery(cards({ due: "sign" })),
    resolve: useInfiniteQuery(cards({ due: "resolve" })),
    waive: useInfiniteQuery(cards({ due: "waive" })),
  };
}

/** The cards that wait for the user, those due first at the top; `j` and `k` move along the cards, Enter opens one. */
export function DueCards({ asked }: { asked: ReturnType<typeof useDueCards> }) {
  const reviewsWords = useTexts(reviewsTexts);
  const frame = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const links = [...(frame.current?.querySelectorAll<HTMLElement>("[data-card] a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) });

  const all = DUES.map((due) => asked[due]);
  const error = all.find((each) => each.error !== null && each.data === undefined)?.error;
  if (error != null) return <Failed error={error} reset={() => all.forEach((each) => void each.refetch())} />;
  if (all.some((each) => each.data === undefined)) return <Loading lines={6} />;
  const rows = (due: Due) => asked[due].data?.pages.flatMap((page) => page.items) ?? [];
  if (DUES.every((due) => rows(due).length === 0)) {
    return (
      <section className={`panel ${styles["dues"]}`}>
        <State title={reviewsWords.nothingDue} lead={reviewsWords.nothingDueLead} />
      </section>
    );
  }
  const mine = new Set(rows("mine").map((card) => card.id));
  return (
    <div ref={frame}>
      {DUES.map((due) => {
        // A side that the user can still answer is not offered for waiving.
        const items = rows(due).filter((card) => due !== "waive" || !mine.has(card.id));
        if (items.length === 0) return null;
        const { hasNextPage, isFetching, fetchNextPage } = asked[due];
        return (
          <section key={due} className={`panel ${styles["dues"]}`} aria-labelledby={`due-${due}`}>
            <h2 id={`due-${due}`}>
              {reviewsWords.due[due]} <span className={styles["count"]}>{items.length}{hasNextPage && "+"}</span>
              <span className={styles["lead"]}>{reviewsWords.dueLead[due]}</span>
            </h2>
            <CardList items={[...items].sort((one, other) => one.due_on.localeCompare(other.due_on))} />
            {hasNextPage && (
              <Button size="compact-xs" variant="subtle" color="ink" loading={isFetching} onClick={() => void fetchNextPage()}>
                {reviewsWords.more}
              </Button>
            )}
          </section>
        );
      })}
    </div>
  );
}

function CardList({ items }: { items: CardRow[] }) {
  const { format } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const names = useNames(items.map((card) => card.owner_id));
  const today = new Date().toISOString().slice(0, 10);
  return (
    <ul className={styles["cards"]}>
      {items.map((card) => {
        const { who, whom } = sidesOf(card);
        const late = isLate(card, today);
        return (
          <li key={card.id} data-card>
            <Link to="/scorecards/$card" params={{ card: card.id }} className={styles["name"]}>
              {ratingWords.rates(who, whom)}
            </Link>
            <span>{card.period_name}</span>
            <CardStatus status={card.status} />
            <span className={late ? styles["bad"] : undefined}>{(late ? ratingWords.late : ratingWords.due)(format.day(card.due_on))}</span>
            <Person name={names[card.owner_id]} isShort />
          </li>
        );
      })}
    </ul>
  );
}
