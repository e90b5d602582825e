import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { answers, calls, problem } from "~/test/fakeApi";
import { show } from "~/test/render";
import { Tokens } from "./Tokens";

const token = {
  id: "t1", name: "ERP nightly", role: "viewer", side: "sponsor", created_by: null, created_at: "2026-01-01T00:00:00Z", expires_at: null, revoked_at: null,
};

test("a new token's secret is shown until the dialog is closed and never again", async () => {
  answers("GET /api/v1/tokens", { items: [token], next: null });
  answers("POST /api/v1/tokens", () => ({ status: 201, body: { ...token, secret: "ent_secret" } }));
  const admin = await show(<Tokens />);

  await admin.click(await screen.findByRole("button", { name: "Create a token" }));
  const dialog = within(await screen.findByRole("dialog"));
  await admin.type(dialog.getByLabelText("What it is for"), "ERP nightly ");
  await admin.click(dialog.getByRole("button", { name: "Create a token" }));

  expect((await dialog.findByLabelText<HTMLInputElement>("The token")).value).toBe("ent_secret");
  const [sent] = calls("POST /api/v1/tokens");
  expect(sent?.body).toMatchObject({ name: "ERP nightly", role: "viewer", side: "sponsor" });
  await admin.click(dialog.getByRole("button", { name: "Done" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  await admin.click(screen.getByRole("button", { name: "Create a token" }));
  expect(document.body.innerHTML).not.toContain("ent_secret");
});

test("a token is revoked only after the question, and a refusal stays in the dialog", async () => {
  answers("GET /api/v1/tokens", { items: [token], next: null });
  answers("DELETE /api/v1/tokens/{}", () => problem(409, "last", "Cannot be revoked", {}, "It is the last token."));
  const admin = await show(<Tokens />);

  await admin.click(await screen.findByRole("button", { name: "Revoke ERP nightly" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Revoke ERP nightly?" }));
  expect(calls("DELETE /api/v1/tokens/{}")).toEqual([]);
  await admin.click(dialog.getByRole("button", { name: "Revoke" }));

  expect((await dialog.findByRole("alert")).textContent).toBe("It is the last token.");
  expect(calls("DELETE /api/v1/tokens/{}").map((call) => call.path)).toEqual(["/api/v1/tokens/t1"]);
});

test("a token that works until it is revoked is created without a last day", async () => {
  answers("GET /api/v1/tokens", { items: [], next: null });
  answers("POST /api/v1/tokens", () => ({ status: 201, body: { ...token, secret: "ent_secret" } }));
  const admin = await show(<Tokens />);

  await admin.click(await screen.findByRole("button", { name: "Create a token" }));
  const dialog = within(await screen.findByRole("dialog"));
  await admin.type(dialog.getByLabelText("What it is for"), "Archive");
  await admin.click(dialog.getByLabelText("Works until", { selector: "input" }));
  await admin.click(await screen.findByRole("option", { name: "it is revoked" }));
  await admin.click(dialog.getByRole("button", { name: "Create a token" }));

  await dialog.findByLabelText("The token");
  expect(calls("POST /api/v1/tokens")[0]?.body).toMatchObject({ expires_at: null });
});
