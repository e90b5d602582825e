import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "./keys";

/** What the server-sent events of `/api/v1/events` report, and what of it open pages show. */

/** Groups of queries that a change makes stale. */
type Stale = "relationship" | "portfolio" | "reviews";

const ENGAGEMENT = ["relationship"] satisfies Stale[];
const SCORE = ["relationship", "portfolio"] satisfies Stale[];
const REVIEW = ["relationship", "portfolio", "reviews"] satisfies Stale[];

/** By the type of the event. The portfolio shows an engagement's events by the score alone, which has events of its own. */
export const STALE_BY_TYPE = {
  "accounts.relationship_recorded.v1": SCORE,
  "engagements.interaction_logged.v1": ENGAGEMENT,
  "engagements.interaction_corrected.v1": ENGAGEMENT,
  "engagements.interaction_retracted.v1": ENGAGEMENT,
  "engagements.delivery_recorded.v1": ENGAGEMENT,
  "engagements.delivery_corrected.v1": ENGAGEMENT,
  "engagements.delivery_retracted.v1": ENGAGEMENT,
  "engagements.delivery_lapsed.v1": ENGAGEMENT,
  "engagements.delivery_cancelled.v1": ENGAGEMENT,
  "engagements.milestone_recorded.v1": ENGAGEMENT,
  "engagements.milestone_completed.v1": ENGAGEMENT,
  "engagements.milestone_reopened.v1": ENGAGEMENT,
  "engagements.milestone_lapsed.v1": ENGAGEMENT,
  "engagements.milestone_cancelled.v1": ENGAGEMENT,
  "engagements.engagement_recorded.v1": ENGAGEMENT,
  "engagements.standing_changed.v1": SCORE,
  "scorecards.tier_changed.v1": SCORE,
  "scorecards.score_changed.v1": SCORE,
  "scorecards.scorecard_opened.v1": REVIEW,
  "scorecards.scorecard_submitted.v1": REVIEW,
  "scorecards.scorecard_signed.v1": REVIEW,
  "scorecards.scorecard_published.v1": REVIEW,
  "scorecards.scorecard_disputed.v1": REVIEW,
  "scorecards.scorecard_resolved.v1": REVIEW,
  "scorecards.scorecard_reopened.v1": REVIEW,
  "scorecards.scorecard_waived.v1": REVIEW,
  "scorecards.action_plan_recorded.v1": REVIEW,
} as const satisfies Record<string, readonly Stale[]>;

export type LiveType = keyof typeof STALE_BY_TYPE;

export interface LiveChange {
  type: LiveType;
  /** Of what changed: the interaction, the scorecard and so on. */
  id: string;
  relationship_id: string;
}

/** Changes come in bursts, each of which is read once; a portfolio is many pages, so it waits a little longer. */
const BURST_MS = { relationship: 150, portfolio: 700, reviews: 300 } satisfies Record<Stale, number>;
const REOPEN_MS = [1_000, 2_000, 5_000, 15_000];
const POLL_MS = 10_000;

const listeners = new Set<(change: LiveChange) => void>();

/** Calls back at each change while the stream is open; the answer ends it. */
export function onLiveChange(listener: (change: LiveChange) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** A change in an event's data; null for a type that this page does not know, as one of a newer server. */
export function changeIn(data: string): LiveChange | null {
  const change: LiveChange = JSON.parse(data);
  return Object.hasOwn(STALE_BY_TYPE, change.type) ? change : null;
}

function keyOf(stale: Stale, change: LiveChange): readonly string[] {
  return stale === "relationship" ? keys.relationship(change.relationship_id) : keys[stale];
}

/**
 * Reads again what has changed, as server-sent events report it; without a stream, every ten seconds.
 *
 * A stream that breaks is resumed by the browser with `Last-Event-ID`. One that is refused has to be opened again, from
 * now on: what was missed in between is read by reading everything.
 */
export function listen(client: QueryClient, onLive: (isLive: boolean) => void): () => void {
  let stream: EventSource | undefined;
  let attempts = 0;
  let polling: ReturnType<typeof setInterval> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const bursts = new Map<string, ReturnType<typeof setTimeout>>();

  const invalidateAfter = (queryKey: readonly string[], ms: number) => {
    const name = queryKey.join("/");
    if (bursts.has(name)) return;
    bursts.set(
      name,
      setTimeout(() => {
        bursts.delete(name);
        void client.invalidateQueries({ queryKey });
      }, ms),
    );
  };
  const readAll = () => {
    for (const queryKey of [keys.portfolio, keys.relationships, keys.reviews]) void client.invalidateQueries({ queryKey });
  };
  const poll = (isNeeded: boolean) => {
    clearInterval(polling);
    polling = isNeeded ? setInterval(readAll, POLL_MS) : undefined;
    onLive(!isNeeded);
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
      readAll(); // refused: what is read now shows why
      reopening = setTimeout(open, REOPEN_MS[Math.min(attempts, REOPEN_MS.length - 1)]);
      attempts += 1;
    };
    stream.addEventListener("reset", readAll);
    stream.addEventListener("changed", (event: MessageEvent<string>) => {
      const change = changeIn(event.data);
      if (change === null) return readAll();
      for (const stale of STALE_BY_TYPE[change.type]) invalidateAfter(keyOf(stale, change), BURST_MS[stale]);
      listeners.forEach((listener) => listener(change));
    });
  };

  open();
  return () => {
    stream?.close();
    clearInterval(polling);
    clearTimeout(reopening);
    bursts.forEach((waiting) => clearTimeout(waiting));
  };
}

/** Whether changes come by the stream just now. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [isLive, setLive] = useState(true);
  useEffect(() => listen(client, setLive), [client]);
  return isLive;
}
