import type { CardRow, Status } from "~/api/scorecards";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useTexts } from "~/text/locale";
import styles from "./CardStatus.module.css";

/** How much of the ring is filled; a dispute is a triangle, and what was passed over a line. */
const PARTS: Partial<Record<Status, number>> = { draft: 0, submitted: 0.5, signed: 0.75, published: 1, resolved: 1 };

export function StatusMark({ status }: { status: Status }) {
  const part = PARTS[status];
  const turned = 2 * Math.PI * 2.5;
  return (
    <svg className={styles[status]} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
      {status === "disputed" && <path d="M6 1.2 11 10.4H1Z" fill="currentColor" />}
      {status === "waived" && <path d="M2 6h8" strokeWidth="2" />}
      {part !== undefined && <circle cx="6" cy="6" r="5" strokeWidth="1.3" />}
      {part !== undefined && part > 0 && <circle cx="6" cy="6" r="2.5" strokeWidth="5" strokeDasharray={`${part * turned} ${turned}`} transform="rotate(-90 6 6)" />}
    </svg>
  );
}

export function CardStatus({ status }: { status: Status }) {
  const scorecardWords = useTexts(scorecardTexts);
  return (
    <span className={`${styles["status"]} ${styles[status]}`}>
      <StatusMark status={status} />
      {scorecardWords.status[status]}
    </span>
  );
}

/** Who rates whom, by the names of the accounts. */
export function sidesOf(card: Pick<CardRow, "side" | "sponsor_name" | "provider_name">): { who: string; whom: string } {
  const [who, whom] = card.side === "sponsor" ? [card.sponsor_name, card.provider_name] : [card.provider_name, card.sponsor_name];
  return { who, whom };
}

export function isLate(card: Pick<CardRow, "status" | "due_on">, today: string): boolean {
  return card.status === "draft" && card.due_on < today;
}
