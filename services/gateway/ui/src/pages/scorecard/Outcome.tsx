import { useState } from "react";
import type { Card } from "~/api/scorecards";
import { Signatures } from "~/rating/Signatures";
import { Disputes } from "./Disputes";
import { ActionPlans } from "./ActionPlans";
import { Results } from "./Results";

/** A card that is no longer open: signatures, disputes, results and action plans. */
export function Outcome({ card }: { card: Card }) {
  const [planned, setPlanned] = useState<string | null>(null);
  return (
    <>
      <Signatures card={card} />
      <Disputes card={card} />
      <Results card={card} onPlan={setPlanned} />
      {card.content !== null && <ActionPlans card={card} planned={planned} onPlanned={() => setPlanned(null)} />}
    </>
  );
}
