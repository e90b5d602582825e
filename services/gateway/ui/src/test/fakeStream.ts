/** Server-sent events of a component test: the streams that were opened, oldest first, each to be driven by the test. */
export class FakeStream extends EventTarget {
  static opened: FakeStream[] = [];
  static readonly CLOSED = 2;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeStream.opened.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  fail(): void {
    this.readyState = FakeStream.CLOSED;
    this.onerror?.();
  }

  change(type: string, relationship_id: string, id = "x"): void {
    this.dispatchEvent(new MessageEvent("changed", { data: JSON.stringify({ type, relationship_id, id, at: "2026-11-25T12:00:00Z" }) }));
  }

  close(): void {
    this.readyState = FakeStream.CLOSED;
  }
}
