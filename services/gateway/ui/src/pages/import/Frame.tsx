import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { mayWrite, useMe } from "~/api/me";
import { Missing } from "~/components/states";
import { type Work, WorkContext } from "./work";

/** Around the pages of imports: what one of them has at hand, the other finds. */
export function ImportFrame() {
  const [work, setWork] = useState<Work>({ file: null, form: null, isSuggested: false });
  const me = useMe();
  if (me !== undefined && !mayWrite(me)) return <Missing />;
  return (
    <WorkContext value={{ ...work, set: (part) => setWork((now) => ({ ...now, ...part })) }}>
      <Outlet />
    </WorkContext>
  );
}
