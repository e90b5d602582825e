import { curveLinearClosed, lineRadial } from "d3-shape";
import { perception as perceptionTexts } from "~/text/perception";
import { useLocale, useTexts } from "~/text/locale";
import type { GapGroup } from "./gaps";
import styles from "./perception.module.css";
import { gapText } from "./sentences";

const WIDTH = 460;
const HEIGHT = 300;
const RADIUS = 108;
/** From the middle: below, meets, exceeds. The innermost ring keeps a little room, so that three belows still have a shape. */
const radius = (step: number) => RADIUS * (0.2 + 0.4 * (step + 1));

/** The groups as corners of two shapes: ours filled, theirs a dashed line with hollow corners. */
export function Radar({ groups }: { groups: GapGroup[] }) {
  const { format } = useLocale();
  const words = useTexts(perceptionTexts);
  const angle = (at: number) => (2 * Math.PI * at) / groups.length;
  const point = (at: number, step: number): [number, number] => [radius(step) * Math.sin(angle(at)), -radius(step) * Math.cos(angle(at))];
  const shape = (of: (group: GapGroup) => number) =>
    lineRadial<GapGroup>().angle((_, at) => angle(at)).radius((group) => radius(of(group))).curve(curveLinearClosed)(groups) ?? "";
  const rows = groups.map((group) => words.row(group.label, gapText(group.gap, words, format))).join("; ");
  return (
    <svg className={styles["radar"]} viewBox={`${-WIDTH / 2} ${-HEIGHT / 2} ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.radarLabel(rows)}>
      {[-1, 0, 1].map((step) => (
        <circle key={step} className={styles["web"]} r={radius(step)} />
      ))}
      {groups.map((group, at) => {
        const [x, y] = point(at, 1);
        const side = Math.abs(x) < 8 ? "middle" : x > 0 ? "start" : "end";
        return (
          <g key={group.key}>
            <line className={styles["web"]} x2={x} y2={y} />
            <text x={x * 1.1} y={y * 1.13 + 4} textAnchor={side}>
              {group.label}
            </text>
          </g>
        );
      })}
      <path className={styles["ourShape"]} d={shape((group) => group.ours)} />
      <path className={styles["theirShape"]} d={shape((group) => group.theirs)} />
      {groups.map((group, at) => {
        const [ours, theirs] = [point(at, group.ours), point(at, group.theirs)];
        return (
          <g key={group.key}>
            <circle className={styles["ourDot"]} cx={ours[0]} cy={ours[1]} r="3.5" />
            <rect className={styles["theirDot"]} x={theirs[0] - 3.5} y={theirs[1] - 3.5} width="7" height="7" />
          </g>
        );
      })}
      {(["below", "meets", "exceeds"] as const).map((word, at) => {
        const [x, y] = point(0.5, at - 1);
        return (
          <text key={word} className={styles["ring"]} x={x + 2} y={y}>
            {words.scale[word]}
          </text>
        );
      })}
    </svg>
  );
}
