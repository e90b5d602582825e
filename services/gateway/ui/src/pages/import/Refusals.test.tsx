import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { answers, calls } from "~/test/fakeApi";
import { show } from "~/test/render";
import { Refusals } from "./Refusals";

const date = { line: 8, column: "Promised", value: "31-Jun-24", reason: "is no day written as %d-%b-%y", code: "not-a-day" };
const cells = { line: 31, column: null, value: null, reason: "has 2 cells where the header has 7", code: "cell-count" };

beforeEach(() => {
  answers("GET /api/v1/imports/{}/refusal-reasons", {
    items: [{ ...date, lines: 1 }, { ...cells, lines: 1 }],
  });
  answers("GET /api/v1/imports/{}/refusals", ({ query }: { query: URLSearchParams }) => {
    const found = [date, cells].filter((refusal) => (query.get("code") ?? refusal.code) === refusal.code && !query.get("q"));
    return { body: { items: found, next: null } };
  });
});

const lines = () => screen.getAllByRole("row").slice(1).map((row) => row.firstElementChild?.textContent);

test("a reason is chosen with its column, and the choice is taken back", async () => {
  const manager = await show(<Refusals id="i1" count={2} />);
  await screen.findByText("31-Jun-24");
  expect(lines()).toEqual(["8", "31"]);
  expect(screen.getByText("whole line")).toBeTruthy();

  await manager.click(screen.getByRole("button", { name: /^Promised is no day/ }));
  await vi.waitFor(() => expect(lines()).toEqual(["8"]));
  const filtered = calls("GET /api/v1/imports/{}/refusals").at(-1)?.query;
  expect([filtered?.get("column"), filtered?.get("code")]).toEqual(["Promised", "not-a-day"]);
  await manager.click(screen.getByRole("button", { name: "All reasons" }));

  await vi.waitFor(() => expect(lines()).toEqual(["8", "31"]));
});

test("a text without a match is answered with a sentence, and the download keeps every line", async () => {
  await show(<Refusals id="i1" count={2} />);
  await screen.findByText("31-Jun-24");

  fireEvent.change(screen.getByLabelText("Filter refused lines"), { target: { value: "nothing" } });

  expect(await screen.findByText("No refused line contains this text.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Download as CSV" }).getAttribute("href")).toBe("/api/v1/imports/i1/refusals.csv");
});

test("reasons are in German for a German reader", async () => {
  localStorage.setItem("entente-language", "de");
  await show(<Refusals id="i1" count={2} />);

  const cell = (text: string) => screen.findByText(text, { selector: "[role=cell]" });
  expect(await cell("ist kein Datum im Format %d-%b-%y")).toBeTruthy();
  expect(await cell("hat 2 Zellen, die Kopfzeile 7")).toBeTruthy();
});
