import { useMediaQuery } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useNames } from "~/api/actors";
import { portfolio, type PortfolioRow as Row } from "~/api/portfolio";
import { Change, Pair, Person, Rung, ScoreRange, Sparkline, TierBadge, Triangle } from "~/components/marks";
import { Failed, Loading, State } from "~/components/states";
import { useLog } from "~/log/context";
import { useKeys } from "~/shell/keys";
import { MenuKey } from "~/shell/MenuKey";
import { useLocale } from "~/text/locale";
import styles from "./Portfolio.module.css";
import { type ChangeSearch, filtersOf, isFiltered, nextSort, type PortfolioSearch, type SORTS } from "./search";

const ROW = 42;
const NARROW_ROW = 60;
/** Points lost since the quarter began that are worth a word. */
const FALLING = -3;

export function Table({ search, change }: { search: PortfolioSearch; change: ChangeSearch }) {
  const { text } = useLocale();
  const filters = filtersOf(search);
  const rows = useInfiniteQuery(portfolio(filters));
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  if (rows.error !== null && items.length === 0) return <Failed error={rows.error} reset={() => void rows.refetch()} />;
  if (rows.data === undefined) return <Loading lines={12} />;
  if (items.length === 0) {
    return isFiltered(search) ? (
      <State title={text.portfolio.noMatch} lead={text.portfolio.noMatchLead} />
    ) : (
      <State title={text.portfolio.empty} lead={text.portfolio.emptyLead} />
    );
  }
  return (
    <>
      <Rows
        items={items}
        hasMore={rows.hasNextPage}
        loadMore={() => void rows.fetchNextPage({ cancelRefetch: false })}
        sort={filters.sort ?? "-lower"}
        onSort={(column) => change({ sort: nextSort(filters.sort ?? "-lower", column) })}
      />
      <Hints />
    </>
  );
}

interface RowsProps {
  items: Row[];
  hasMore: boolean;
  loadMore: () => void;
  sort: string;
  onSort: (column: (typeof SORTS)[number]) => void;
}

/** Only the rows in sight are rendered; `j` and `k` move the focus along their links, so that Enter opens one. */
function Rows({ items, hasMore, loadMore, sort, onSort }: RowsProps) {
  const { text } = useLocale();
  const openLog = useLog();
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const isNarrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) ?? false;
  const names = useNames(items.map((row) => row.owner_id));
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => (isNarrow ? NARROW_ROW : ROW),
    overscan: 12,
    scrollMargin: top,
    getItemKey: (at) => items[at]?.relationship_id ?? at,
  });
  useLayoutEffect(() => setTop(frame.current?.offsetTop ?? 0), []);
  useEffect(() => virtual.measure(), [virtual, isNarrow]);
  const rendered = virtual.getVirtualItems();
  const last = rendered.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last > items.length - 40) loadMore();
  });

  const focused = () => Number(document.activeElement?.closest("[data-at]")?.getAttribute("data-at") ?? -1);
  const focus = (wanted: number) => {
    const at = Math.max(0, Math.min(items.length - 1, wanted));
    virtual.scrollToIndex(at, { align: "auto" });
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-at="${at}"] a`)?.focus());
  };
  useKeys({
    j: () => focus(focused() + 1),
    k: () => focus(focused() - 1),
    l: () => openLog?.(items[focused()]?.relationship_id),
  });
  return (
    <div className={styles["table"]} role="table" aria-label={text.portfolio.title} aria-rowcount={hasMore ? -1 : items.length + 1}>
      <Head sort={sort} onSort={onSort} />
      <div ref={frame} role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {rendered.map((item) => {
          const row = items[item.index];
          if (row === undefined) return null;
          return <OneRow key={item.key} row={row} at={item.index} owner={names[row.owner_id]} top={item.start - virtual.options.scrollMargin} />;
        })}
      </div>
    </div>
  );
}

function Head({ sort, onSort }: Pick<RowsProps, "sort" | "onSort">) {
  const { text } = useLocale();
  const column = (label: string, className = "", by?: (typeof SORTS)[number]) => {
    const isSorted = by !== undefined && sort.replace("-", "") === by;
    const descends = sort.startsWith("-");
    return (
      <div role="columnheader" className={className} aria-sort={by === undefined ? undefined : isSorted ? (descends ? "descending" : "ascending") : "none"}>
        {by === undefined ? (
          label
        ) : (
          <button type="button" onClick={() => onSort(by)}>
            {label}
            {isSorted && <Triangle points={descends ? "down" : "up"} size={7} />}
          </button>
        )}
      </div>
    );
  };
  const { portfolio: words } = text;
  return (
    <div role="rowgroup">
      <div role="row" className={styles["headRow"]}>
        {column(words.relationship, "", "name")}
        {column(words.tier)}
        {column(words.score, styles["number"], "score")}
        {column(words.range, styles["range"], "lower")}
        {column(words.months, styles["months"])}
        {column(words.quarter, styles["quarter"], "change")}
        {column(words.work, styles["work"])}
        <div role="columnheader" className={styles["owner"]}>
          <span className="unseen">{words.owner}</span>
        </div>
        {column(words.contact, `${styles["contact"]} ${styles["number"]}`, "last_contact")}
        {column(words.nextContact, styles["nextContact"])}
      </div>
    </div>
  );
}

function OneRow({ row, at, owner, top }: { row: Row; at: number; owner: string | undefined; top: number }) {
  const { text, format } = useLocale();
  const navigate = useNavigate();
  const to = { to: "/relationships/$id", params: { id: row.relationship_id } } as const;
  const isOverdue = row.next_touch_due_on !== null && row.next_touch_due_on < row.as_of;
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className={styles["row"]}
      data-at={at}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest("a") === null) void navigate(to);
      }}
    >
      <div role="cell" className={styles["name"]}>
        <Link {...to}>
          <Pair provider={row.provider_name} sponsor={row.sponsor_name} />
        </Link>
        <Remark row={row} />
      </div>
      <div role="cell">
        <TierBadge tier={row.tier} />
      </div>
      <div role="cell" className={styles["score"]}>
        {format.points(row.score)}
      </div>
      <div role="cell" className={styles["range"]}>
        <ScoreRange {...row} />
      </div>
      <div role="cell" className={styles["months"]}>
        <Sparkline values={row.monthly_scores} tier={row.tier} />
      </div>
      <div role="cell" className={styles["quarter"]}>
        <Change points={row.change} />
      </div>
      <div role="cell" className={styles["work"]}>
        <Rung rung={row.rung} />
      </div>
      <div role="cell" className={styles["owner"]}>
        <Person name={owner} isShort />
      </div>
      <div role="cell" className={`${styles["contact"]} ${styles["number"]}`}>
        {row.last_contact_on === null ? <span className="quiet">{text.portfolio.never}</span> : text.portfolio.days(daysBetween(row.last_contact_on, row.as_of))}
      </div>
      <div role="cell" className={styles["nextContact"]}>
        {row.next_touch_due_on !== null && (
          <span className={isOverdue ? styles["bad"] : undefined} title={isOverdue ? format.longDay(row.next_touch_due_on) : undefined}>
            {isOverdue ? text.portfolio.overdue : format.day(row.next_touch_due_on)}
          </span>
        )}
      </div>
    </div>
  );
}

function Remark({ row }: { row: Row }) {
  const { text } = useLocale();
  if (row.unproven) return <span className={styles["chip"]}>{text.vocabulary.unproven}</span>;
  if (row.change < FALLING) {
    return (
      <span className={styles["chip"]} data-is="falling">
        {text.portfolio.falling}
      </span>
    );
  }
  return row.is_restricted ? <span className={styles["chip"]}>{text.vocabulary.restricted}</span> : null;
}

function Hints() {
  const { text } = useLocale();
  const { keys } = text.portfolio;
  return (
    <div className={styles["hints"]} aria-hidden="true">
      <span><kbd>J</kbd><kbd>K</kbd> {keys.move}</span>
      <span><kbd>↵</kbd> {keys.open}</span>
      {useLog() !== null && <span><kbd>L</kbd> {keys.log}</span>}
      <span><kbd>/</kbd> {keys.filter}</span>
      <span><MenuKey /> {keys.anything}</span>
    </div>
  );
}

export function daysBetween(first: string, last: string): number {
  return Math.max(0, Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000));
}
