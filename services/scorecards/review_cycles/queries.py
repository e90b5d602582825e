"""Review cycles, their periods and runs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

import sqlalchemy as sa

from services.scorecards.access import relationship_is_readable
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import members, relationships
from services.scorecards.review_cycles.periods import (
    Cadence,
    Period,
    day_starts_at,
    due_on,
    local_day,
    name_of,
    newest_open,
    opens_on,
    period_of,
    periods_between,
)
from services.scorecards.review_cycles.schemas import (
    FailureOut,
    NextRunOut,
    PeriodOut,
    ReviewCycleOut,
    ReviewProgressOut,
    ReviewRunOut,
    ScheduledPeriodOut,
    SideProgressOut,
)
from services.scorecards.review_cycles.tables import ReviewCycleRow, ReviewRunRow, cycles, review_periods, runs
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor, readable
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import InvalidField, NotFound
from shared.http.pages import LIMIT_MOST, Page

A_YEAR = timedelta(days=365)
ONE_DAY = timedelta(days=1)


class Rhythm(TypedDict):
    """What the periods of a cycle follow from, and when they open."""

    cadence: str
    fiscal_year_start_month: int
    time_zone: str
    starts_on: date
    opens_days_before_end: int


class DescribedPeriod(TypedDict):
    name: str
    starts_on: date
    ends_on: date
    opens_on: date
    due_on: date


class ReviewCycleNotFound(NotFound):
    slug, title = "review-cycle-not-found", "No such review cycle"


def find_cycle(tx: Tx, review_cycle_id: str) -> ReviewCycleRow:
    for row in tx.rows(sa.select(cycles).where(cycles.c.review_cycle_id == review_cycle_id), ReviewCycleRow):
        return row
    raise ReviewCycleNotFound()


def live_cycles(tx: Tx) -> Sequence[ReviewCycleRow]:
    statement = sa.select(cycles).where(cycles.c.archived_at.is_(None)).order_by(cycles.c.review_cycle_id)
    return tx.rows(statement, ReviewCycleRow)


def get_review_cycle(tx: Tx, review_cycle_id: str, actor: Actor, now: datetime) -> ReviewCycleOut:
    return cycles_out(tx, [find_cycle(tx, review_cycle_id)], actor, now)[0]


def list_review_cycles(
    tx: Tx, actor: Actor, now: datetime, *, archived: bool, after: str | None, limit: int
) -> Page[ReviewCycleOut]:
    """In the order in which they were made; archived ones when asked for, and then these alone."""
    archived_at = cycles.c.archived_at
    chosen = sa.select(cycles).where(archived_at.is_not(None) if archived else archived_at.is_(None))
    found = tx.rows(keyset(chosen, [(cycles.c.review_cycle_id, False)], after, limit), ReviewCycleRow)
    rows, following = cut(found, ["review_cycle_id"], limit)
    return Page(items=cycles_out(tx, rows, actor, now), next=following)


def cycles_out(tx: Tx, rows: Sequence[ReviewCycleRow], actor: Actor, now: datetime) -> list[ReviewCycleOut]:
    newest = sa.select(sa.func.max(runs.c.review_run_id)).group_by(runs.c.review_cycle_id)
    newest = newest.where(runs.c.review_cycle_id.in_([row["review_cycle_id"] for row in rows]))
    found = tx.rows(sa.select(runs).where(runs.c.review_run_id.in_(newest)), ReviewRunRow)
    last = {
        run.review_cycle_id: run for run in runs_out(tx, found, {row["review_cycle_id"]: row for row in rows}, actor)
    }
    return [
        ReviewCycleOut(
            id=row["review_cycle_id"], last_run=last.get(row["review_cycle_id"]), next_run=_next_run(row, now), **row
        )
        for row in rows
    ]


def list_runs(tx: Tx, review_cycle_id: str, actor: Actor, after: str | None, limit: int) -> Page[ReviewRunOut]:
    """Newest first."""
    cycle = find_cycle(tx, review_cycle_id)
    chosen = sa.select(runs).where(runs.c.review_cycle_id == review_cycle_id)
    found = tx.rows(keyset(chosen, [(runs.c.review_run_id, True)], after, limit), ReviewRunRow)
    rows, following = cut(found, ["review_run_id"], limit)
    return Page(items=runs_out(tx, rows, {review_cycle_id: cycle}, actor), next=following)


def runs_out(
    tx: Tx, rows: Sequence[ReviewRunRow], cycle_of: Mapping[str, ReviewCycleRow], actor: Actor | None
) -> list[ReviewRunOut]:
    """Runs as this actor may see them; None is an operator with access to the database, who sees all."""
    seen = _readable(tx, {failure["relationship_id"] for row in rows for failure in row["failures"]}, actor)
    return [
        ReviewRunOut(
            id=row["review_run_id"],
            period=_period_out(
                cycle_of[row["review_cycle_id"]], Period(row["period_starts_on"], row["period_ends_on"])
            ),
            **{name: value for name, value in row.items() if name != "failures"},
            failures=[FailureOut(**failure) for failure in row["failures"] if failure["relationship_id"] in seen],
        )
        for row in rows
    ]


def _readable(tx: Tx, relationship_ids: set[str], actor: Actor | None) -> set[str]:
    if actor is None or not relationship_ids:
        return relationship_ids
    is_readable = readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)
    of_them = relationships.c.relationship_id.in_(relationship_ids)
    return set(tx.run(sa.select(relationships.c.relationship_id).where(of_them, is_readable)).scalars())


def list_periods(
    tx: Tx, review_cycle_id: str, from_on: date | None, to_on: date | None, now: datetime
) -> Page[ScheduledPeriodOut]:
    """Every period that holds a day between the two, both included; by default a year back and a year ahead."""
    cycle = find_cycle(tx, review_cycle_id)
    today = local_day(now, cycle["time_zone"])
    first, last = from_on or (to_on or today) - A_YEAR, to_on or (from_on or today) + A_YEAR
    if last < first:
        raise InvalidField("to", "lies before `from`")
    if (last - first).days > LIMIT_MOST * 28:
        raise InvalidField("to", f"lies more than {LIMIT_MOST * 28} days after `from`")
    chosen = sa.select(review_periods.c.period_starts_on, review_periods.c.opened_at)
    chosen = chosen.where(review_periods.c.review_cycle_id == review_cycle_id)
    opened = {row.period_starts_on: row.opened_at for row in tx.run(chosen)}
    found = periods_between(*rhythm(cycle), first, last)
    items = [ScheduledPeriodOut(opened_at=opened.get(each.starts_on), **_described(cycle, each)) for each in found]
    return Page(items=items, next=None)


def get_review_progress(
    tx: Tx, review_cycle_id: str, period_ends_on: date | None, actor: Actor, now: datetime
) -> ReviewProgressOut:
    """How far the cards of a period are, of those that the actor may read; by default of the newest that has any."""
    cycle = find_cycle(tx, review_cycle_id)
    of_cycle = (scorecards.c.review_cycle_id == review_cycle_id, relationship_is_readable(actor))
    of_it = scorecards.join(portfolio, portfolio.c.relationship_id == scorecards.c.relationship_id)
    newest = sa.select(sa.func.max(scorecards.c.period_ends_on)).select_from(of_it).where(*of_cycle).scalar_subquery()
    is_late = sa.and_(scorecards.c.status == "draft", scorecards.c.due_on < local_day(now, cycle["time_zone"]))
    each = (scorecards.c.period_starts_on, scorecards.c.period_ends_on, scorecards.c.side, scorecards.c.status)
    chosen = (
        sa.select(*each, sa.func.count().label("cards"), sa.func.sum(sa.case((is_late, 1), else_=0)).label("late"))
        .select_from(of_it)
        .where(*of_cycle, scorecards.c.period_ends_on == (newest if period_ends_on is None else period_ends_on))
        .group_by(*each)
    )
    rows = tx.run(chosen).mappings().all()
    return ReviewProgressOut(
        review_cycle_id=review_cycle_id,
        period=_period_out(cycle, Period(rows[0]["period_starts_on"], rows[0]["period_ends_on"])) if rows else None,
        sides=[
            SideProgressOut(
                side=side,
                cards=sum(row["cards"] for row in rows if row["side"] == side),
                late=sum(row["late"] for row in rows if row["side"] == side),
                by_status={row["status"]: row["cards"] for row in rows if row["side"] == side},
            )
            for side in dict.fromkeys([*cycle["sides"], *(row["side"] for row in rows)])
        ],
    )


def rhythm(cycle: Rhythm) -> tuple[Cadence, int]:
    """What the periods of a cycle follow from."""
    return Cadence(cycle["cadence"]), cycle["fiscal_year_start_month"]


def newest_period(cycle: Rhythm, day: date) -> Period:
    return newest_open(*rhythm(cycle), cycle["opens_days_before_end"], day)


def opening_periods(cycle: Rhythm, today: date) -> list[Period]:
    """Those that opened from the cycle's start to today, oldest first."""
    first = period_of(*rhythm(cycle), newest_period(cycle, cycle["starts_on"] - ONE_DAY).after_on)
    return list(periods_between(*rhythm(cycle), first.starts_on, newest_period(cycle, today).ends_on))


def _next_run(cycle: ReviewCycleRow, now: datetime) -> NextRunOut | None:
    if cycle["archived_at"] is not None:
        return None
    before = max(local_day(now, cycle["time_zone"]), cycle["starts_on"] - ONE_DAY)
    period = period_of(*rhythm(cycle), newest_period(cycle, before).after_on)
    described = _described(cycle, period)
    return NextRunOut(opens_at=day_starts_at(described["opens_on"], cycle["time_zone"]), **described)


def _period_out(cycle: ReviewCycleRow, period: Period) -> PeriodOut:
    return PeriodOut(**_described(cycle, period))


def _described(cycle: ReviewCycleRow, period: Period) -> DescribedPeriod:
    return {
        "name": name_of(*rhythm(cycle), period),
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "opens_on": opens_on(period, cycle["opens_days_before_end"]),
        "due_on": due_on(period, cycle["due_days_after_end"]),
    }
