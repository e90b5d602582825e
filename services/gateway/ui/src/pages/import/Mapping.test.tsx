import { fireEvent, screen, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { upload } from "~/api/importUpload";
import type { Preview } from "~/api/imports";
import { NoAnswer } from "~/api/problem";
import { answers } from "~/test/fakeApi";
import { show } from "~/test/render";
import { type ImportDraft, ImportDraftContext } from "./importDraft";
import { emptyForm } from "./mapping";
import { Mapping } from "./Mapping";

vi.mock("~/api/importUpload", () => ({ upload: vi.fn() }));

const file = new File(["Shipment,Vendor,Promised\n"], "shipments.csv");
const seen: Preview = { header: ["Shipment", "Vendor", "Promised"], records: [], mapping: null, errors: [], deliveries: [], refusals: [], warnings: [] };

function Draft() {
  const [draft, setDraft] = useState<ImportDraft>({ file, form: emptyForm(), isSuggested: true });
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

  await vi.waitFor(async () => expect(await footer()).toBe("Promised for: names a column but no formats of its dates"));
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
