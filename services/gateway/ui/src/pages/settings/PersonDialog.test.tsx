import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { User } from "~/api/users";
import { answers, calls, problem } from "~/test/fakeApi";
import { show } from "~/test/render";
import { PersonDialog } from "./PersonDialog";

const ivo: User = {
  id: "u1", email: "ivo@example.org", name: "Ivo Brandt", role: "viewer", side: "sponsor", version: 3, created_at: "2026-01-01T00:00:00Z", disabled_at: null,
};

test("a refused e-mail address is named at its field, and the password is not shown", async () => {
  answers("POST /api/v1/users", () => problem(422, "invalid", "Not valid", { email: "Somebody else has this e-mail address" }));
  const person = await show(<PersonDialog user={null} onClose={vi.fn()} />);

  await person.type(screen.getByLabelText("Name"), "Noor Haddad");
  await person.type(screen.getByLabelText("E-mail"), "manager@example.org");
  await person.click(screen.getByRole("button", { name: "Add a person" }));

  expect(await screen.findByText("Somebody else has this e-mail address")).toBeTruthy();
  expect(screen.getByLabelText("E-mail").getAttribute("aria-invalid")).toBe("true");
  expect(screen.queryByLabelText("First password")).toBeNull();
});

test("the first password that is shown is the one that was sent", async () => {
  answers("POST /api/v1/users", () => ({ status: 201, body: { ...ivo, name: "Noor Haddad" } }));
  const person = await show(<PersonDialog user={null} onClose={vi.fn()} />);

  await person.type(screen.getByLabelText("Name"), "Noor Haddad");
  await person.type(screen.getByLabelText("E-mail"), "noor@example.org");
  await person.click(screen.getByRole("button", { name: "Add a person" }));

  const shown = await screen.findByLabelText("First password");
  const [sent] = calls("POST /api/v1/users");
  expect(sent?.body).toMatchObject({ name: "Noor Haddad", email: "noor@example.org", role: "viewer", side: "sponsor", password: shown.getAttribute("value") });
  expect(screen.getByText("Noor Haddad may sign in now.")).toBeTruthy();
});

test("a person whom another user has changed is shown as they are now, and saved at that version", async () => {
  const changed: User = { ...ivo, role: "reviewer", version: 4 };
  answers("PATCH /api/v1/users/{}", (call: { headers: Headers }) => (call.headers.get("if-match") === '"4"' ? { body: changed } : problem(412, "stale", "Changed meanwhile")));
  answers("GET /api/v1/users/{}", changed);
  const onClose = vi.fn();
  const person = await show(<PersonDialog user={ivo} onClose={onClose} />);
  const dialog = within(await screen.findByRole("dialog"));
  const name = dialog.getByLabelText<HTMLInputElement>("Name");

  await person.clear(name);
  await person.type(name, "Ivo Brandt-Okafor");
  await person.click(dialog.getByRole("button", { name: "Save" }));

  expect((await dialog.findByRole("alert")).textContent).toContain("Another user has changed this in the meantime.");
  expect(name.value).toBe("Ivo Brandt");
  expect(onClose).not.toHaveBeenCalled();
  await person.click(dialog.getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
});
