import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { portfolio, portfolioSummary } from "~/api/portfolio";
import type { Tier } from "~/api/relationships";
import { TIERS } from "~/api/tiers";
import { Change, Rung, ScoreRange, TierBadge } from "~/components/marks";
import { Failed, Loading } from "~/components/states";
import { escaped } from "~/text/escaped";
import { useLocale } from "~/text/locale";
import styles from "./Portfolio.module.css";
import { filtersOf, type PortfolioSearch } from "./search";

/** A column for each tier, highest first. A card cannot be dragged: a tier is earned. */
export function Board({ search }: { search: PortfolioSearch }) {
  return (
    <div className={styles["board"]} tabIndex={0} role="group" aria-label={useLocale().text.portfolio.views.board}>
      {[...TIERS].reverse().map((tier) => (
        <Column key={tier} tier={tier} search={search} />
      ))}
    </div>
  );
}

function Column({ tier, search }: { tier: Tier; search: PortfolioSearch }) {
  const { text, format } = useLocale();
  const filters = { ...filtersOf(search), tier };
  const rows = useInfiniteQuery(portfolio(filters));
  const count = useQuery(portfolioSummary(filters)).data?.by_tier[tier] ?? 0;
  return (
    <section className={styles["column"]}>
      <h2>
        <TierBadge tier={tier} />
        <span>{format.whole(count)}</span>
      </h2>
      {rows.isPending && <Loading lines={4} />}
      {rows.error !== null && rows.data === undefined && <Failed error={rows.error} reset={() => void rows.refetch()} />}
      <ul>
        {rows.data?.pages
          .flatMap((page) => page.items)
          .map((row) => (
            <li key={row.relationship_id}>
              <Link className={`panel ${styles["card"]}`} to="/relationships/$id" params={{ id: row.relationship_id }}>
                <span className={styles["cardName"]}>{escaped(row.provider_name)}</span>
                <span className="quiet">
                  {text.vocabulary.forSponsor} {escaped(row.sponsor_name)}
                </span>
                <span className={styles["cardFoot"]}>
                  <b>{format.points(row.score)}</b>
                  <ScoreRange {...row} width={92} />
                </span>
                <span className={styles["cardFoot"]}>
                  <Rung rung={row.rung} />
                  <Change points={row.change} />
                </span>
              </Link>
            </li>
          ))}
      </ul>
      {rows.hasNextPage && (
        <Button mt="sm" fullWidth loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {text.portfolio.more}
        </Button>
      )}
    </section>
  );
}
