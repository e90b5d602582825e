import marks from "./marks.module.css";

export type Verdict = "good" | "bad" | "open" | "left";

const SHAPES: Record<Verdict, string> = { good: "M1.5 5.5 4 8l4.5-6", bad: "M2 2l6 6M8 2 2 8", open: "M5 1.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 0 1 0-6.8", left: "M2 5h6" };
const COLOURS: Record<Verdict, string | undefined> = { good: marks["exceeds"], bad: marks["below"], open: marks["none"], left: marks["meets"] };

/** How something of the installation stands: a tick, a cross, a ring while it is open, a dash where it was left. */
export function VerdictMark({ is, size = 10 }: { is: Verdict; size?: number }) {
  return (
    <svg className={COLOURS[is]} width={size} height={size} viewBox="0 0 10 10" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={SHAPES[is]} />
    </svg>
  );
}
