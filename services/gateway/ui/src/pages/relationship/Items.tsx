import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Item, timeline } from "~/api/relationships";
import { useLocale } from "~/text/locale";
import styles from "./Relationship.module.css";
import { KINDS, type Kind } from "./search";

const PAGES_MOST = 5;

/** The items of a bar, with what they were called; names come page by page and stop after a thousand. */
export function Items({ id, items }: { id: string; items: Item[] }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const kinds = [...new Set(items.map((item) => item.source_kind))].filter((kind): kind is Kind => KINDS.some((each) => each === kind));
  const asked = useInfiniteQuery({ ...timeline(id, kinds, 200), enabled: kinds.length > 0 });
  const pages = asked.data?.pages ?? [];
  const titles = new Map(pages.flatMap((page) => page.items).map((entry) => [entry.source_id, entry.title]));
  const isLacking = items.some((item) => !titles.has(item.source_id));
  const { hasNextPage, isFetching, fetchNextPage } = asked;
  useEffect(() => {
    if (isLacking && hasNextPage && !isFetching && pages.length < PAGES_MOST) void fetchNextPage();
  }, [isLacking, hasNextPage, isFetching, fetchNextPage, pages.length]);
  return (
    <table className={styles["items"]}>
      <thead>
        <tr>
          <th scope="col">{words.on}</th>
          <th scope="col">{words.item}</th>
          <th scope="col" className={styles["number"]}>
            {words.worth}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.source_kind + item.source_id}>
            <td>{format.day(item.on)}</td>
            <td>{titles.get(item.source_id) ?? "…"}</td>
            <td className={styles["number"]}>{format.signed(100 * item.contribution)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
