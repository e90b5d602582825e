import { expect, test } from "vitest";
import { faultsOf, type HealthByService, outcomeOf } from "./faults";
import { SERVICES } from "~/api/serviceNames";
import type { Health } from "~/api/services";

const well: Health = {
  service: "accounts", version: "1", revision: "0001", checked_at: "2026-11-25T12:00:00Z", outbox_pending: 0, outbox_oldest_age_s: 0,
  dead_letters: 0, worker_seen_at: "2026-11-25T11:59:55Z", lag: 0, tasks: [],
};
const all = (accounts: Health | null | undefined): HealthByService => new Map(SERVICES.map((name) => [name, name === "accounts" ? accounts : well]));

test("a service that runs, or has not answered yet, has no fault", () => {
  expect(faultsOf(all(well))).toEqual([]);
  expect(faultsOf(all(undefined))).toEqual([]);
});

test("each fault is named with its service", () => {
  const kinds = (part: Partial<Health>) => faultsOf(all({ ...well, ...part })).map(({ kind }) => kind);

  expect(faultsOf(all(null))).toEqual([{ kind: "silent", service: "accounts" }]);
  expect(kinds({ worker_seen_at: null })).toEqual(["worker"]);
  expect(kinds({ worker_seen_at: "2026-11-25T11:58:59Z", lag: null })).toEqual(["worker"]);
  expect(kinds({ lag: null })).toEqual(["lag"]);
  expect(kinds({ outbox_oldest_age_s: 61, outbox_pending: 1 })).toEqual(["outbox"]);
  expect(kinds({ dead_letters: 2 })).toEqual(["dead"]);
  expect(kinds({ version: "2" })).toEqual(["versions"]);
});

test("a task that failed as a whole is a fault, a run that counts its failures is not", () => {
  const task = (last_outcome: Record<string, unknown>) =>
    faultsOf(all({ ...well, tasks: [{ name: "lapse", next_run_at: "", last_run_at: null, last_outcome }] }));

  expect(task({ failed: "no such table" })).toEqual([{ kind: "task", service: "accounts", task: "lapse" }]);
  expect(task({ failed: 0, created: 2 })).toEqual([]);
});

test("the outcome of a task leaves out its zeros", () => {
  expect(outcomeOf({ sessions: 2, live_entries: 0, open_cards: 1 })).toBe("2 sessions, 1 open cards");
  expect(outcomeOf({ failed: "no such table" })).toBe("no such table");
  expect([outcomeOf({ keys: 0 }), outcomeOf(null)]).toEqual(["", ""]);
});
