"""The portfolio as a list, by keyset, in one statement; and who moved between two days."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.scorecards.access import relationship_is_readable
from services.scorecards.portfolio.schemas import (
    MovementOut,
    MovementsOut,
    PortfolioFilter,
    PortfolioRowOut,
    PortfolioSegment,
    PortfolioSort,
    PortfolioSummaryOut,
)
from services.scorecards.portfolio.tables import portfolio, portfolio_names
from services.scorecards.scorecards.published import Columns
from services.scorecards.scoring.evidence import day_number
from services.scorecards.scoring.policy import Tier
from services.scorecards.tiers.evidence import chosen_day
from shared.auth import Actor, Side, any_actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.db.keyset import Keys, cut_rows, keyset, keyset_of_any, page_values
from shared.errors import InvalidField
from shared.http.pages import RowPage

_KEYS = {
    "lower": "lower",
    "score": "score",
    "change": "change",
    "last_contact": "last_contact_key",
    "name": "sort_key",
}
Shown = Sequence[sa.ColumnElement[Any]]
"""Columns of any type, in the order in which a list shows them."""
_EQUAL = {"region": "provider_region", "size": "provider_size", "owner_id": "owner_id", "tier": "tier"}
"""Filters that a column has to equal."""
_CALLED = {"unproven": "is_unproven", "region": "provider_region", "size": "provider_size"}
_NAMES = list(PortfolioRowOut.model_fields)
_SHOWN = [portfolio.c[_CALLED.get(name, name)].label(name) for name in _NAMES]


def list_portfolio(tx: Tx, actor: Actor, wanted: PortfolioFilter) -> RowPage[PortfolioRowOut]:
    """Relationships that are not archived."""
    keys = keys_of(portfolio.c, wanted.sort)
    if wanted.q is None:
        asked = {name: value for name in _EQUAL if (value := getattr(wanted, name)) is not None}
        statement = _list_of_any(actor.is_admin, actor.side, wanted.sort, frozenset(asked), wanted.after is not None)
        values = asked | {"of_actor": actor.actor_id} | page_values(keys, wanted.after, wanted.limit)
        found = tx.run(statement, [values]).all()
    else:
        found = tx.run(keyset(listed(actor, _with_keys(keys), wanted), keys, wanted.after, wanted.limit)).all()
    rows, following = cut_rows(found, [f"key_{column.name}" for column, _ in keys], wanted.limit)
    return RowPage(_NAMES, rows, following)


def _with_keys(keys: Keys) -> list[sa.ColumnElement[object]]:
    return [*_SHOWN, *(column.label(f"key_{column.name}") for column, _ in keys)]


@cache
def _list_of_any(
    is_admin: bool, side: Side, sort: PortfolioSort, filters: frozenset[str], is_behind: bool
) -> sa.Select[tuple[object, ...]]:
    """Built once for all actors of the same rights and all values: building it takes as long as running it."""
    keys = keys_of(portfolio.c, sort)
    asked = [portfolio.c[_EQUAL[name]] == sa.bindparam(name) for name in sorted(filters)]
    return keyset_of_any(_chosen(any_actor(is_admin, side), _with_keys(keys), asked), keys, is_behind=is_behind)


def summarise_portfolio(
    tx: Tx,
    actor: Actor,
    now: datetime,
    wanted: PortfolioSegment,
) -> PortfolioSummaryOut:
    """How many rows the list has in each tier under these filters, and every owner of a row that the actor may read."""
    today = utc_day(now)
    is_overdue = sa.case((portfolio.c.next_touch_due_on < today, 1), else_=0)
    counted = sa.select(portfolio.c.tier, sa.func.count().label("rows"), sa.func.sum(is_overdue).label("overdue"))
    chosen = counted.where(_is_listed(actor), *_filters(wanted))
    found = tx.run(chosen.group_by(portfolio.c.tier)).all()
    owners = sa.select(portfolio.c.owner_id).distinct().where(_is_listed(actor), portfolio.c.owner_id.is_not(None))
    return PortfolioSummaryOut(
        as_of=today,
        by_tier=dict.fromkeys(Tier, 0) | {Tier(row.tier): row.rows for row in found},
        touches_overdue=sum(row.overdue for row in found),
        owner_ids=sorted(tx.run(owners).scalars()),
    )


def _filters(wanted: PortfolioSegment) -> Iterator[sa.ColumnElement[bool]]:
    values = ((column, getattr(wanted, name, None)) for name, column in _EQUAL.items())
    yield from (portfolio.c[column] == value for column, value in values if value is not None)
    if wanted.q is not None:
        yield portfolio_names.contains(wanted.q)


def listed(
    actor: Actor,
    columns: Shown,
    wanted: PortfolioFilter,
) -> sa.Select[tuple[object, ...]]:
    """The rows of the portfolio that this actor sees, chosen by what is the same in each list of it."""
    return _chosen(actor, columns, _filters(wanted))


def _chosen(
    actor: Actor, columns: Shown, conditions: Iterable[sa.ColumnElement[bool]]
) -> sa.Select[tuple[object, ...]]:
    return sa.select(*columns).where(_is_listed(actor), *conditions)


def keys_of(columns: Columns, sort: PortfolioSort) -> list[tuple[sa.ColumnElement[object], bool]]:
    """What the list is ordered by, in the table or in a selection of it."""
    descends = sort.startswith("-")
    return [(columns[name], descends) for name in (_KEYS[sort.removeprefix("-")], "relationship_id")]


def _is_listed(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(relationship_is_readable(actor), sa.not_(portfolio.c.is_archived))


def list_movements(tx: Tx, actor: Actor, from_on: date, to_on: date | None, now: datetime) -> MovementsOut:
    """Relationships whose tier at the end of one day differs from that of another, as the fold has it."""
    first, last = chosen_day("from", from_on, now), chosen_day("to", to_on, now)
    if not first <= last <= chosen_day("to", None, now):
        raise InvalidField("from", "lies on or before `to`, and both in the past")
    columns = [portfolio.c[name] for name in ("relationship_id", "provider_name", "sponsor_name", "tier_changes")]
    statement = sa.select(*columns).where(_is_listed(actor)).order_by(portfolio.c.sort_key, portfolio.c.relationship_id)
    items = []
    for row in tx.run(statement).mappings():
        before, after = (_tier_at(row["tier_changes"], day) for day in (first, last))
        if before is not after:
            items.append(MovementOut(**row, from_tier=before, to_tier=after))
    return MovementsOut(from_on=first, to_on=last, items=items)


def _tier_at(changes: Sequence[tuple[int, str]], day: date) -> Tier:
    past = bisect_right(changes, day_number(day), key=lambda change: change[0])
    return Tier(changes[past - 1][1]) if past else Tier.transactional
