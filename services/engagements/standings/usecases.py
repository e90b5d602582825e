"""Keeping the standing of relationships: at once with what changes it, by the day with what time changes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.engagements.access import Row
from services.engagements.events import StandingChanged, event_of
from services.engagements.ladder import rules
from services.engagements.ladder.queries import executive_touches_of, projects_of
from services.engagements.ladder.rules import Rung
from services.engagements.replicas.tables import relationships
from services.engagements.standings.cadence import next_touch_due_on
from services.engagements.standings.queries import last_touches_of
from services.engagements.standings.tables import standings
from services.engagements.vocabulary import (
    BUSINESS_REVIEW_KINDS,
    CONTACT_KINDS,
    EXECUTIVE_TOUCH_KINDS,
    InteractionKind,
    ReviewCadence,
)
from shared.clock import utc_day
from shared.db import outbox
from shared.db.database import Database, Tx

BATCH = 500
_ANNOUNCED = ("rung", "last_contact_on", "last_business_review_on", "next_touch_due_on")


def touch(tx: Tx, kept: Row, kind: InteractionKind, occurred_at: datetime, now: datetime) -> None:
    """Take an interaction just logged into the standing; nothing is written unless it is the latest touch.

    `kept` is the standing with its relationship's `started_on` and `review_cadence`, as read in this transaction.
    A touch that is still to come counts from its day on, by the daily review.
    """
    day = utc_day(occurred_at)
    if kind not in CONTACT_KINDS or day > utc_day(now):
        return
    if kind in EXECUTIVE_TOUCH_KINDS:
        refresh(tx, [kept["relationship_id"]], now)
        return
    touched = {}
    if _is_later(day, kept["last_contact_on"]):
        touched["last_contact_on"] = day
    if kind in BUSINESS_REVIEW_KINDS and _is_later(day, kept["last_business_review_on"]):
        touched["last_business_review_on"] = day
    if not touched:
        return
    standing = {**kept, **touched, "version": kept["version"] + 1}
    standing["next_touch_due_on"] = _next_touch(standing, standing)
    unchanged = (standings.c.relationship_id == kept["relationship_id"], standings.c.version == kept["version"])
    values = {name: standing[name] for name in (*_ANNOUNCED, "version")}
    if tx.run(sa.update(standings).where(*unchanged).values(**values)).rowcount:
        outbox.add(tx, event_of(StandingChanged, standing | {"standing_id": kept["relationship_id"]}), now)
    else:
        # Somebody else moved it meanwhile: read everything again, behind them.
        refresh(tx, [kept["relationship_id"]], now)


def refresh(tx: Tx, relationship_ids: Collection[str], now: datetime) -> int:
    """Compute standings anew from the record; writes and announces what changed, returns how many did."""
    today = utc_day(now)
    ids = sorted(set(relationship_ids))
    of = sa.select(standings).where(standings.c.relationship_id.in_(ids)).order_by(standings.c.relationship_id)
    kept = {row["relationship_id"]: row for row in tx.run(of.with_for_update()).mappings()}
    replicas = tx.run(sa.select(relationships).where(relationships.c.relationship_id.in_(ids))).mappings().all()
    projects, touches = projects_of(tx, ids), executive_touches_of(tx, ids, today)
    contacts = last_touches_of(tx, ids, today)
    changed: list[dict[str, Any]] = []
    for replica in replicas:
        relationship_id = replica["relationship_id"]
        before, last = kept.get(relationship_id), contacts[relationship_id]
        reviews = [day for kind, day in last.items() if kind in BUSINESS_REVIEW_KINDS]
        standing: dict[str, Any] = {
            "relationship_id": relationship_id,
            "rung": rules.standing(projects[relationship_id], touches[relationship_id], today).rung.name,
            "last_contact_on": max(last.values(), default=None),
            "last_business_review_on": max(reviews, default=None),
        }
        standing["next_touch_due_on"] = _next_touch(standing, replica)
        if before is None:
            tx.add_row(standings, **standing, version=1, checked_on=today)
            changed.append(standing | {"version": 1})
        elif any(standing[name] != before[name] for name in _ANNOUNCED):
            changed.append(standing | {"version": before["version"] + 1})
    tx.update_rows(standings, [standing for standing in changed if standing["version"] > 1])
    for standing in changed:
        outbox.add(tx, event_of(StandingChanged, standing | {"standing_id": standing["relationship_id"]}), now)
    return len(changed)


def review(database: Database, now: datetime) -> Mapping[str, int]:
    """The daily review: rungs fall and touches come due by time alone. Each standing once a day, in batches."""
    today, reviewed, changed = utc_day(now), 0, 0
    waiting = sa.select(standings.c.relationship_id).where(standings.c.checked_on < today)
    oldest_first = waiting.order_by(standings.c.checked_on, standings.c.relationship_id).limit(BATCH)
    while True:
        with database.write() as tx:
            ids = tx.run(oldest_first).scalars().all()
            if not ids:
                return {"reviewed": reviewed, "changed": changed}
            changed += refresh(tx, ids, now)
            tx.run(sa.update(standings).where(standings.c.relationship_id.in_(ids)).values(checked_on=today))
            reviewed += len(ids)


def _is_later(day: Any, kept: Any) -> bool:
    return kept is None or day > kept


def _next_touch(standing: Row, relationship: Row) -> Any:
    cadence = relationship["review_cadence"]
    return next_touch_due_on(
        standing["last_contact_on"],
        standing["last_business_review_on"],
        Rung[standing["rung"]],
        None if cadence is None else ReviewCadence(cadence),
        relationship["started_on"],
    )
