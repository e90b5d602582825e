import { useNames } from "~/api/actors";
import type { Card } from "~/api/scorecards";
import { attributes as attributeNames } from "~/text/attributes";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import styles from "./Scorecard.module.css";

/** The disputes of a card and their resolutions, the newest first. */
export function Disputes({ card }: { card: Card }) {
  const { format } = useLocale();
  const words = useTexts(scorecardTexts);
  const disputes = [...(card.content?.disputes ?? [])].reverse();
  const names = useNames(disputes.flatMap((dispute) => [dispute.raised_by, dispute.resolved_by]));
  const said = useTranslated(attributeNames);
  if (disputes.length === 0) return null;
  const label = (attribute: string) => said(card.questions.find((question) => question.attribute === attribute)?.label ?? attribute);
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-label={words.dispute}>
      {disputes.map((dispute) => (
        <div key={dispute.id} className={styles["dispute"]}>
          <h2>{words.disputed(names[dispute.raised_by] ?? "–", format.day(dispute.raised_at))}</h2>
          <p>{dispute.reason}</p>
          {dispute.attributes.length > 0 && (
            <p className="quiet">
              {words.about}: {dispute.attributes.map(label).join(", ")}
            </p>
          )}
          {dispute.resolved_at !== null && (
            <p>
              <strong>{words.resolvedBy(names[dispute.resolved_by ?? ""] ?? "–", format.day(dispute.resolved_at))}:</strong> {dispute.resolution}
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
