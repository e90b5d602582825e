import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** A change that was told in a burst is read once; a portfolio is many pages, so it waits a little longer. */
const SETTLES_MS = { relationship: 150, portfolio: 700, reviews: 300 };
const REOPEN_MS = [1_000, 2_000, 5_000, 15_000];
const POLL_MS = 10_000;

interface Told {
  type: string;
  relationship_id: string;
}

/**
 * Reads anew what has changed, as it is told by server-sent events; while nobody tells, every ten seconds.
 *
 * A stream that breaks is resumed by the browser with `Last-Event-ID`. One that is refused has to be opened again, from
 * now on: what was missed in between is read by reading everything.
 */
export function listen(client: QueryClient, onTelling: (isTelling: boolean) => void): () => void {
  let stream: EventSource | undefined;
  let attempts = 0;
  let polling: ReturnType<typeof setInterval> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const settling = new Map<string, ReturnType<typeof setTimeout>>();

  const settle = (key: string[], after: number) => {
    const name = key.join("/");
    if (settling.has(name)) return;
    settling.set(
      name,
      setTimeout(() => {
        settling.delete(name);
        void client.invalidateQueries({ queryKey: key });
      }, after),
    );
  };
  const readAll = () => {
    void client.invalidateQueries({ queryKey: ["portfolio"] });
    void client.invalidateQueries({ queryKey: ["relationship"] });
    void client.invalidateQueries({ queryKey: ["reviews"] });
  };
  const poll = (isNeeded: boolean) => {
    clearInterval(polling);
    polling = isNeeded ? setInterval(readAll, POLL_MS) : undefined;
    onTelling(!isNeeded);
  };
  const open = () => {
    stream = new EventSource("/api/v1/events");
    stream.onopen = () => {
      if (attempts > 0 || polling !== undefined) readAll();
      attempts = 0;
      poll(false);
    };
    stream.onerror = () => {
      poll(true);
      if (stream?.readyState !== EventSource.CLOSED) return;
      readAll(); // refused: what is read now says why
      reopening = setTimeout(open, REOPEN_MS[Math.min(attempts, REOPEN_MS.length - 1)]);
      attempts += 1;
    };
    stream.addEventListener("reset", readAll);
    stream.addEventListener("changed", (event: MessageEvent<string>) => {
      const told = JSON.parse(event.data) as Told;
      settle(["relationship", told.relationship_id], SETTLES_MS.relationship);
      if (!told.type.startsWith("engagements.") || told.type.includes("standing")) settle(["portfolio"], SETTLES_MS.portfolio);
      if (/^scorecards\.(scorecard|action_plan)_/.test(told.type)) settle(["reviews"], SETTLES_MS.reviews);
    });
  };

  open();
  return () => {
    stream?.close();
    clearInterval(polling);
    clearTimeout(reopening);
    settling.forEach((waiting) => clearTimeout(waiting));
  };
}

export function useLive(): boolean {
  const client = useQueryClient();
  const [isTelling, setTelling] = useState(true);
  useEffect(() => listen(client, setTelling), [client]);
  return isTelling;
}
