"""What every read of scores shares: the tables, the policy, who may see what, and the evidence of relationships."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from services.scorecards.scoring import DEFAULT_POLICY, KIND_CODES, Columns, Policy
from services.scorecards.tables import (
    Account,
    Engagement,
    LedgerEntry,
    PortfolioRow,
    Relationship,
    RelationshipMember,
    Standing,
)
from shared.auth import Actor, readable
from shared.clock import utc_day
from shared.db import Tx
from shared.errors import InvalidField, NotFound

accounts = Account.__table__
relationships = Relationship.__table__
members = RelationshipMember.__table__
standings = Standing.__table__
engagements = Engagement.__table__
ledger = LedgerEntry.__table__
portfolio = PortfolioRow.__table__

NO_EVIDENCE = Columns.of(())
FIRST_DAY = date(1970, 1, 1)
FURTHEST_DAYS = 731


class RelationshipNotFound(NotFound):
    """Unknown here, or hidden from this actor: the same bytes."""

    slug, title = "relationship-not-found", "No such relationship"

    def __init__(self, relationship_id: str) -> None:
        super().__init__(more={"relationship_id": relationship_id})


def current_policy() -> Policy:
    """The policy that every score here is read by."""
    return DEFAULT_POLICY


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Known here and open to this actor; one whose visibility is not known yet is hidden from all."""
    seen = readable(actor, portfolio.c.relationship_id, portfolio.c.is_restricted, members)
    return sa.and_(portfolio.c.is_known, seen)


def readable_evidence(tx: Tx, relationship_id: str, actor: Actor) -> Columns:
    """All live evidence of a relationship that this actor may read; `RelationshipNotFound` otherwise."""
    seen = sa.select(sa.literal(1)).where(
        portfolio.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    if tx.run(seen).first() is None:
        raise RelationshipNotFound(relationship_id)
    return ledgers(tx, [relationship_id]).get(relationship_id, NO_EVIDENCE)


_READ = ("relationship_id", "evidence_kind", "on_day", "y_micro", "w_micro", "source_kind", "source_id")


def ledgers(tx: Tx, relationship_ids: Collection[str]) -> dict[str, Columns]:
    """The live evidence of relationships, in one statement; those without any are not in the answer."""
    if not relationship_ids:
        return {}
    of_them = ledger.c.relationship_id.in_(relationship_ids)
    statement = sa.select(*(ledger.c[name] for name in _READ)).where(of_them, ledger.c.w_micro.is_not(None))
    rows = tx.run(statement.order_by(ledger.c.relationship_id)).all()
    if not rows:
        return {}
    ids, kinds, days, y_micros, w_micros, source_kinds, source_ids = zip(*rows, strict=True)
    codes = [KIND_CODES[kind] for kind in kinds]
    on_day, kind, y_micro, w_micro = (np.array(values, np.int64) for values in (days, codes, y_micros, w_micros))
    sources = list(zip(source_kinds, source_ids, strict=True))
    return {
        ids[own.start]: Columns(on_day[own], kind[own], y_micro[own], w_micro[own], sources[own]) for own in _runs(ids)
    }


def _runs(keys: Sequence[str]) -> Iterator[slice]:
    """Where each run of equal keys stands; the keys are sorted."""
    start = 0
    while start < len(keys):
        end = bisect_right(keys, keys[start], start)
        yield slice(start, end)
        start = end


def chosen_day(name: str, day: date | None, now: datetime) -> date:
    """The day asked for, by default today (UTC): not before 1970, at most two years ahead."""
    today = utc_day(now)
    if day is None:
        return today
    if not FIRST_DAY <= day <= today + timedelta(days=FURTHEST_DAYS):
        raise InvalidField(name, "lies between 1970-01-01 and two years from today")
    return day
