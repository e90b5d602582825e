import type { Card } from "~/api/scorecards";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./rating.module.css";

/** Who stands for the card: name, meaning, time and hash, the void ones too. */
export function Signatures({ card }: { card: Card }) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts);
  const signatures = card.content?.signatures ?? [];
  if (signatures.length === 0) return null;
  return (
    <section className={`panel ${styles["signing"]}`} aria-labelledby="signatures">
      <h2 id="signatures">{words.signature}</h2>
      <ul className={styles["signatures"]}>
        {signatures.map((signature) => (
          <li key={signature.id} data-void={signature.voided_at ?? undefined}>
            <strong>{words.signedBy(signature.name, signature.meaning)}</strong>
            <time dateTime={signature.signed_at}>{format.utc(signature.signed_at)}</time>
            <span className={styles["hash"]}>
              {words.hash}: {signature.snapshot_sha256}
            </span>
            {signature.voided_at !== null && <span className={styles["void"]}>{words.voided(format.utc(signature.voided_at))}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
