import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { mayWrite, useMe } from "~/api/me";
import { Missing } from "~/components/states";
import { type ImportDraft, ImportDraftContext } from "./importDraft";

/** Holds the chosen file and its mapping, so that the pages of imports share them. */
export function ImportLayout() {
  const [draft, setDraft] = useState<ImportDraft>({ file: null, form: null, isSuggested: false });
  const me = useMe();
  if (me !== undefined && !mayWrite(me)) return <Missing />;
  return (
    <ImportDraftContext value={{ ...draft, set: (part) => setDraft((now) => ({ ...now, ...part })) }}>
      <Outlet />
    </ImportDraftContext>
  );
}
