import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { keys } from "./keys";
import { byCursor, FIRST_PAGE, NEXT_PAGE } from "./pages";
import type { operations } from "./schema";

export type PortfolioFilters = Omit<NonNullable<operations["list_portfolio"]["parameters"]["query"]>, "after" | "limit">;
export type PortfolioRow = Schemas["PortfolioRowOut"];
export type RatedSide = NonNullable<NonNullable<operations["get_heat_map"]["parameters"]["query"]>["side"]>;

export const portfolio = (filters: PortfolioFilters) =>
  infiniteQueryOptions({
    queryKey: [...keys.portfolio, "rows", filters],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? { limit: FIRST_PAGE } : { limit: NEXT_PAGE, after: pageParam };
      return unwrap(api.GET("/api/v1/portfolio", { params: { query: { ...filters, ...page } }, signal }));
    },
    ...byCursor,
    placeholderData: keepPreviousData,
  });

/** How many there are of each tier, which these filters do not choose. */
export const portfolioSummary = ({ sort: _sort, tier: _tier, ...segment }: PortfolioFilters) =>
  queryOptions({
    queryKey: [...keys.portfolio, "summary", segment],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/portfolio/summary", { params: { query: segment }, signal })),
    placeholderData: keepPreviousData,
  });

/** The portfolio's newest published scorecards of one side, attribute by attribute. */
export const heatMap = (filters: PortfolioFilters, side: RatedSide) =>
  infiniteQueryOptions({
    queryKey: [...keys.portfolio, "heat-map", filters, side],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? { limit: FIRST_PAGE } : { limit: NEXT_PAGE, after: pageParam };
      return unwrap(api.GET("/api/v1/portfolio/heat-map", { params: { query: { ...filters, side, ...page } }, signal }));
    },
    ...byCursor,
    placeholderData: keepPreviousData,
  });

export const movements = (from: string, to: string | undefined) =>
  queryOptions({
    queryKey: [...keys.portfolio, "movements", from, to],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/portfolio/movements", { params: { query: { from, to } }, signal })),
    placeholderData: keepPreviousData,
  });

/** A few relationships whose names hold these words, best first. */
export const relationshipsNamed = (words: string) =>
  queryOptions({
    queryKey: [...keys.portfolio, "named", words],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/portfolio", { params: { query: { q: words || undefined, limit: 8, sort: words ? "name" : "-last_contact" } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
