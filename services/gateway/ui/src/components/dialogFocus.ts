import type { FocusEvent } from "react";

const MARK = "data-autofocus";

/**
 * For `onFocusCapture` of a dialog: whatever has the focus keeps it.
 *
 * Mantine's focus trap focuses the marked element by timers (read in 9.7.3). Where these come late, as on a busy machine,
 * a person writes in another field by then, and the rest of their letters would go into the first. So the mark goes along.
 */
export function keepFocus({ currentTarget, target }: FocusEvent<HTMLElement>): void {
  if (!currentTarget.contains(target)) return; // in a dropdown, which React counts as inside
  currentTarget.querySelectorAll(`[${MARK}]`).forEach((element) => element.removeAttribute(MARK));
  target.setAttribute(MARK, "true");
}
