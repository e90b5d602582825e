import type { Schemas } from "~/api/client";
import type { RatedSide } from "~/api/portfolio";
import type { Experience } from "~/components/marks";

/** The heat map's columns and cells, and the way that keys take through them. */

export type HeatRow = Schemas["HeatRowOut"];
type Attribute = Pick<Schemas["AttributeOut"], "key" | "label" | "group" | "rated_by">;

/** Half way between the words: one of two raters who says meets and one who says exceeds are nearly exceeding. */
const MEETS_FROM = 0.5;
const EXCEEDS_FROM = 0.9;

/** The word for a value of 0..1, which is a mean where several rated; null where none did. */
export function wordOf(value: number | null | undefined): Experience | null {
  if (value == null) return null;
  return value < MEETS_FROM ? "below" : value < EXCEEDS_FROM ? "meets" : "exceeds";
}

/** What a side is asked, in the order of its groups. */
export function columnsOf(attributes: Attribute[], side: RatedSide): Attribute[] {
  const asked = attributes.filter(({ rated_by }) => rated_by === side || rated_by === "both");
  const groups = [...new Set(asked.map(({ group }) => group))];
  return asked.sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group));
}

/** Each group with how many columns it spans, left to right. */
export function groupsOf(columns: Attribute[]): { group: string; span: number }[] {
  const groups: { group: string; span: number }[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    if (last?.group === group) last.span += 1;
    else groups.push({ group, span: 1 });
  }
  return groups;
}

export interface Cell {
  row: number;
  /** 0 is the relationship's own cell, the first attribute 1. */
  column: number;
}

const PAGE = 12;

/** Where a key leads from a cell; null for a key that leads nowhere. */
export function moved(from: Cell, key: string, isCtrl: boolean, rows: number, columns: number): Cell | null {
  const row = (wanted: number) => ({ ...from, row: Math.max(0, Math.min(rows - 1, wanted)) });
  const column = (wanted: number) => ({ ...from, column: Math.max(0, Math.min(columns, wanted)) });
  switch (key) {
    case "ArrowDown": return row(from.row + 1);
    case "ArrowUp": return row(from.row - 1);
    case "PageDown": return row(from.row + PAGE);
    case "PageUp": return row(from.row - PAGE);
    case "ArrowRight": return column(from.column + 1);
    case "ArrowLeft": return column(from.column - 1);
    case "Home": return isCtrl ? { row: 0, column: 0 } : column(0);
    case "End": return isCtrl ? { row: rows - 1, column: columns } : column(columns);
    default: return null;
  }
}
