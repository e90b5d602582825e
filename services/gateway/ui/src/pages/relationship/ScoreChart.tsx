import { Button } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { scaleLinear, scaleUtc } from "d3-scale";
import { area, line } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import type { Schemas } from "~/api/client";
import { type Item, tier } from "~/api/relationships";
import { useGates } from "~/api/tierPolicies";
import { TierBadge, tierClass, TierMark } from "~/components/marks";
import { useLocale } from "~/text/locale";
import { pointAt, stretches } from "./score";
import styles from "./Relationship.module.css";

const HEIGHT = 286;
const ROOM = { top: 8, right: 96, bottom: 62, left: 30 };
const DAY_MS = 86_400_000;

type Point = Schemas["PointOut"];

interface ScoreChartProps {
  id: string;
  history: Schemas["HistoryOut"];
  asOf: string | undefined;
  onDay: (on: string) => void;
}

const time = (on: string) => Date.parse(`${on}T00:00:00Z`);
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function ScoreChart({ id, history, asOf, onDay }: ScoreChartProps) {
  const { text } = useLocale();
  const words = text.relationship;
  const [isTable, setTable] = useState(false);
  const items = useQuery(tier(id)).data?.contributions.items ?? [];
  return (
    <section className={`panel ${styles["panelIn"]}`}>
      <div className={styles["panelHead"]}>
        <h2>{words.chart}</h2>
        <span className={styles["lead"]}>{words.chartLead}</span>
        <span className={styles["end"]}>
          {!isTable && words.chartHint}
          <Button size="compact-xs" variant="subtle" color="ink" onClick={() => setTable(!isTable)}>
            {isTable ? text.shell.chart : text.shell.table}
          </Button>
        </span>
      </div>
      {isTable ? <PointTable points={history.points} /> : <Chart history={history} items={items} asOf={asOf} onDay={onDay} />}
    </section>
  );
}

function Chart({ history, items, asOf, onDay }: Omit<ScoreChartProps, "id"> & { items: Item[] }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const gates = useGates();
  const { ref, width: measured } = useElementSize();
  const [pointed, setPointed] = useState<string | null>(null);
  const width = Math.max(280, measured);
  const right = width < 520 ? 34 : ROOM.right;
  const last = history.points.at(-1);
  const shapes = useMemo(() => {
    const least = Math.min(40, ...history.points.map((point) => 100 * point.lower));
    const x = scaleUtc([time(history.from), Math.max(time(history.to), time(history.from) + 30 * DAY_MS)], [ROOM.left, width - right]);
    const y = scaleLinear([Math.floor(least / 20) * 20, 100], [HEIGHT - ROOM.bottom, ROOM.top]);
    const at = (point: Point) => x(time(point.on));
    return {
      x,
      y,
      band: area<Point>(at, (point) => y(100 * point.lower), (point) => y(100 * point.upper))(history.points) ?? "",
      lower: line<Point>(at, (point) => y(100 * point.lower))(history.points) ?? "",
      score: line<Point>(at, (point) => y(point.score))(history.points) ?? "",
      strip: stretches(history.from, history.to, history.changes),
    };
  }, [history, width, right]);
  if (last === undefined) return null;

  const { x, y } = shapes;
  const shown = pointAt(history.points, pointed ?? asOf ?? history.to) ?? last;
  const day = pointed ?? asOf ?? history.to;
  const within = (at: number) => dayOf(Math.min(time(history.to), Math.max(time(history.from), at)));
  const under = (event: PointerEvent<SVGSVGElement>) =>
    within(+x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left) + DAY_MS / 2);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPointed(within(time(day) + step * (event.shiftKey ? 30 : 7) * DAY_MS));
    } else if (event.key === "Enter") {
      onDay(day);
    }
  };
  const floor = HEIGHT - ROOM.bottom;
  return (
    <div ref={ref}>
      <svg
        className={styles["chart"]}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        tabIndex={0}
        role="slider"
        aria-label={words.chart}
        aria-valuemin={0}
        aria-valuemax={Math.round((time(history.to) - time(history.from)) / DAY_MS)}
        aria-valuenow={Math.round((time(day) - time(history.from)) / DAY_MS)}
        aria-valuetext={words.chartLabel(format.points(shown.score), format.points(100 * shown.lower), format.points(100 * shown.upper), format.longDay(day))}
        onPointerMove={(event) => setPointed(under(event))}
        onPointerLeave={() => setPointed(null)}
        onPointerUp={(event) => onDay(under(event))}
        onBlur={() => setPointed(null)}
        onKeyDown={press}
      >
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line className={styles["axis"]} x1={ROOM.left} x2={width - right} y1={y(tick)} y2={y(tick)} />
            <text x={ROOM.left - 6} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        <path className={styles["bandArea"]} d={shapes.band} />
        <path className={styles["lowerEdge"]} d={shapes.lower} />
        <path className={styles["scoreLine"]} d={shapes.score} />
        {gates.map((gate) => (
          <g key={gate.tier} className={tierClass(gate.tier)}>
            <line className={styles["gateLine"]} x1={ROOM.left} x2={width - right} y1={y(gate.points)} y2={y(gate.points)} />
            <text className={styles["gateText"]} x={width - right + 6} y={y(gate.points) + 4}>
              {right < 60 ? format.whole(gate.points) : `${text.vocabulary.tier[gate.tier]} ${format.whole(gate.points)}`}
            </text>
          </g>
        ))}
        <Ticks items={items} x={x} top={floor + 4} />
        {shapes.strip.map((stretch) => {
          const [from, to] = [x(time(stretch.from)), x(time(stretch.to))];
          const name = text.vocabulary.tier[stretch.tier];
          return (
            <g key={stretch.from} className={tierClass(stretch.tier)}>
              <rect className={styles["strip"]} x={from} width={Math.max(1.5, to - from - 1.5)} y={floor + 22} height="6" rx="2" />
              {to - from > 6.2 * name.length && (
                <text className={styles["stripText"]} x={from + 1} y={floor + 41}>
                  {name}
                </text>
              )}
            </g>
          );
        })}
        {x.ticks(width / 130).map((tick) => (
          <text key={+tick} x={x(tick)} y={HEIGHT - 4} textAnchor="middle">
            {format.month(dayOf(+tick))}
          </text>
        ))}
        <line className={styles["cross"]} x1={x(time(day))} x2={x(time(day))} y1={ROOM.top} y2={floor + 28} opacity={pointed === null && asOf === undefined ? 0 : 1} />
        <circle className={styles["crossDot"]} cx={x(time(day))} cy={y(shown.score)} r="4" />
      </svg>
      <div className={styles["readout"]} aria-hidden="true">
        <b>{format.longDay(day)}</b>
        <span>
          {format.points(shown.score)}, {words.range(format.points(100 * shown.lower), format.points(100 * shown.upper))}
        </span>
        <TierBadge tier={shown.tier} size={12} />
      </div>
    </div>
  );
}

/** Good evidence stands on the line, bad hangs from it: not by colour alone. */
function Ticks({ items, x, top }: { items: Item[]; x: (at: number) => number; top: number }) {
  return (
    <g aria-hidden="true">
      {items.map((item) => {
        const at = x(time(item.on));
        const isGood = item.contribution >= 0;
        return (
          <line
            key={item.source_kind + item.source_id}
            className={isGood ? styles["tickGood"] : styles["tickBad"]}
            x1={at}
            x2={at}
            y1={isGood ? top : top + 6}
            y2={isGood ? top + 6 : top + 14}
          />
        );
      })}
    </g>
  );
}

/** What the chart shows, by month, newest first. */
function PointTable({ points }: { points: Point[] }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const ends = points.filter((point, at) => point.on.slice(0, 7) !== points[at + 1]?.on.slice(0, 7)).reverse();
  return (
    <div className={styles["tableBox"]} tabIndex={0} role="group" aria-label={words.chart}>
      <table className={styles["items"]}>
        <thead>
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col">{words.tierColumn}</th>
            {[words.score, words.lower, words.upper].map((label) => (
              <th key={label} scope="col" className={styles["number"]}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ends.map((point) => (
            <tr key={point.on}>
              <td>{format.day(point.on)}</td>
              <td>
                <TierMark tier={point.tier} size={12} /> {text.vocabulary.tier[point.tier]}
              </td>
              <td className={styles["number"]}>{format.points(point.score)}</td>
              <td className={styles["number"]}>{format.points(100 * point.lower)}</td>
              <td className={styles["number"]}>{format.points(100 * point.upper)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
