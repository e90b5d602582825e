import { expect, test } from "vitest";
import { attempted, bodyOf, type Draft, freshDraft, lacks } from "./draft";

const now = new Date("2026-11-25T14:05:00");
const draft: Draft = { ...freshDraft(now, "r1"), summary: " Found the cause. ", experience: "exceeds" };

test("what is sent is what its kind takes", () => {
  expect(bodyOf(draft)).toMatchObject({ summary: "Found the cause.", experience: "exceeds", findings: null, is_private: false });
  expect(bodyOf({ ...draft, kind: "audit", findings: "minor" })).toMatchObject({ experience: null, findings: "minor" });
  expect(bodyOf({ ...draft, kind: "note", isPrivate: true })).toMatchObject({ experience: null, is_private: true });
  expect(bodyOf({ ...draft, isPrivate: true }).is_private).toBe(false);
});

test("the reader's own time becomes an instant", () => {
  expect(bodyOf(draft).occurred_at).toBe(now.toISOString());
});

test("the same content is sent again under the same key, another under a new one", () => {
  let keys = 0;
  const newKey = () => `key ${(keys += 1)}`;
  const first = attempted(draft, newKey);

  expect(attempted(first, newKey).sent.key).toBe("key 1");
  expect(attempted({ ...first, summary: "Something else." }, newKey).sent.key).toBe("key 2");
});

test("it says what is lacking before anything is sent", () => {
  expect(lacks({ ...freshDraft(now, null), on: "" })).toEqual(["relationship", "summary", "day"]);
  expect(lacks(draft)).toEqual([]);
});
