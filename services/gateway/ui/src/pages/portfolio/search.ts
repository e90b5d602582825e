import type { Schemas } from "~/api/client";
import { oneOf, valuesOf } from "~/api/enums";
import type { PortfolioFilters } from "~/api/portfolio";
import { TIERS } from "~/api/tiers";

export const VIEWS = ["table", "board", "heat-map", "movement"] as const;
export const SORTS = ["lower", "score", "change", "last_contact", "name"] as const;
const REGIONS = valuesOf<Schemas["Region"]>({ north_america: true, europe: true, asia_pacific: true, rest_of_world: true });
const SIZES = valuesOf<Schemas["AccountSize"]>({ small: true, mid: true, large: true });

/** Changes a part of what stands in the address. */
export type ChangeSearch = (part: Partial<PortfolioSearch>) => void;

export type View = (typeof VIEWS)[number];
export type Sort = NonNullable<PortfolioFilters["sort"]>;

/** What stands in the address; whatever else does, is left out. */
export interface PortfolioSearch {
  view?: View;
  sort?: Sort;
  tier?: PortfolioFilters["tier"];
  region?: PortfolioFilters["region"];
  size?: PortfolioFilters["size"];
  owner?: string;
  q?: string;
  /** Whose ratings the heat map shows; the sponsors' without it. */
  side?: "provider";
  /** The heat map as figures. */
  figures?: true;
  from?: string;
  to?: string;
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

export function portfolioSearch(search: Record<string, unknown>): PortfolioSearch {
  const found: PortfolioSearch = {
    view: oneOf(search["view"], VIEWS),
    sort: oneOf(search["sort"], SORTS.flatMap((sort): Sort[] => [sort, `-${sort}`])),
    tier: oneOf(search["tier"], TIERS),
    region: oneOf(search["region"], REGIONS),
    size: oneOf(search["size"], SIZES),
    owner: matching(search["owner"], /^[0-9a-f-]{36}$/),
    // A name that is a number comes as one.
    q: matching(search["q"] === undefined ? undefined : String(search["q"]), /^.{1,200}$/s),
    side: oneOf(search["side"], ["provider"] as const),
    figures: search["figures"] === true ? true : undefined,
    from: matching(search["from"], /^\d{4}-\d\d-\d\d$/),
    to: matching(search["to"], /^\d{4}-\d\d-\d\d$/),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export function filtersOf({ sort, tier, region, size, owner, q }: PortfolioSearch): PortfolioFilters {
  return { sort: sort ?? "-lower", tier, region, size, owner_id: owner, q };
}

export const NO_FILTERS: Partial<PortfolioSearch> = { tier: undefined, region: undefined, size: undefined, owner: undefined, q: undefined };

export function isFiltered(search: PortfolioSearch): boolean {
  const { sort: _sort, ...filters } = filtersOf(search);
  return Object.values(filters).some((value) => value !== undefined);
}

/** The sort after a press on a column: names begin at A, everything else at its best; a second press turns it round. */
export function nextSort(present: Sort, pressed: (typeof SORTS)[number]): Sort {
  const first: Sort = pressed === "name" ? "name" : `-${pressed}`;
  if (present !== first) return first;
  return pressed === "name" ? "-name" : pressed;
}
