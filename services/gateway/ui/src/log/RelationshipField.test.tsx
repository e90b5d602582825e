import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test } from "vitest";
import type { Schemas } from "~/api/client";
import { answers } from "~/test/fakeApi";
import { show } from "~/test/render";
import { KindField } from "./KindField";
import { RelationshipField } from "./RelationshipField";

const row = (id: string, provider: string) => ({ relationship_id: id, provider_name: provider, sponsor_name: "Albion", tier: "preferred" });
const held: (() => void)[] = [];

function Fields() {
  const [id, setId] = useState<string | null>(null);
  const [kind, setKind] = useState<Schemas["InteractionKind"]>("call");
  return (
    <>
      <RelationshipField value={id} isFirst onChange={setId} />
      <KindField value={kind} isFirst={false} onChange={setKind} />
      <output>{id ?? "none"}</output>
    </>
  );
}

beforeEach(() => {
  held.length = 0;
  answers("GET /api/v1/relationships/{}", { id: "hasty", provider_name: "Hasty Works", sponsor_name: "Albion" });
  // Those lately in contact are there at once; what is found for words waits until the test lets it go.
  answers("GET /api/v1/portfolio", ({ query }: { query: URLSearchParams }) => {
    if (query.get("q") === null) return { body: { items: [row("late", "Latest Works")], next: null } };
    return new Promise((resolve) => held.push(() => resolve({ body: { items: [row("hasty", "Hasty Works")], next: null } })));
  });
});

const whom = () => screen.getByLabelText("With", { selector: "input" });
const chosen = () => document.querySelector("output")?.textContent;

test("Enter before the answer takes the first of what is found, and nothing that was offered before", async () => {
  await show(<Fields />);
  whom().focus();
  await screen.findByText("Latest Works");
  fireEvent.change(whom(), { target: { value: "hasty" } });
  fireEvent.keyDown(whom(), { key: "Enter", code: "Enter" });
  await waitFor(() => expect(held).toHaveLength(1));
  expect(chosen()).toBe("none");

  held.forEach((answer) => answer());

  await waitFor(() => expect(chosen()).toBe("hasty"));
});

test("words that were left without Enter choose nothing", async () => {
  await show(<Fields />);
  whom().focus();
  fireEvent.change(whom(), { target: { value: "hasty" } });
  await waitFor(() => expect(held).toHaveLength(1));

  fireEvent.blur(whom());
  held.forEach((answer) => answer());
  await new Promise((resolve) => setTimeout(resolve, 50));

  expect(chosen()).toBe("none");
});

test("a kind is found by part of its name, and Enter takes it", async () => {
  await show(<Fields />);
  const kind = screen.getByLabelText<HTMLInputElement>("What", { selector: "input" });
  kind.focus();
  fireEvent.keyDown(kind, { key: "t" });
  fireEvent.change(kind, { target: { value: "technical" } });
  await screen.findByText("Technical review");
  fireEvent.keyDown(kind, { key: "Enter", code: "Enter" });

  await waitFor(() => expect(kind.value).toBe("Technical review"));
});
