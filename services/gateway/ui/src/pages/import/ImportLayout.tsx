import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { mayWrite, useMe } from "~/api/me";
import { Missing } from "~/components/states";
import { type ImportDraft, ImportDraftContext } from "./importDraft";

/** Around the pages of imports: what one of them has at hand, the other finds. */
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
