import type { Schemas } from "~/api/client";

/** What is being written and not yet saved. It outlives a cut connection, a closed tab and an ended session. */
export interface Draft {
  relationshipId: string | null;
  kind: Schemas["InteractionKind"];
  on: string;
  at: string;
  summary: string;
  experience: Schemas["Experience"] | null;
  findings: Schemas["Findings"] | null;
  attributes: string[];
  engagementId: string | null;
  isPrivate: boolean;
  followUp: string;
  dueOn: string | null;
  /** Of the last attempt: the same content is sent with the same key, so that it is never logged twice. */
  sent: { key: string; content: string } | null;
  storedAt: string | null;
}

/** A draft that is being sent. */
export type SentDraft = Draft & { sent: NonNullable<Draft["sent"]> };

const FOUND_KINDS: Schemas["InteractionKind"][] = ["audit", "inspection"];

/** An audit or inspection is judged by its findings, everything else by how it was. */
export function isByFindings(kind: Schemas["InteractionKind"]): boolean {
  return FOUND_KINDS.includes(kind);
}

export function freshDraft(now: Date, relationshipId: string | null): Draft {
  return {
    relationshipId,
    kind: "call",
    on: localDay(now),
    at: localTime(now),
    summary: "",
    experience: null,
    findings: null,
    attributes: [],
    engagementId: null,
    isPrivate: false,
    followUp: "",
    dueOn: null,
    sent: null,
    storedAt: null,
  };
}

export function localDay(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function localTime(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** The body to send; what its kind does not take is left out. */
export function bodyOf(draft: Draft): Schemas["LogInteraction"] {
  const isPrivate = draft.kind === "note" && draft.isPrivate;
  return {
    relationship_id: draft.relationshipId ?? "",
    engagement_id: draft.engagementId,
    kind: draft.kind,
    // Written in the reader's own time, stored as an instant.
    occurred_at: new Date(`${draft.on}T${draft.at || "12:00"}`).toISOString(),
    summary: draft.summary.trim(),
    experience: isPrivate || isByFindings(draft.kind) ? null : draft.experience,
    findings: isByFindings(draft.kind) ? draft.findings : null,
    attributes: draft.attributes,
    participants: [],
    is_private: isPrivate,
  };
}

export type Lack = "relationship" | "summary" | "day";

export function lacks(draft: Draft): Lack[] {
  const found: Lack[] = [];
  if (draft.relationshipId === null) found.push("relationship");
  if (draft.summary.trim() === "") found.push("summary");
  if (Number.isNaN(new Date(`${draft.on}T${draft.at || "12:00"}`).getTime())) found.push("day");
  return found;
}

/** The draft with the key of this attempt: that of the last one, where nothing has been changed since. */
export function attempted(draft: Draft, newKey: () => string): SentDraft {
  const content = JSON.stringify(bodyOf(draft));
  return { ...draft, sent: draft.sent?.content === content ? draft.sent : { key: newKey(), content } };
}

const keyOf = (userId: string) => `entente-draft-${userId}`;

export function storedDraft(userId: string): Draft | null {
  try {
    const stored: Partial<Draft> | null = JSON.parse(localStorage.getItem(keyOf(userId)) ?? "null");
    return stored === null ? null : { ...freshDraft(new Date(), null), ...stored };
  } catch {
    return null;
  }
}

export function storeDraft(userId: string, draft: Draft): void {
  localStorage.setItem(keyOf(userId), JSON.stringify(draft));
}

export function deleteDraft(userId: string): void {
  localStorage.removeItem(keyOf(userId));
}
