import { perception as perceptionTexts } from "~/text/perception";
import { useLocale, useTexts } from "~/text/locale";
import type { GapGroup, GapRow } from "./gaps";
import styles from "./perception.module.css";
import { gapText } from "./sentences";

interface GapTableProps {
  groups: GapGroup[];
  ourName: string;
  theirName: string;
}

/** What the charts show, in steps from below (−1) to exceeds (+1). */
export function GapTable({ groups, ourName, theirName }: GapTableProps) {
  const { format } = useLocale();
  const words = useTexts(perceptionTexts);
  const cells = (row: GapRow) => (
    <>
      <td>{format.signed(row.ours)}</td>
      <td>{format.signed(row.theirs)}</td>
      <td>{gapText(row.gap, words, format)}</td>
    </>
  );
  return (
    <div className={styles["tableBox"]} tabIndex={0} role="group" aria-label={words.views.table}>
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col">{words.attribute}</th>
            <th scope="col">{ourName}</th>
            <th scope="col">{theirName}</th>
            <th scope="col">{words.gap}</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.key}>
            <tr>
              <th scope="rowgroup">{group.label}</th>
              {cells(group)}
            </tr>
            {group.attributes.map((row) => (
              <tr key={row.key}>
                <td>{row.label}</td>
                {cells(row)}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
