import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { movements, portfolioSummary } from "~/api/portfolio";
import { TIERS } from "~/api/tiers";
import { quarterEnds } from "~/components/days";
import { TierBadge, tierClass, Triangle } from "~/components/marks";
import marks from "~/components/marks.module.css";
import { useLocale } from "~/text/locale";
import styles from "./Portfolio.module.css";
import { type ChangeSearch, filtersOf, type PortfolioSearch } from "./search";

/** How the rows are spread over the tiers, and what moved since the quarter began. */
export function Tiers({ search, change }: { search: PortfolioSearch; change: ChangeSearch }) {
  const { text, format } = useLocale();
  const summary = useQuery(portfolioSummary(filtersOf(search))).data;
  const since = quarterEnds(new Date().toISOString().slice(0, 10), 1)[0] ?? "";
  const moved = useQuery(movements(since, undefined)).data?.items ?? [];
  const ups = moved.filter((move) => TIERS.indexOf(move.to_tier) > TIERS.indexOf(move.from_tier)).length;
  const counts = (tier: (typeof TIERS)[number]) => summary?.by_tier[tier] ?? 0;
  const descending = [...TIERS].reverse();
  return (
    <div className={styles["tiers"]}>
      <div className={styles["bar"]} aria-hidden="true">
        {descending
          .filter((tier) => counts(tier) > 0)
          .map((tier) => (
            <i key={tier} className={tierClass(tier)} style={{ flexGrow: counts(tier) }} />
          ))}
      </div>
      <div className={styles["legend"]}>
        {descending.map((tier) => (
          <button
            key={tier}
            type="button"
            aria-pressed={search.tier === tier}
            onClick={() => change({ tier: search.tier === tier ? undefined : tier })}
          >
            <TierBadge tier={tier} size={12} />
            {format.whole(counts(tier))}
          </button>
        ))}
      </div>
      <div className={styles["facts"]}>
        <Link to="/" search={{ view: "movement" }}>
          {text.portfolio.since(format.day(since))}
          <span className={`${marks["change"]} ${marks["up"]}`}>
            <Triangle points="up" />
            {text.portfolio.up(ups)}
          </span>
          <span className={`${marks["change"]} ${marks["down"]}`}>
            <Triangle points="down" />
            {text.portfolio.down(moved.length - ups)}
          </span>
        </Link>
        {(summary?.touches_overdue ?? 0) > 0 && (
          <>
            <span aria-hidden="true">·</span>
            <span className={styles["bad"]}>{text.portfolio.overdueContacts(summary?.touches_overdue ?? 0)}</span>
          </>
        )}
      </div>
    </div>
  );
}
