import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "~/api/client";
import { answers, calls, problem } from "~/test/fakeApi";
import { card } from "~/test/fixtures";
import { show } from "~/test/render";
import { RatingForm } from "./RatingForm";

const PUT = "PUT /api/v1/scorecards/{}/ratings";
const question = (attribute: string) => ({ attribute, label: attribute, group: "reliability", definition: "", below: "", meets: "", exceeds: "", importance: 0.5 });
const rated = card({ status: "draft", may: ["rate"], questions: [question("first"), question("second")] });
const sheet = (version: number, ratings: { attribute: string; rating: string }[], previous: unknown[] = []) => ({
  scorecard_id: "c1", version, is_finished: false, previous, updated_at: null, ratings: ratings.map((each) => ({ comment: null, evidence: [], ...each })),
});

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("entente-language", "en");
  answers("GET /api/v1/scorecards/{}/ratings", sheet(0, [], [{ attribute: "first", value: 1, rating: "exceeds", period_ends_on: "2026-06-30" }]));
  answers("GET /api/v1/scorecards/{}/facts", () => problem(503, "unavailable", "Not there"));
  answers("GET /api/v1/scorecards/{}/suggested-evidence", { items: [], next: null });
  answers("GET /api/v1/attributes", { items: [], next: null });
});

const open = async () => {
  await show(<RatingForm card={rated} access={{ api, who: "u1", isLink: false }} onSubmitted={vi.fn()} />);
  await screen.findByText("first", undefined, { timeout: 10_000 });
};
const choices = (word: RegExp) => screen.getAllByRole("radio", { name: word, hidden: true });
const choose = (at: number, word: RegExp) => fireEvent.click(choices(word)[at] ?? document.body);
const sent = () => calls(PUT).map(({ headers, body }) => [headers.get("if-match"), JSON.stringify(body)]);

test("answers are saved in order, each under the version that the one before left", async () => {
  let version = 0;
  answers(PUT, ({ body }: { body: { ratings: { attribute: string; rating: string }[] } }) => ({ body: sheet((version += 1), body.ratings) }));
  await open();

  choose(0, /^Meets/);
  await waitFor(() => expect(calls(PUT)).toHaveLength(1), { timeout: 10_000 });
  choose(1, /^Exceeds/);
  await waitFor(() => expect(calls(PUT)).toHaveLength(2), { timeout: 10_000 });

  expect(sent().map(([match]) => match)).toEqual(['"0"', '"1"']);
  expect(calls(PUT)[1]?.body).toMatchObject({ ratings: [{ attribute: "first", rating: "meets" }, { attribute: "second", rating: "exceeds" }] });
});

test("without a connection answers stay on the device, which is shown", async () => {
  answers(PUT, () => Promise.reject(new TypeError("Failed to fetch")));
  await open();

  choose(0, /^Meets/);

  expect(await screen.findByText(/kept on this device/i, undefined, { timeout: 10_000 })).toBeTruthy();
  expect(localStorage.getItem("entente-ratings-u1-c1")).toContain("meets");
});

test("what another window saved is not overwritten before the rater has decided", async () => {
  answers(PUT, () => problem(412, "stale-version", "Stale"));
  await open();
  answers("GET /api/v1/scorecards/{}/ratings", sheet(4, [{ attribute: "first", rating: "below" }]));

  choose(0, /^Meets/);

  expect(await screen.findByText(/changed in another window/, undefined, { timeout: 10_000 })).toBeTruthy();
  expect(calls(PUT)).toHaveLength(1);
});

test("the rating of the period before is shown after the own choice only", async () => {
  answers(PUT, sheet(1, [{ attribute: "first", rating: "meets" }]));
  await open();
  expect(screen.queryByTestId("before")).toBeNull();

  choose(0, /^Meets/);

  expect(screen.getByTestId("before").textContent).toContain("Exceeds");
});

test("a below asks for its comment at its own question", async () => {
  answers(PUT, sheet(1, []));
  await open();

  choose(1, /^Below/);

  expect(screen.getByLabelText(/second/, { selector: "textarea" }).getAttribute("aria-required")).toBe("true");
  expect(screen.queryByLabelText(/first/, { selector: "textarea" })).toBeNull();
});
