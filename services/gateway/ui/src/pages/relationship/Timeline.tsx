import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { timeline } from "~/api/relationships";
import { Failed, Loading, State } from "~/components/states";
import { useWindowed } from "~/components/windowed";
import { useLocale } from "~/text/locale";
import { Entry } from "./Entry";
import styles from "./Relationship.module.css";
import { KINDS, type Kind } from "./search";

/** So many entries before the end the next page is asked for. */
const ROOM = 40;

/** Everything that happened, newest first, each with what it does to the score today. */
export function Timeline({ id, kind }: { id: string; kind: Kind | undefined }) {
  const { text } = useLocale();
  const words = text.relationship;
  const navigate = useNavigate();
  const asked = useInfiniteQuery(timeline(id, kind === undefined ? [] : [kind]));
  const [isAheadShown, setAheadShown] = useState(false);
  const now = new Date().toISOString();
  const entries = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const past = entries.findIndex((entry) => entry.at <= now);
  const ahead = past < 0 ? entries.length : past;
  const choose = (chosen: Kind | undefined) =>
    void navigate({ to: "/relationships/$id", params: { id }, search: (now) => ({ ...now, kind: chosen }), replace: true, resetScroll: false });
  return (
    <section className={`panel ${styles["panelIn"]}`}>
      <div className={styles["panelHead"]}>
        <h2>{words.timeline}</h2>
        <div className={`${styles["kinds"]} ${styles["end"]}`} role="group" aria-label={words.filter}>
          {[undefined, ...KINDS].map((each) => (
            <button key={each ?? "all"} type="button" aria-pressed={kind === each} onClick={() => choose(each)}>
              {words.kinds[each ?? "all"]}
            </button>
          ))}
        </div>
      </div>
      {asked.isPending && <Loading lines={8} />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && entries.length === 0 && (
        <State title={kind === undefined ? words.emptyTimeline : words.emptyKind} lead={kind === undefined ? words.emptyTimelineLead : undefined} />
      )}
      {ahead > 0 && (
        <Button className={styles["divider"]} size="compact-xs" variant="subtle" color="ink" aria-expanded={isAheadShown} onClick={() => setAheadShown(!isAheadShown)}>
          {words.ahead(ahead)}
        </Button>
      )}
      {entries.length > 0 && (
        <Entries
          id={id}
          entries={isAheadShown ? entries : entries.slice(ahead)}
          hasMore={asked.hasNextPage}
          loadMore={() => void asked.fetchNextPage({ cancelRefetch: false })}
        />
      )}
    </section>
  );
}

interface EntriesProps {
  id: string;
  entries: Schemas["GatewayTimelineEntry"][];
  hasMore: boolean;
  loadMore: () => void;
}

function Entries({ id, entries, hasMore, loadMore }: EntriesProps) {
  const [opened, setOpened] = useState<string | null>(null);
  const keyOf = (at: number) => entries[at]?.id ?? at;
  const { frame, virtual } = useWindowed({ count: entries.length, estimate: 39, overscan: 10, keyOf, hasMore, room: ROOM, loadMore });
  return (
    <div ref={frame} role="list" style={{ height: virtual.getTotalSize(), position: "relative" }}>
      {virtual.getVirtualItems().map((item) => {
        const entry = entries[item.index];
        if (entry === undefined) return null;
        return (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            role="listitem"
            style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
          >
            <Entry
              relationshipId={id}
              entry={entry}
              isOpen={opened === entry.id}
              toggle={() => setOpened(opened === entry.id ? null : entry.id)}
            />
          </div>
        );
      })}
    </div>
  );
}
