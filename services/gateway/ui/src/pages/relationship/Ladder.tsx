import { useQuery } from "@tanstack/react-query";
import { labelOf } from "~/api/enums";
import { ladder } from "~/api/relationships";
import { Failed, Loading } from "~/components/states";
import { needIn } from "~/text/ladderNeeds";
import { useLocale } from "~/text/locale";
import styles from "./Relationship.module.css";

/** What the two do together: each rung reached with what proves it, and what the next needs. */
export function Ladder({ id, asOf }: { id: string; asOf: string | undefined }) {
  const { text, format, language } = useLocale();
  const words = text.relationship;
  const asked = useQuery(ladder(id, asOf));
  const steps = asked.data;
  const rungName = (rung: string) => labelOf(text.vocabulary.rung, rung);
  const since = (rung: string) => steps?.history.filter((change) => change.after.rung >= rung && change.before.rung < rung).at(-1)?.on;
  return (
    <section className={`panel ${styles["panelIn"]}`}>
      <div className={styles["panelHead"]}>
        <h2>{words.together}</h2>
      </div>
      {asked.isPending && <Loading />}
      {asked.error !== null && steps === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {steps !== undefined && (
        <ol className={styles["rungs"]} reversed>
          {steps.next !== null && (
            <li data-is="next">
              <b>{steps.next.rung}</b>
              <div>
                <strong>{rungName(steps.next.rung)}</strong>
                <ul className={styles["needs"]}>
                  {steps.next.needs.map((need) => (
                    <li key={need.key}>
                      <span aria-hidden="true">{need.met ? "✓ " : "· "}</span>
                      <span className="unseen">{need.met ? words.met : words.missing}: </span>
                      {needIn(language, need.text)}
                      {need.met_on != null && ` (${words.waits(format.day(need.met_on))})`}
                    </li>
                  ))}
                </ul>
              </div>
            </li>
          )}
          {[...steps.proofs].reverse().map((proof) => {
            const day = since(proof.rung);
            return (
              <li key={proof.rung}>
                <b>{proof.rung}</b>
                <div>
                  <strong>
                    {rungName(proof.rung)}
                    {day !== undefined && ` · ${words.rungSince(format.month(day))}`}
                  </strong>
                  <p>{newProof(proof.engagements, steps.proofs, proof.rung).join(", ")}</p>
                </div>
              </li>
            );
          })}
          {steps.proofs.length === 0 && <li>{words.nothingContracted}</li>}
        </ol>
      )}
    </section>
  );
}

interface Proof {
  rung: string;
  engagements: { id: string; name: string }[];
}

/** The projects that a rung adds to those of the rungs below it; all of them where it adds none. */
function newProof(engagements: Proof["engagements"], proofs: Proof[], rung: string): string[] {
  const below = new Set(proofs.filter((proof) => proof.rung < rung).flatMap((proof) => proof.engagements.map(({ id }) => id)));
  const added = engagements.filter(({ id }) => !below.has(id));
  return (added.length > 0 ? added : engagements).map(({ name }) => name);
}
