import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { answers, calls, problem } from "~/test/fakeApi";
import { card } from "~/test/fixtures";
import { show } from "~/test/render";
import { CardActions } from "./CardActions";

test("a card offers the actions that the API allows and no other", async () => {
  await show(<CardActions card={card({ may: ["rate", "dispute", "reopen"] })} onChanged={vi.fn()} />);

  expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual(["Dispute", "Open again"]);
});

test("a dispute needs a reason, and is sent with its reason and attributes", async () => {
  const disputed = card({ status: "disputed", version: 3 });
  answers("POST /api/v1/scorecards/{}/dispute", disputed);
  const onChanged = vi.fn();
  const owner = await show(<CardActions card={card({ may: ["dispute"] })} onChanged={onChanged} />);
  await owner.click(screen.getByRole("button", { name: "Dispute" }));
  const dialog = within(await screen.findByRole("dialog"));

  await owner.click(dialog.getByRole("button", { name: "Dispute" }));
  expect(dialog.getByText("Say why.")).toBeTruthy();
  expect(calls("POST /api/v1/scorecards/{}/dispute")).toEqual([]);
  await owner.type(dialog.getByLabelText("Reason"), " Two dates are wrong. ");
  await owner.click(dialog.getByLabelText("About", { selector: "input" }));
  await owner.click(await screen.findByRole("option", { name: "On-time delivery" }));
  await owner.click(dialog.getByRole("button", { name: "Dispute" }));

  await vi.waitFor(() => expect(onChanged).toHaveBeenCalledWith(disputed));
  expect(calls("POST /api/v1/scorecards/{}/dispute")[0]?.body).toEqual({ reason: "Two dates are wrong.", attributes: ["on_time_delivery"] });
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a waived side is opened again by the notice's undo", async () => {
  const [waived, opened] = [card({ status: "waived", version: 3 }), card({ status: "draft", version: 4 })];
  answers("POST /api/v1/scorecards/{}/waiver", waived);
  answers("POST /api/v1/scorecards/{}/reopening", opened);
  const onChanged = vi.fn();
  const owner = await show(<CardActions card={card({ may: ["waive"] })} onChanged={onChanged} />);
  await owner.click(screen.getByRole("button", { name: "Waive" }));
  const dialog = within(await screen.findByRole("dialog"));
  await owner.type(dialog.getByLabelText("Reason"), "They are being sold.");
  await owner.click(dialog.getByRole("button", { name: "Waive" }));

  await owner.click(await screen.findByRole("button", { name: "Undo" }));

  await vi.waitFor(() => expect(onChanged.mock.calls).toEqual([[waived], [opened]]));
  expect(calls("POST /api/v1/scorecards/{}/reopening")[0]?.body).toEqual({ reason: "Waived by mistake" });
});

test("a refusal stays in the dialog with what was written", async () => {
  answers("POST /api/v1/scorecards/{}/resolution", () => problem(409, "wrong-status", "Not disputed", {}, "It was resolved already."));
  const onChanged = vi.fn();
  const owner = await show(<CardActions card={card({ status: "disputed", may: ["resolve"] })} onChanged={onChanged} />);
  await owner.click(screen.getByRole("button", { name: "Resolve" }));
  const dialog = within(await screen.findByRole("dialog"));
  await owner.type(dialog.getByLabelText("Resolution"), "Checked.");
  await owner.click(dialog.getByRole("button", { name: "Resolve" }));

  expect((await dialog.findByRole("alert")).textContent).toBe("Not disputed: It was resolved already.");
  expect(dialog.getByLabelText<HTMLTextAreaElement>("Resolution").value).toBe("Checked.");
  expect(onChanged).not.toHaveBeenCalled();
});
