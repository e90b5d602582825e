import { useState } from "react";
import type { Card } from "~/api/scorecards";
import { Signatures } from "~/rating/Signatures";
import { Disputes } from "./Disputes";
import { ActionPlans } from "./ActionPlans";
import { Results } from "./Results";

/** What came of a card that is no longer open: who stands for it, what it says, and what is done about it. */
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
