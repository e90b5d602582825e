"""After a restore: announce everything again; and after a restore of another service, drop what it no longer has."""

from collections.abc import Collection, Iterator
from datetime import datetime

import pydantic_core
import sqlalchemy as sa

from services.scorecards.action_plans.tables import plans
from services.scorecards.events import (
    ActionPlanRecorded,
    CausedBy,
    ReviewCycleRecorded,
    ScorecardDisputed,
    ScorecardFact,
    ScorecardOpened,
    ScorecardPublished,
    ScorecardReopened,
    ScorecardResolved,
    ScorecardSigned,
    ScorecardSubmitted,
    ScorecardWaived,
)
from services.scorecards.ledger.tables import ledger
from services.scorecards.portfolio.tables import portfolio as portfolios
from services.scorecards.replicas.tables import accounts, contacts, engagements, members, relationships, standings
from services.scorecards.review_cycles.tables import cycles
from services.scorecards.scorecards.tables import scorecards
from services.scorecards.scoring.policy import Kind
from services.scorecards.tiers import projection
from shared.clock import utc_day
from shared.db.database import Tx
from shared.db.replicas import drop_past
from shared.events import Event

OWN = str(Kind.scorecard)
_OF_STATUS: dict[str, type[Event]] = {
    "submitted": ScorecardSubmitted,
    "signed": ScorecardSigned,
    "disputed": ScorecardDisputed,
    "resolved": ScorecardResolved,
    "waived": ScorecardWaived,
}


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    """Everything as it stands, to be announced again; and what was published of a card, though it was changed since."""
    for row in tx.every(cycles):
        yield ReviewCycleRecorded(id=row["review_cycle_id"], **_announced(ReviewCycleRecorded, row))
    for row in tx.every(plans):
        yield ActionPlanRecorded(id=row["action_plan_id"], **_announced(ActionPlanRecorded, row))
    published = {event.id: event for event in _published(tx)}
    yield from published.values()
    for card in tx.every(scorecards):
        known = published.get(card["scorecard_id"])
        if known is None or known.version != card["version"]:
            opened = ScorecardOpened if card["revision"] == 1 else ScorecardReopened
            common = {name: card[name] for name in ScorecardFact.model_fields}
            kind = _OF_STATUS.get(card["status"], opened)
            yield kind(id=card["scorecard_id"], version=card["version"], **common)
    tx.run(sa.update(ledger).where(ledger.c.source_kind == OWN).values(epoch=epoch))


def _announced(kind: type[Event], row: sa.RowMapping) -> dict[str, object]:
    announced = {name: row[name] for name in kind.model_fields if name in row}
    return announced | {"archived": row["archived_at"] is not None}


def _published(tx: Tx) -> Iterator[ScorecardPublished]:
    """The events by which cards became the evidence that they are."""
    entered = sa.select(ledger.c.event_id).where(ledger.c.source_kind == OWN)
    for name in ("outbox", "outbox_archive"):
        log = tx.table(name)
        for payload in tx.run(sa.select(log.c.payload).where(log.c.event_id.in_(entered))).scalars():
            yield ScorecardPublished(**pydantic_core.from_json(payload)["data"])


def drop_of_accounts(tx: Tx, epoch: int, now: datetime) -> None:
    """Drop what accounts no longer has. What hangs on a relationship that is gone stays, and is hidden."""
    gone = tx.run(sa.select(relationships.c.relationship_id).where(relationships.c.epoch < epoch)).scalars().all()
    projection.lock(tx, gone, utc_day(now))
    tx.run(sa.delete(members).where(tx.among(members.c.relationship_id, gone)))
    drop_past(tx, epoch, relationships, accounts, contacts)
    projection.refresh(tx, gone)
    _forget(tx, gone)


def drop_of_engagements(tx: Tx, epoch: int, now: datetime, *, is_scored: bool = True) -> None:
    """Drop what engagements no longer has, and score again what rested on it."""
    past = sa.and_(ledger.c.epoch < epoch, ledger.c.source_kind != OWN)
    of_ledger = sa.select(ledger.c.relationship_id).where(past)
    affected = of_ledger.union(sa.select(standings.c.relationship_id).where(standings.c.epoch < epoch))
    rows = projection.lock(tx, tx.run(affected).scalars().all(), utc_day(now))
    tx.run(sa.delete(ledger).where(past))
    drop_past(tx, epoch, standings, engagements)
    projection.refresh(tx, rows)
    if is_scored:
        projection.rescore(tx, rows, dict.fromkeys(rows, CausedBy(cause="rebuild")), now)
    _forget(tx, rows)


def drop_own(tx: Tx, epoch: int, now: datetime) -> None:
    """Only when the bus is read again from its start: live, the ledger's own entries were restored with the cards."""
    tx.run(sa.delete(ledger).where(ledger.c.epoch < epoch, ledger.c.source_kind == OWN))


def _forget(tx: Tx, relationship_ids: Collection[str]) -> None:
    """Of a relationship of which nothing is known any more no row stays."""
    here = portfolios.c.relationship_id
    known = [sa.exists().where(table.c.relationship_id == here) for table in (relationships, standings, ledger)]
    tx.run(sa.delete(portfolios).where(tx.among(here, relationship_ids), ~sa.or_(*known)))
