import type { QueryClient } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "~/api/client";
import { tier, type TierReading } from "~/api/relationships";
import { bodyOf, type Draft } from "./draft";

export interface Saved {
  interaction: Schemas["InteractionOut"];
  action: Schemas["ActionOut"] | null;
  isFollowUpMissing: boolean;
}

/** Log it and, where there is one, its follow-up; each under its own key, so that a repetition finds what is there. */
export async function save(draft: Draft & { sent: { key: string } }, ownerId: string): Promise<Saved> {
  const interaction = await unwrap(
    api.POST("/api/v1/interactions", { body: bodyOf(draft), headers: { "Idempotency-Key": draft.sent.key } }),
  );
  const title = draft.followUp.trim();
  if (title === "") return { interaction, action: null, isFollowUpMissing: false };
  try {
    const action = await unwrap(
      api.POST("/api/v1/actions", {
        body: { relationship_id: interaction.relationship_id, interaction_id: interaction.id, title, due_on: draft.dueOn, owner_actor_id: ownerId },
        headers: { "Idempotency-Key": `${draft.sent.key}-follow-up` },
      }),
    );
    return { interaction, action, isFollowUpMissing: false };
  } catch {
    return { interaction, action: null, isFollowUpMissing: true };
  }
}

export async function takeBack({ interaction, action }: Saved, reason: string): Promise<void> {
  await api.POST("/api/v1/interactions/{interaction_id}/retraction", {
    params: { path: { interaction_id: interaction.id } },
    body: { reason },
  });
  if (action !== null) {
    await api.DELETE("/api/v1/actions/{action_id}", {
      params: { path: { action_id: action.id }, header: { "If-Match": `"${action.version}"` } },
    });
  }
}

const ASK_EVERY_MS = 120;
const ASK_FOR_MS = 8_000;

/** The reading in which this interaction counts; null where that takes longer than anybody would look at it. */
export async function readingWith(client: QueryClient, { interaction }: Saved): Promise<TierReading | null> {
  const asked = tier(interaction.relationship_id);
  const deadline = Date.now() + ASK_FOR_MS;
  while (Date.now() < deadline) {
    const reading = await client.fetchQuery({ ...asked, staleTime: 0 });
    if (reading.contributions.items.some((item) => item.source_id === interaction.id)) return reading;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return null;
}
