import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { answers, calls, problem } from "~/test/fakeApi";
import { reviewCycle } from "~/test/fixtures";
import { show } from "~/test/render";
import { ReviewCycleForm } from "./ReviewCycleForm";

beforeEach(() => {
  vi.spyOn(Intl, "supportedValuesOf").mockReturnValue(["Europe/Berlin"]);
  answers("GET /api/v1/scorecard-templates", { items: [{ id: "t1", name: "Standard" }], next: null });
  answers("GET /api/v1/portfolio/summary", { owner_ids: [] });
  answers("GET /api/v1/portfolio", { items: [{ relationship_id: "rel1", provider_name: "Albion Sterile", sponsor_name: "Albion Pharma" }], next: null });
  answers("GET /api/v1/people", {
    items: [{ id: "p1", name: "Tomas Berg", side: "provider" }, { id: "s1", name: "Lucia Marchetti", side: "sponsor" }],
    next: null,
  });
  answers("GET /api/v1/actors", { items: [{ id: "p1", name: "Tomas Berg" }], next: null });
});

const fill = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });
const dialog = async () => within(await screen.findByRole("dialog"));

test("a cycle is not created while its reminder days are not numbers", async () => {
  answers("POST /api/v1/review-cycles", () => ({ status: 201, body: reviewCycle() }));
  const onClose = vi.fn();
  const manager = await show(<ReviewCycleForm onClose={onClose} />);
  const form = await dialog();
  const reminders = await form.findByLabelText("Reminders, days before due");
  const create = form.getByRole("button", { name: "Create cycle" });
  expect(create.hasAttribute("disabled")).toBe(true);

  fill(form.getByLabelText("Name"), "Quarterly review");
  fill(reminders, "7, soon");
  await manager.click(create);
  expect(form.getByText("Numbers, with commas between")).toBeTruthy();
  expect(calls("POST /api/v1/review-cycles")).toEqual([]);
  fill(reminders, "3, 9");
  await manager.click(create);

  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(calls("POST /api/v1/review-cycles")[0]?.body).toMatchObject({ name: "Quarterly review", reminder_days_before_due: [3, 9], template_id: "t1" });
});

test("only what a manager changed is sent, for the version that they saw", async () => {
  answers("PATCH /api/v1/review-cycles/{}", reviewCycle({ version: 6 }));
  const onClose = vi.fn();
  const manager = await show(<ReviewCycleForm cycle={reviewCycle()} onClose={onClose} />);
  const form = await dialog();
  const raters = within(await form.findByRole("group", { name: "Who answers For the provider" }));

  await manager.click(raters.getByRole("checkbox", { name: "Its team" }));
  await manager.click(raters.getByLabelText("By name", { selector: "input" }));
  expect(screen.queryByRole("option", { name: "Lucia Marchetti" })).toBeNull();
  await manager.click(await screen.findByRole("option", { name: "Tomas Berg" }));
  await manager.click(form.getByRole("button", { name: "Save" }));

  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  const [sent] = calls("PATCH /api/v1/review-cycles/{}");
  expect(sent?.headers.get("if-match")).toBe('"5"');
  expect(sent?.body).toEqual({
    raters: {
      sponsor: { owner: true, team: true, actor_ids: [], contact_functions: [] },
      provider: { owner: true, team: false, actor_ids: ["p1"], contact_functions: [] },
    },
  });
});

test("an audience is chosen by tier and by relationship", async () => {
  answers("PATCH /api/v1/review-cycles/{}", reviewCycle({ version: 6 }));
  const manager = await show(<ReviewCycleForm cycle={reviewCycle()} onClose={vi.fn()} />);
  const form = await dialog();

  await manager.click(await form.findByLabelText("Tiers", { selector: "input" }));
  await manager.click(await screen.findByRole("option", { name: "Strategic" }));
  await manager.click(form.getByLabelText("Only these relationships", { selector: "input" }));
  await manager.click(await screen.findByRole("option", { name: "Albion Sterile for Albion Pharma" }));
  await manager.click(form.getByRole("button", { name: "Save" }));

  await vi.waitFor(() => expect(calls("PATCH /api/v1/review-cycles/{}")).toHaveLength(1));
  expect(calls("PATCH /api/v1/review-cycles/{}")[0]?.body).toEqual({
    audience: { tiers: ["strategic"], regions: [], sizes: [], owner_ids: [], tags: [], relationship_ids: ["rel1"] },
  });
});

test("a cycle that another user has changed is not overwritten", async () => {
  answers("PATCH /api/v1/review-cycles/{}", () => problem(412, "stale", "Changed meanwhile"));
  const manager = await show(<ReviewCycleForm cycle={reviewCycle()} onClose={vi.fn()} />);
  const form = await dialog();

  fill(await form.findByLabelText("Name"), "Quarterly reviews");
  await manager.click(form.getByRole("button", { name: "Save" }));

  expect((await form.findByRole("alert")).textContent).toContain("Another user has changed this cycle in the meantime.");
});
