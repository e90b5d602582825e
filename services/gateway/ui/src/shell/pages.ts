import type { Schemas } from "~/api/client";
import { mayWrite } from "~/api/me";
import type { CommonTexts } from "~/text/common";

interface PageLink {
  to: "/" | "/reviews" | "/import" | "/settings";
  label: (text: CommonTexts) => string;
  /** Pressed after `g`. */
  key: string;
  isFor: (me: Schemas["Me"]) => boolean;
}

/** The pages that there are, for whom, in the order of the menu. */
export const PAGES: PageLink[] = [
  { to: "/", label: (text) => text.shell.portfolio, key: "p", isFor: () => true },
  { to: "/reviews", label: (text) => text.shell.reviews, key: "r", isFor: () => true },
  { to: "/import", label: (text) => text.shell.import, key: "i", isFor: mayWrite },
  { to: "/settings", label: (text) => text.shell.settings, key: "s", isFor: () => true },
];
