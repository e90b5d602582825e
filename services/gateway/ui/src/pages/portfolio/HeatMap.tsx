import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { attributes } from "~/api/attributes";
import { heatMap } from "~/api/portfolio";
import { ExperienceMark, Pair, TierMark } from "~/components/marks";
import { Failed, Loading, State } from "~/components/states";
import { useKeys } from "~/shell/keys";
import { attributes as attributeNames } from "~/text/attributes";
import { useLocale, useTranslated } from "~/text/locale";
import styles from "./HeatMap.module.css";
import { columnsOf, groupsOf, type HeatRow, moved, type Cell, wordOf } from "./heat";
import { type ChangeSearch, filtersOf, type PortfolioSearch } from "./search";

const ROW = 34;

/** Attributes by relationships, from each one's newest published scorecard of a side. */
export function HeatMap({ search, change }: { search: PortfolioSearch; change: ChangeSearch }) {
  const { text } = useLocale();
  const words = text.portfolio;
  const side = search.side ?? "sponsor";
  const translated = useTranslated(attributeNames);
  const asked = useInfiniteQuery(heatMap(filtersOf(search), side));
  const known = useQuery(attributes).data;
  const columns = useMemo(() => columnsOf(known ?? [], side).map((column) => ({ ...column, label: translated(column.label) })), [known, side, translated]);
  const rows = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const isUnrated = !asked.hasNextPage && rows.every((row) => row.card === null);
  const choice = { size: "xs" as const };
  return (
    <>
      <div className={styles["tools"]}>
        <SegmentedControl
          {...choice}
          aria-label={words.ratedBy}
          value={side}
          data={(["sponsor", "provider"] as const).map((value) => ({ value, label: words.ratedBySide[value] }))}
          onChange={(chosen) => change({ side: chosen === "provider" ? "provider" : undefined })}
        />
        <Legend />
        <SegmentedControl
          {...choice}
          aria-label={words.shownAs}
          value={search.figures ? "table" : "chart"}
          data={[{ value: "chart", label: words.asMarks }, { value: "table", label: words.asFigures }]}
          onChange={(chosen) => change({ figures: chosen === "table" || undefined })}
        />
      </div>
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {(asked.isPending || known === undefined) && asked.error === null && <Loading lines={12} />}
      {asked.data !== undefined && rows.length === 0 && <State title={words.noMatch} lead={words.noMatchLead} />}
      {rows.length > 0 && known !== undefined && isUnrated && <State title={words.noneRated} lead={words.noneRatedLead} />}
      {rows.length > 0 && known !== undefined && !isUnrated && (
        <Grid
          rows={rows}
          columns={columns}
          hasFigures={search.figures === true}
          hasMore={asked.hasNextPage}
          loadMore={() => {
            if (!asked.isFetching) void asked.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

function Legend() {
  const { text } = useLocale();
  return (
    <ul className={styles["legend"]}>
      {(["below", "meets", "exceeds", null] as const).map((word) => (
        <li key={word}>
          {word === null ? <b aria-hidden="true">·</b> : <ExperienceMark experience={word} />} {word === null ? text.portfolio.notRated : text.vocabulary.experience[word]}
        </li>
      ))}
    </ul>
  );
}

interface GridProps {
  rows: HeatRow[];
  columns: ReturnType<typeof columnsOf>;
  hasFigures: boolean;
  hasMore: boolean;
  loadMore: () => void;
}

/** Only the rows in sight are rendered. One cell is in the order of tabs; arrows lead from it to the others. */
function Grid({ rows, columns, hasFigures, hasMore, loadMore }: GridProps) {
  const { text } = useLocale();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Cell>({ row: 0, column: 0 });
  const isMoving = useRef(false);
  const here = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length) };
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (row) => rows[row]?.relationship_id ?? row,
  });
  const focus = useCallback((row: number, column: number) => setAt({ row, column }), []);
  const rendered = virtual.getVirtualItems();
  const last = rendered.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last > rows.length - 40) loadMore();
  });
  // The cell that a key leads to may have to be rendered first.
  useEffect(() => {
    if (!isMoving.current) return;
    const cell = frame.current?.querySelector<HTMLElement>(`[data-row="${here.row}"] [data-column="${here.column}"]`);
    if (cell == null) return;
    isMoving.current = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  const go = (to: Cell) => {
    isMoving.current = true;
    virtual.scrollToIndex(to.row, { align: "auto" });
    setAt(to);
  };
  const press = (event: KeyboardEvent) => {
    const to = moved(here, event.key, event.ctrlKey || event.metaKey, rows.length, columns.length);
    if (to !== null) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Enter" && here.column > 0) {
      const id = rows[here.row]?.relationship_id;
      if (id !== undefined) void navigate({ to: "/relationships/$id", params: { id } });
    }
  };
  useKeys({ j: () => go({ ...here, row: Math.min(rows.length - 1, here.row + 1) }), k: () => go({ ...here, row: Math.max(0, here.row - 1) }) });
  return (
    <>
      <div
        ref={frame}
        className={styles["grid"]}
        data-figures={hasFigures || undefined}
        role="grid"
        aria-label={text.portfolio.views["heat-map"]}
        aria-rowcount={hasMore ? -1 : rows.length + 2}
        aria-colcount={columns.length + 1}
        style={{ "--columns": columns.length }}
        onKeyDown={press}
      >
        <Head columns={columns} />
        <div role="rowgroup" className={styles["body"]} style={{ height: virtual.getTotalSize() }}>
          {rendered.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <Row
                key={item.key}
                row={row}
                index={item.index}
                columns={columns}
                hasFigures={hasFigures}
                focusable={here.row === item.index ? here.column : null}
                onFocus={focus}
                top={item.start}
              />
            );
          })}
        </div>
      </div>
      <Details row={rows[here.row]} column={columns[here.column - 1]} />
    </>
  );
}

function Head({ columns }: Pick<GridProps, "columns">) {
  const { text } = useLocale();
  const labels: Record<string, string> = text.vocabulary.attributeGroup;
  return (
    <div role="rowgroup" className={styles["head"]}>
      <div role="row" className={styles["groups"]}>
        <div role="columnheader" className={styles["corner"]}>
          <span className="unseen">{text.portfolio.group}</span>
        </div>
        {groupsOf(columns).map(({ group, span }) => (
          <div key={group} role="columnheader" aria-colspan={span} style={{ gridColumn: `span ${span}` }} title={labels[group] ?? group}>
            {labels[group] ?? group}
          </div>
        ))}
      </div>
      <div role="row" className={styles["labels"]}>
        <div role="columnheader" className={styles["corner"]}>
          {text.portfolio.relationship}
        </div>
        {columns.map((column, at) => (
          <div key={column.key} role="columnheader" aria-colindex={at + 2} title={column.label} data-first={columns[at - 1]?.group !== column.group || undefined}>
            <span>{column.label}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: HeatRow;
  index: number;
  columns: GridProps["columns"];
  hasFigures: boolean;
  /** Which of its cells is in the order of tabs, if one is. */
  focusable: number | null;
  onFocus: (row: number, column: number) => void;
  top: number;
}

/** While one scrolls, rows that stay in sight are not rendered again. */
const Row = memo(function Row({ row, index, columns, hasFigures, focusable, onFocus, top }: RowProps) {
  const { text, format } = useLocale();
  return (
    <div role="row" className={styles["row"]} aria-rowindex={index + 3} data-row={index} style={{ transform: `translateY(${top}px)` }}>
      <div role="rowheader" className={styles["name"]}>
        <TierMark tier={row.tier} size={12} />
        <Link to="/relationships/$id" params={{ id: row.relationship_id }} data-column={0} tabIndex={focusable === 0 ? 0 : -1} onFocus={() => onFocus(index, 0)}>
          <Pair provider={row.provider_name} sponsor={row.sponsor_name} />
        </Link>
      </div>
      {columns.map((column, at) => {
        const value = row.card?.values[column.key] ?? null;
        const word = wordOf(value);
        return (
          <div
            key={column.key}
            role="gridcell"
            data-column={at + 1}
            data-is={word ?? undefined}
            data-first={columns[at - 1]?.group !== column.group || undefined}
            tabIndex={focusable === at + 1 ? 0 : -1}
            onFocus={() => onFocus(index, at + 1)}
            onClick={(event) => event.currentTarget.focus()}
          >
            {value === null ? <span aria-hidden="true">·</span> : hasFigures ? format.whole(100 * value) : <ExperienceMark experience={word} />}
            <span className="unseen">{word === null ? text.portfolio.notRated : text.vocabulary.experience[word]}</span>
          </div>
        );
      })}
    </div>
  );
});

/** The cell at hand in a sentence. */
function Details({ row, column }: { row: HeatRow | undefined; column: GridProps["columns"][number] | undefined }) {
  const { text, format } = useLocale();
  const words = text.portfolio;
  const known = useQuery(attributes).data;
  if (row === undefined) return null;
  const value = column === undefined ? null : (row.card?.values[column.key] ?? null);
  const word = wordOf(value);
  const attribute = known?.find(({ key }) => key === column?.key);
  return (
    <p className={styles["details"]}>
      <Pair provider={row.provider_name} sponsor={row.sponsor_name} />
      {column !== undefined && (
        <span>
          <b>{column.label}</b>: <ExperienceMark experience={word} size={9} /> {word === null ? words.notRated : `${text.vocabulary.experience[word]} (${format.whole(100 * (value ?? 0))})`}
          {word !== null && attribute !== undefined && <span className="quiet"> {attribute[word]}</span>}
        </span>
      )}
      <span className="quiet">
        {row.card === null
          ? words.noCard
          : words.ofCard(format.day(row.card.period_starts_on), format.day(row.card.period_ends_on), format.whole(100 * row.card.coverage))}
        {row.card?.is_outdated && ` · ${words.outdated}`}
      </span>
    </p>
  );
}
