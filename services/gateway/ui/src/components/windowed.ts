import { useWindowVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

interface WindowedProps {
  count: number;
  /** The height of a row before it is measured, in px. */
  estimate: number;
  overscan: number;
  keyOf?: (at: number) => string | number;
  hasMore: boolean;
  /** So many rows before the end the next page is asked for. */
  room: number;
  loadMore: () => void;
}

interface Windowed {
  frame: RefObject<HTMLDivElement | null>;
  virtual: Virtualizer<Window, Element>;
}

/** A long list in the page's own scroll, of which only the rows in sight are rendered. */
export function useWindowed({ count, estimate, overscan, keyOf, hasMore, room, loadMore }: WindowedProps): Windowed {
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => estimate,
    overscan,
    scrollMargin: top,
    getItemKey: keyOf ?? ((at) => at),
  });
  useLayoutEffect(() => {
    // Measured from the page's top, since other panels stand above and may still grow.
    const measure = () => setTop((frame.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observed = new ResizeObserver(measure);
    observed.observe(document.body);
    return () => observed.disconnect();
  }, []);
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last > count - room) loadMore();
  });
  return { frame, virtual };
}
