import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { answers, calls, problem } from "~/test/fakeApi";
import { reviewCycle, reviewRun } from "~/test/fixtures";
import { show } from "~/test/render";
import { Runs } from "./Runs";

test("a reader sees the runs and cannot run the cycle, nor can anybody run an archived one", async () => {
  await show(
    <>
      <Runs cycle={reviewCycle()} runs={[reviewRun()]} isWriter={false} />
      <Runs cycle={reviewCycle({ archived_at: "2026-10-01T00:00:00Z" })} runs={[]} isWriter />
    </>,
  );

  expect(screen.getByText("2 created, 1 already there, 0 failed")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Run now" })).toBeNull();
});

test("running the cycle says how many cards it created", async () => {
  answers("POST /api/v1/review-cycles/{}/runs", reviewRun({ created: 3, existing: 0 }));
  const manager = await show(<Runs cycle={reviewCycle()} runs={[]} isWriter />);

  await manager.click(screen.getByRole("button", { name: "Run now" }));

  expect(await screen.findByText("Q3 2026: 3 created, 0 already there, 0 failed")).toBeTruthy();
  const [sent] = calls("POST /api/v1/review-cycles/{}/runs");
  expect([sent?.path, sent?.body]).toEqual(["/api/v1/review-cycles/r1/runs", { as_of: new Date().toISOString().slice(0, 10) }]);
});

test("a refused run is explained, and a run's failures are named on request", async () => {
  answers("POST /api/v1/review-cycles/{}/runs", () => problem(409, "no-period", "No period", {}, "No period is open on this day."));
  answers("GET /api/v1/relationships/{}", () => problem(404, "relationship-not-found", "Not found"));
  const failures = [{ relationship_id: "rel9", side: "provider", reason: "no rater" } as const];
  const manager = await show(<Runs cycle={reviewCycle()} runs={[reviewRun({ failed: 1, failures })]} isWriter />);

  await manager.click(screen.getByRole("button", { name: "Run now" }));
  expect((await screen.findByRole("alert")).textContent).toBe("No period: No period is open on this day.");
  await manager.click(screen.getByRole("button", { name: "1 failed" }));

  expect(within(screen.getByText("rel9").closest("li") ?? document.body).getByText(/no rater/)).toBeTruthy();
});
