import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { answers, calls, problem } from "~/test/fakeApi";
import { show } from "~/test/render";
import { LogDialog } from "./LogDialog";

const LOG = "POST /api/v1/interactions";
const SUMMARY = "What happened";

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("entente-language", "en");
  answers("GET /api/v1/me", { id: "u1", name: "Mara", csrf_token: "t", role: "manager", side: "sponsor" });
  answers("GET /api/v1/relationships/{}", { id: "r1", provider_name: "Kestrel Sterile", sponsor_name: "Albion" });
  answers("GET /api/v1/relationships/{}/tier", { tier: "preferred", score: 80, lower: 0.7, contributions: { by_kind: [], items: [{ source_id: "i1" }], next: null } });
  answers("GET /api/v1/engagements", { items: [], next: null });
  answers("GET /api/v1/attributes", { items: [], next: null });
  answers("GET /api/v1/portfolio", { items: [], next: null });
  answers(LOG, { id: "i1", relationship_id: "r1", occurred_at: "2026-11-25T12:00:00Z", experience: null, findings: null });
});

const summary = () => screen.getByLabelText<HTMLTextAreaElement>(SUMMARY);
const write = (text: string) => fireEvent.change(summary(), { target: { value: text } });
const save = () => fireEvent.keyDown(summary(), { key: "Enter", code: "Enter", ctrlKey: true });

/** Delays every timer, as a busy machine does. */
function delayTimers(ms: number): void {
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation((call, after = 0) => real(call, after + ms));
}

test("an experience is chosen by its number, and Ctrl and Enter send it", async () => {
  const onClose = vi.fn();
  await show(<LogDialog relationshipId="r1" onClose={onClose} />);
  write("Root cause found.");
  await waitFor(() => expect(localStorage.getItem("entente-draft-u1")).not.toBeNull()); // who is signed in is known
  fireEvent.keyDown(screen.getByLabelText(/^Meets/), { key: "3" });
  expect(screen.getByLabelText<HTMLInputElement>(/^Exceeds/).checked).toBe(true);
  fireEvent.keyDown(screen.getByLabelText(/^Meets/), { key: "1" });
  save();

  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect(calls(LOG).map(({ body }) => body)).toMatchObject([{ relationship_id: "r1", kind: "call", summary: "Root cause found.", experience: "below" }]);
  expect(localStorage.getItem("entente-draft-u1")).toBeNull();
});

test("what is lacking is shown and nothing is sent", async () => {
  await show(<LogDialog onClose={vi.fn()} />);
  save();

  expect(screen.getByText("Say with whom.")).toBeTruthy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(calls(LOG)).toEqual([]);
});

test("after a lost answer the same is sent under the same key, and another content under a new one", async () => {
  answers(LOG, () => Promise.reject(new TypeError("Failed to fetch")));
  await show(<LogDialog relationshipId="r1" onClose={vi.fn()} />);
  write("Sent, and never answered.");
  save();
  expect(await screen.findByText(/^Not saved/)).toBeTruthy();

  save();
  await waitFor(() => expect(calls(LOG)).toHaveLength(2));
  await screen.findByText(/^Not saved/);
  write("Something else.");
  save();
  await waitFor(() => expect(calls(LOG)).toHaveLength(3));

  const [first, second, third] = calls(LOG).map(({ headers }) => headers.get("idempotency-key"));
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test("the draft outlives the dialog until it is logged or discarded", async () => {
  await show(<LogDialog relationshipId="r1" onClose={vi.fn()} />);
  write("Written in a tunnel.");
  await waitFor(() => expect(localStorage.getItem("entente-draft-u1")).toContain("Written in a tunnel."));

  fireEvent.click(screen.getByText("Discard draft"));

  expect(localStorage.getItem("entente-draft-u1")).toBeNull();
});

test("a refusal is shown with what each field lacks", async () => {
  answers(LOG, () => problem(422, "invalid", "Not valid", { occurred_at: "lies in the future" }));
  await show(<LogDialog relationshipId="r1" onClose={vi.fn()} />);
  write("Tomorrow.");
  save();

  expect(await screen.findByText(/occurred_at: lies in the future/)).toBeTruthy();
});

test("the focus stays where a person put it however late the dialog's timers are", async () => {
  delayTimers(200);
  await show(<LogDialog relationshipId="r1" onClose={vi.fn()} />);
  summary().focus();
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(document.activeElement).toBe(summary());
});
