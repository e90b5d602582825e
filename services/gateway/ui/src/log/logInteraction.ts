import { api, type Schemas, unwrap } from "~/api/client";
import { bodyOf, type SentDraft } from "./draft";

export interface Logged {
  interaction: Schemas["InteractionOut"];
  action: Schemas["ActionOut"] | null;
  isFollowUpMissing: boolean;
}

/** Log it and, where there is one, its follow-up; each under its own key, so that a repetition finds what is there. */
export async function logInteraction(draft: SentDraft, ownerId: string): Promise<Logged> {
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

/** Retracts the interaction and deletes its follow-up. */
export async function undoLogging({ interaction, action }: Logged, reason: string): Promise<void> {
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
