import { Select } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "~/api/client";
import { movements } from "~/api/portfolio";
import { tierChanges } from "~/api/relationships";
import { TIERS } from "~/api/tiers";
import { quarterEnds, quarterName } from "~/components/days";
import { Pair, TierBadge, Triangle } from "~/components/marks";
import marks from "~/components/marks.module.css";
import { Failed, Loading, State } from "~/components/states";
import { useLocale } from "~/text/locale";
import styles from "./Portfolio.module.css";
import type { ChangeSearch, PortfolioSearch } from "./search";

type Move = Schemas["MovementOut"];

/** Whose tier differs between the ends of two quarters, which way, and why. */
export function Movement({ search, change }: { search: PortfolioSearch; change: ChangeSearch }) {
  const { text } = useLocale();
  const ends = quarterEnds(new Date().toISOString().slice(0, 10), 12);
  const from = search.from ?? ends[0] ?? "";
  const { to } = search;
  const moved = useQuery(movements(from, to));
  const rise = (move: Move) => TIERS.indexOf(move.to_tier) - TIERS.indexOf(move.from_tier);
  const items = [...(moved.data?.items ?? [])].sort((one, other) => Math.abs(rise(other)) - Math.abs(rise(one)));
  const ups = items.filter((move) => rise(move) > 0);
  const downs = items.filter((move) => rise(move) < 0);
  const quarters = ends.map((end) => ({ value: end, label: text.portfolio.endOf(quarterName(end)) }));
  const choice = { size: "xs" as const, w: 178, allowDeselect: false };
  return (
    <>
      <div className={styles["period"]}>
        {text.portfolio.from}
        <Select
          {...choice}
          aria-label={text.portfolio.from}
          data={quarters}
          value={from}
          onChange={(chosen) => change({ from: chosen ?? undefined, to: to !== undefined && chosen !== null && to <= chosen ? undefined : to })}
        />
        {text.portfolio.to}
        <Select
          {...choice}
          aria-label={text.portfolio.to}
          data={[{ value: "", label: text.portfolio.today }, ...quarters.filter(({ value }) => value > from)]}
          value={to ?? ""}
          onChange={(chosen) => change({ from, to: chosen || undefined })}
        />
      </div>
      {moved.isPending && <Loading />}
      {moved.error !== null && moved.data === undefined && <Failed error={moved.error} reset={() => void moved.refetch()} />}
      {moved.data !== undefined && items.length === 0 && <State title={text.portfolio.noneMoved} />}
      {items.length > 0 && (
        <div className={styles["moves"]}>
          <Direction points="up" title={text.portfolio.wentUp(ups.length)} none={text.portfolio.noneUp} moves={ups} from={from} to={to} />
          <Direction points="down" title={text.portfolio.wentDown(downs.length)} none={text.portfolio.noneDown} moves={downs} from={from} to={to} />
        </div>
      )}
    </>
  );
}

interface DirectionProps {
  points: "up" | "down";
  title: string;
  none: string;
  moves: Move[];
  from: string;
  to: string | undefined;
}

function Direction({ points, title, none, moves, from, to }: DirectionProps) {
  return (
    <section className="panel">
      <h2>
        <span className={`${marks["change"]} ${marks[points]}`}>
          <Triangle points={points} />
        </span>
        {title}
      </h2>
      {moves.length === 0 && <p className="quiet">{none}</p>}
      <ul>
        {moves.map((move) => (
          <OneMove key={move.relationship_id} move={move} from={from} to={to} />
        ))}
      </ul>
    </section>
  );
}

/** The reason is asked for only when the row comes into sight. */
function OneMove({ move, from, to }: { move: Move; from: string; to: string | undefined }) {
  const { text, format } = useLocale();
  const { ref, inViewport } = useInViewport<HTMLLIElement>();
  const changes = useQuery({ ...tierChanges(move.relationship_id, from, to), enabled: inViewport }).data;
  const last = changes?.filter((each) => each.to_tier === move.to_tier).at(-1);
  const why = last?.cause === "review" ? "review" : last?.source_kind;
  return (
    <li ref={ref} className={styles["move"]}>
      <Link to="/relationships/$id" params={{ id: move.relationship_id }}>
        <Pair provider={move.provider_name} sponsor={move.sponsor_name} />
      </Link>
      <div>
        <TierBadge tier={move.from_tier} /> <span aria-hidden="true">→</span> <TierBadge tier={move.to_tier} />
        <span className="quiet">
          {last !== undefined &&
            `${why != null && why in text.portfolio.because ? text.portfolio.because[why as keyof typeof text.portfolio.because] : ""} ${text.portfolio.onDay(format.day(last.on))}`}
        </span>
      </div>
    </li>
  );
}
