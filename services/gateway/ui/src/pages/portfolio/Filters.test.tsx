import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { answers, calls } from "~/test/fakeApi";
import { show } from "~/test/render";
import { Filters } from "./Filters";

beforeEach(() => {
  answers("GET /api/v1/portfolio/summary", { by_tier: { transactional: 4, preferred: 3, strategic: 2, partnership: 1 }, owner_ids: ["u1"], touches_overdue: 0 });
  answers("GET /api/v1/actors", { items: [{ id: "u1", name: "Mara Lindt" }], next: null });
});

test("the count is of all tiers, or of the one that is chosen", async () => {
  await show(<><Filters search={{}} change={vi.fn()} hasTier /><Filters search={{ tier: "strategic" }} change={vi.fn()} hasTier /></>);

  await waitFor(() => expect(screen.getAllByRole("status").map((each) => each.textContent)).toEqual([expect.stringMatching(/^10 /), expect.stringMatching(/^2 /)]));
});

test("words filter once typing has paused, and blanks do not count", async () => {
  const change = vi.fn();
  await show(<Filters search={{}} change={change} hasTier />);
  const field = screen.getByRole("textbox", { name: /filter/i });
  for (const value of ["k", "ke", " kestrel "]) fireEvent.change(field, { target: { value } });

  await waitFor(() => expect(change.mock.calls).toEqual([[{ q: "kestrel" }]]));
});

test("what is filtered is asked for, and one press clears it all", async () => {
  const change = vi.fn();
  await show(<Filters search={{ region: "europe", q: "kestrel", sort: "name" }} change={change} hasTier={false} />);
  await waitFor(() => expect(calls("GET /api/v1/portfolio/summary")[0]?.query.toString()).toBe("region=europe&q=kestrel"));

  fireEvent.click(screen.getByRole("button", { name: /clear/i }));

  expect(change.mock.calls).toStrictEqual([[{ tier: undefined, region: undefined, size: undefined, owner: undefined, q: undefined }]]);
});
