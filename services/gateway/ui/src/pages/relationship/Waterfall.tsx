import { Drawer } from "@mantine/core";
import { scaleLinear } from "d3-scale";
import { useState } from "react";
import type { RelationshipTier } from "~/api/relationships";
import { useLocale } from "~/text/locale";
import { Items } from "./Items";
import { type Bar, itemsOf, startOf, waterfall } from "./score";
import styles from "./Relationship.module.css";

/** From where every relationship starts to where this one stands; each bar opens what it is made of. */
export function Waterfall({ id, reading }: { id: string; reading: RelationshipTier }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const [opened, setOpened] = useState<Bar | null>(null);
  const start = startOf(reading);
  const bars = waterfall(start, reading.contributions);
  const ends = bars.flatMap((bar) => [bar.from, bar.to]);
  const x = scaleLinear([Math.min(start, ...ends), Math.max(start, ...ends) + 0.01], [0, 100]);
  const label = (bar: Bar) => (bar.isGood ? text.vocabulary.evidence.good : text.vocabulary.evidence.bad)[bar.kind](bar.count);
  return (
    <div>
      <h2 className="label">
        {words.why} · {words.fromStart(format.points(start), format.points(reading.score))}
      </h2>
      {bars.length === 0 && <p>{words.noEvidenceYet(format.points(start))}</p>}
      <ul className={styles["bars"]}>
        {bars.map((bar) => (
          <li key={`${bar.kind} ${bar.isGood}`}>
            <button type="button" className={styles["barButton"]} onClick={() => setOpened(bar)} title={words.opens}>
              <span>{label(bar)}</span>
              <span className={bar.isGood ? styles["good"] : styles["bad"]}>{format.signed(bar.to - bar.from)}</span>
              <svg viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  className={bar.isGood ? styles["goodBar"] : styles["badBar"]}
                  x={x(Math.min(bar.from, bar.to))}
                  width={Math.max(0.6, Math.abs(x(bar.to) - x(bar.from)))}
                  y="1"
                  height="5"
                />
              </svg>
            </button>
          </li>
        ))}
      </ul>
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size={480}
        title={opened === null ? "" : label(opened)}
        closeButtonProps={{ "aria-label": text.shell.close }}
      >
        {opened !== null && <Items id={id} items={itemsOf(reading.contributions, opened)} />}
      </Drawer>
    </div>
  );
}
