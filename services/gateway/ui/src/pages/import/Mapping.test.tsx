import { fireEvent, screen, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { upload } from "~/api/importUpload";
import type { Preview } from "~/api/imports";
import { NoAnswer } from "~/api/problem";
import { answers } from "~/test/fakeApi";
import { show } from "~/test/render";
import { type ImportDraft, ImportDraftContext } from "./importDraft";
import { emptyForm, type MappingForm } from "./mapping";
import { Mapping } from "./Mapping";

vi.mock("~/api/importUpload", () => ({ upload: vi.fn() }));

const file = new File(["Shipment,Vendor,Promised\n"], "shipments.csv");
const form = { header_line: 1, kind: "CSV", encoding: "utf-8", delimiter: ",", sheet: null, sheets: [], notes: [] };
const seen: Preview = { form, amounts: [], cleaned: [], header: ["Shipment", "Vendor", "Promised"], records: [], mapping: null, errors: [], deliveries: [], refusals: [], warnings: [] };

function Draft({ given = emptyForm() }: { given?: MappingForm }) {
  const [draft, setDraft] = useState<ImportDraft>({ file, form: given, isSuggested: true });
  return (
    <ImportDraftContext value={{ ...draft, set: (part) => setDraft((now) => ({ ...now, ...part })) }}>
      <Mapping file={file} />
    </ImportDraftContext>
  );
}

const previews = (errors: Preview["errors"]) => answers("POST /api/v1/imports/previews", { ...seen, errors });
const check = () => screen.getByRole("button", { name: "Check the whole file" });
const footer = () => screen.findAllByRole("status").then((found) => found.at(-1)?.textContent);

beforeEach(() => {
  vi.mocked(upload).mockReset();
});

test("what is still missing is counted, and is an error at its field only once the check is asked for", async () => {
  previews([{ pointer: "/sponsor/name", detail: "is missing" }, { pointer: "/delivery/key", detail: "is missing" }]);
  const manager = await show(<Draft />);
  const form = within(await screen.findByRole("form", { name: "What the columns mean" }));

  await vi.waitFor(async () => expect(await footer()).toBe("2 entries are still missing"));
  expect(form.queryByText("is missing")).toBeNull();
  await manager.click(check());

  expect(form.getAllByText("is missing")).toHaveLength(2);
  expect(upload).not.toHaveBeenCalled();
});

test("what is wrong is named with its field at once", async () => {
  previews([{ pointer: "/delivery/promised_on", detail: "names a column but no formats of its dates" }]);
  await show(<Draft />);

  await vi.waitFor(async () => expect(await footer()).toBe("Promised for: names a column but no formats of its dates"), { timeout: 5_000 });
});

test("a complete mapping is sent as a check, and never while its preview is of an older one", async () => {
  previews([]);
  const manager = await show(<Draft />);
  await screen.findByText("Nothing yet. Choose on the left what the columns mean.");
  expect(await footer()).toBe("Reads every line and changes nothing.");
  vi.mocked(upload).mockReturnValue(new Promise(() => undefined));

  fireEvent.change(screen.getByLabelText("Name: Value"), { target: { value: "Harbour Therapeutics" } });
  fireEvent.click(check());
  expect(upload).not.toHaveBeenCalled();
  await vi.waitFor(async () => {
    await manager.click(check());
    expect(upload).toHaveBeenCalled();
  });

  const [sent] = vi.mocked(upload).mock.calls[0] ?? [];
  expect(sent).toMatchObject({ file, isDryRun: true });
  expect(sent?.mapping).toContain('name = { constant = "Harbour Therapeutics" }');
  expect(await screen.findByText("Uploading, 0 %")).toBeTruthy();
});

test("without an answer the mapping stays and the reason is named", async () => {
  previews([]);
  const manager = await show(<Draft />);
  vi.mocked(upload).mockRejectedValue(new NoAnswer());

  await screen.findByText("Nothing yet. Choose on the left what the columns mean.");
  await manager.click(check());

  expect(await screen.findByText("The server does not answer")).toBeTruthy();
  expect(screen.getByLabelText("Name: Value")).toBeTruthy();
});

test("a number of two readings is asked about once for its column, and the answer is in the mapping", async () => {
  const draft = emptyForm();
  draft.fields["delivery/quantity"] = { ...draft.fields["delivery/quantity"], source: "column", column: "Packs" };
  answers("POST /api/v1/imports/previews", { ...seen, header: ["Packs"], amounts: [{ column: "Packs", decimal: null, ambiguous: "1.250", readings: ["1.25", "1250"] }] });
  const manager = await show(<Draft given={draft} />);

  const question = within(await screen.findByRole("group", { name: "Packs: what does 1.250 mean?" }));
  await manager.click(question.getByRole("button", { name: "It means 1250" }));

  await vi.waitFor(() => expect(screen.queryByRole("group", { name: "Packs: what does 1.250 mean?" })).toBeNull());
});

test("names that contradict each other are confirmed with one button", async () => {
  const refusal = { line: 3, column: "Vendor", value: "Kestrel", reason: "is said of 7", code: "contradiction" };
  answers("POST /api/v1/imports/previews", { ...seen, refusals: [refusal] });
  const manager = await show(<Draft />);

  await manager.click(await screen.findByRole("button", { name: "Both are right: import these lines too" }));

  expect(screen.getByRole<HTMLInputElement>("checkbox", { name: /^Accept other names/ }).checked).toBe(true);
});

test("how the file was read is said", async () => {
  answers("POST /api/v1/imports/previews", { ...seen, form: { ...form, header_line: 3, notes: ["The header is on line 3; line 1 is not read."] } });
  await show(<Draft />);
  expect(await screen.findByText("CSV · utf-8 · comma · header on line 3")).toBeTruthy();
  expect(screen.getByText("The header is on line 3; line 1 is not read.")).toBeTruthy();
});
