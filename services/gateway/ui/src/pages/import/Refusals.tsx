import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Schemas } from "~/api/client";
import { refusalReasons, refusals } from "~/api/imports";
import { Failed, Loading } from "~/components/states";
import { useWindowed } from "~/components/windowed";
import { useKeys } from "~/shell/keys";
import { escaped } from "~/text/escaped";
import { imports } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { useRefusalReason } from "./useRefusalReason";

/** Every refused line with its reason, filtered by reason or by text, and as a CSV file to correct them with. */
export function Refusals({ id, count }: { id: string; count: number }) {
  const { format } = useLocale();
  const words = useTexts(imports);
  const inWords = useRefusalReason();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 150);
  const [why, setWhy] = useState<Schemas["ReasonOut"] | null>(null);
  const reasons = useQuery(refusalReasons(id)).data ?? [];
  const filters = { q: q || undefined, column: why?.column ?? undefined, code: why?.code };
  const found = useInfiniteQuery(refusals(id, filters));
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  useKeys({ "/": () => field.current?.focus() });
  return (
    <section className={styles["refusals"]}>
      <div className={styles["refusalsHead"]}>
        <h2>
          {words.refusedTitle} <span className="quiet figures">{format.whole(count)}</span>
        </h2>
        <TextInput
          ref={field}
          size="xs"
          aria-label={words.filter}
          placeholder={words.filter}
          rightSection={<kbd aria-hidden="true">/</kbd>}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        <Button component="a" href={`/api/v1/imports/${id}/refusals.csv`} download>
          {words.download}
        </Button>
      </div>
      {reasons.length > 1 && (
        <div className={styles["reasons"]} role="group" aria-label={words.why}>
          <button type="button" aria-pressed={why === null} onClick={() => setWhy(null)}>
            {words.anyReason}
          </button>
          {reasons.map((reason) => (
            <button
              key={`${reason.column} ${reason.code}`}
              type="button"
              aria-pressed={why?.code === reason.code && why.column === reason.column}
              onClick={() => setWhy(reason)}
            >
              {reason.column !== null && <b>{reason.column}</b>} {words.codes[reason.code] ?? inWords(reason.reason)} <span className="quiet figures">{format.whole(reason.lines)}</span>
            </button>
          ))}
        </div>
      )}
      {found.error !== null && found.data === undefined && <Failed error={found.error} reset={() => void found.refetch()} />}
      {found.data === undefined && found.error === null && <Loading lines={6} />}
      {found.data !== undefined && rows.length === 0 && <p className="quiet">{words.noneMatches}</p>}
      {rows.length > 0 && (
        <Rows
          rows={rows}
          hasMore={found.hasNextPage}
          loadMore={() => {
            if (!found.isFetching) void found.fetchNextPage();
          }}
        />
      )}
    </section>
  );
}

interface RowsProps {
  rows: Schemas["RefusalOut"][];
  hasMore: boolean;
  loadMore: () => void;
}

/** Only the rows in sight are rendered. */
function Rows({ rows, hasMore, loadMore }: RowsProps) {
  const { format } = useLocale();
  const words = useTexts(imports);
  const reason = useRefusalReason();
  const { frame, virtual } = useWindowed({ count: rows.length, estimate: 34, overscan: 20, hasMore, room: 60, loadMore });
  return (
    <div role="table" aria-label={words.refusedTitle} aria-rowcount={hasMore ? -1 : rows.length + 1}>
      <div role="rowgroup">
        <div role="row" className={`${styles["refusal"]} ${styles["refusalHead"]}`}>
          <div role="columnheader" className={styles["number"]}>{words.line}</div>
          <div role="columnheader">{words.column}</div>
          <div role="columnheader">{words.cell}</div>
          <div role="columnheader">{words.why}</div>
        </div>
      </div>
      <div ref={frame} role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="row"
              aria-rowindex={item.index + 2}
              className={styles["refusal"]}
              style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
            >
              <div role="cell" className={styles["number"]}>{format.whole(row.line)}</div>
              <div role="cell">{row.column ?? <span className="quiet">{words.whole}</span>}</div>
              <div role="cell" className={styles["cell"]}>{escaped(row.value ?? "")}</div>
              <div role="cell">{reason(row.reason)}</div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
