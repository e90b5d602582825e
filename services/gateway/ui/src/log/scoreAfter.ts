import type { QueryClient } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "~/api/client";
import { type LiveType, onLiveChange } from "~/api/live";
import { NEXT_PAGE } from "~/api/pages";
import { type RelationshipTier, tier } from "~/api/relationships";

type Interaction = Pick<Schemas["InteractionOut"], "id" | "relationship_id" | "occurred_at">;

const SCORED: LiveType[] = ["scorecards.score_changed.v1", "scorecards.tier_changed.v1"];

/**
 * No event comes where the stream is broken, nor where an interaction leaves the score unchanged (one that meets expectations, at the
 * very start). So it is also asked for once after the usual time, and a last time after the longest that anybody looks.
 */
const ASK_AFTER_MS = [1_500, 8_000];

export interface ScoreWatch {
  /** The tier with the interaction counted; null where that takes longer than 8 s. */
  after: (interaction: Interaction) => Promise<RelationshipTier | null>;
  end: () => void;
}

/** Watches for a new score from before an interaction is sent: the event may be faster than the answer. */
export function watchScore(client: QueryClient, relationshipId: string): ScoreWatch {
  let isScored = false;
  let wake: () => void = () => undefined;
  const end = onLiveChange((change) => {
    if (change.relationship_id !== relationshipId || !SCORED.includes(change.type)) return;
    isScored = true;
    wake();
  });
  const after: ScoreWatch["after"] = async (interaction) => {
    let isLast = false;
    const timers = ASK_AFTER_MS.map((ms, at) =>
      setTimeout(() => {
        isLast = at === ASK_AFTER_MS.length - 1;
        isScored = true;
        wake();
      }, ms),
    );
    try {
      for (;;) {
        if (!isScored) await new Promise<void>((resolve) => (wake = resolve));
        isScored = false;
        // Another's change may have caused the event: what is shown has to hold this interaction.
        const found = await tierWith(client, interaction).catch(() => null);
        if (found !== null || isLast) return found;
      }
    } finally {
      timers.forEach((timer) => clearTimeout(timer));
      end();
    }
  };
  return { after, end };
}

async function tierWith(client: QueryClient, interaction: Interaction): Promise<RelationshipTier | null> {
  const asked = { ...tier(interaction.relationship_id), staleTime: 0 };
  const found = await client.fetchQuery(asked);
  const { items, next } = found.contributions;
  if (items.some((item) => item.source_id === interaction.id)) return found;
  if (next === null) return null;
  // Contributions come by their weight, so that a new one of a long record may stand anywhere; the timeline has it by its day.
  return (await isCounted(interaction)) ? client.fetchQuery(asked) : null;
}

/** Whether the timeline states an effect of the interaction on the score. */
async function isCounted({ id, relationship_id, occurred_at }: Interaction): Promise<boolean> {
  const occurred = Date.parse(occurred_at);
  let after: string | undefined;
  do {
    const params = { path: { relationship_id }, query: { kind: ["interaction"], limit: NEXT_PAGE, after } };
    const page = await unwrap(api.GET("/api/v1/relationships/{relationship_id}/timeline", { params }));
    const entry = page.items.find((each) => each.id === id);
    if (entry !== undefined) return entry.effect !== null;
    const oldest = page.items.at(-1);
    after = oldest === undefined || Date.parse(oldest.at) < occurred ? undefined : (page.next ?? undefined);
  } while (after !== undefined);
  return false;
}
