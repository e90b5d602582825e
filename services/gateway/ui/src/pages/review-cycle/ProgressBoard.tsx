import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useNames } from "~/api/actors";
import type { Schemas } from "~/api/client";
import { type CardRow, cards, type Side, type Status } from "~/api/scorecards";
import { CardStatus, isLate } from "~/components/CardStatus";
import { Pair, Person } from "~/components/marks";
import { rating as ratingTexts } from "~/text/rating";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./ReviewCycle.module.css";
import { SideProgress } from "./SideProgress";

const ALWAYS: Status[] = ["draft", "submitted", "signed", "published"];
const SOMETIMES: Status[] = ["disputed", "resolved", "waived"];

/** Height of a card, for the space reserved while cards load, and the cards of a page. */
const CARD_PX = 96;
const PAGE = 50;

interface ProgressBoardProps {
  cycleId: string;
  progress: Schemas["ReviewProgressOut"];
  period: Schemas["PeriodOut"];
}

/** The cards of a period by status, one side at a time, with the counts of both sides above. */
export function ProgressBoard({ cycleId, progress, period }: ProgressBoardProps) {
  const words = useTexts(reviewsTexts);
  const [chosen, setChosen] = useState<Side | null>(null);
  const side = progress.sides.find((each) => each.side === chosen) ?? progress.sides[0];
  if (side === undefined) return null;
  const columns = [...ALWAYS, ...SOMETIMES.filter((status) => (side.by_status[status] ?? 0) > 0)];
  return (
    <>
      <div className={styles["sideBars"]}>
        {progress.sides.map((each) => (
          <SideProgress key={each.side} progress={each} />
        ))}
      </div>
      {progress.sides.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={words.side}
          value={side.side}
          data={progress.sides.map((each) => ({ value: each.side, label: words.sidesShort[each.side] }))}
          onChange={(each) => setChosen(each)}
        />
      )}
      <div className={styles["board"]} tabIndex={0} role="group" aria-label={words.board}>
        {columns.map((status) => (
          <Column key={status} status={status} count={side.by_status[status] ?? 0} filters={{ review_cycle_id: cycleId, side: side.side, period_ends_on: period.ends_on, status }} />
        ))}
      </div>
    </>
  );
}

function Column({ status, count, filters }: { status: Status; count: number; filters: Parameters<typeof cards>[0] }) {
  const reviewsWords = useTexts(reviewsTexts);
  const asked = useInfiniteQuery({ ...cards(filters), enabled: count > 0 });
  const items = count === 0 ? [] : (asked.data?.pages.flatMap((page) => page.items) ?? []);
  const names = useNames(items.map((card) => card.owner_id));
  return (
    <section className={styles["column"]} aria-labelledby={`column-${status}`}>
      <h3 id={`column-${status}`}>
        <CardStatus status={status} /> <span className="quiet figures">{count}</span>
      </h3>
      {asked.isLoading && <div style={{ height: CARD_PX * Math.min(PAGE, count) }} aria-busy="true" />}
      {count === 0 && <p className="quiet">{reviewsWords.empty}</p>}
      <ul>
        {items.map((card) => (
          <OneCard key={card.id} card={card} owner={names[card.owner_id]} />
        ))}
      </ul>
      {asked.hasNextPage && items.length > 0 && (
        <Button size="compact-xs" variant="subtle" color="ink" loading={asked.isFetching} onClick={() => void asked.fetchNextPage()}>
          {reviewsWords.more}
        </Button>
      )}
    </section>
  );
}

function OneCard({ card, owner }: { card: CardRow; owner: string | undefined }) {
  const { format } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const late = isLate(card, new Date().toISOString().slice(0, 10));
  return (
    <li>
      <Link to="/scorecards/$card" params={{ card: card.id }} className={`panel ${styles["card"]}`}>
        <Pair provider={card.provider_name} sponsor={card.sponsor_name} />
        <span className={styles["cardFoot"]}>
          {card.status === "draft" && (
            <span className={late ? styles["bad"] : "quiet"}>{(late ? ratingWords.late : ratingWords.due)(format.day(card.due_on))}</span>
          )}
          {/* Who to ask about it. */}
          <Person name={owner} />
        </span>
      </Link>
    </li>
  );
}
