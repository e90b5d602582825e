import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { answer, reset } from "./fakeApi";

/** What a browser has and jsdom does not, and an API that answers from the test instead of the network. */

class NoResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

configure({
  asyncUtilTimeout: 60_000,
  getElementError: (message) => new Error(message ?? "not found"),
});
globalThis.fetch = answer;
globalThis.ResizeObserver = NoResizeObserver;
Object.defineProperty(document, "fonts", { value: new EventTarget() });
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
window.matchMedia = (media) => ({
  media, matches: false, onchange: null, addListener: () => undefined, removeListener: () => undefined,
  addEventListener: () => undefined, removeEventListener: () => undefined, dispatchEvent: () => false,
});

beforeEach(() => {
  reset();
  localStorage.setItem("entente-language", "en");
});
afterEach(cleanup);
