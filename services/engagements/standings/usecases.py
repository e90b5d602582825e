"""Refreshing the standing of relationships: at once with what changes it, by the day with what time changes."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa

from services.engagements.events import StandingChanged
from services.engagements.ladder import rules
from services.engagements.ladder.queries import executive_contacts_of, projects_of
from services.engagements.ladder.rules import Rung
from services.engagements.replicas.tables import relationships
from services.engagements.standings.cadence import next_contact_due_on
from services.engagements.standings.queries import last_contacts_of, standings_of
from services.engagements.standings.tables import StandingRow, standings
from services.engagements.vocabulary import (
    BUSINESS_REVIEW_KINDS,
    CONTACT_KINDS,
    EXECUTIVE_CONTACT_KINDS,
    InteractionKind,
    ReviewCadence,
)
from shared.clock import utc_day
from shared.db import outbox
from shared.db.database import Database, Tx
from shared.db.records import with_values
from shared.events import Event

BATCH = 500
_COMPUTED = ("rung", "last_contact_on", "last_business_review_on", "next_touch_due_on")


class KnownStanding(StandingRow):
    """A standing with what its relationship adds to the computation."""

    started_on: date | None
    review_cadence: str | None


def record_contact(
    tx: Tx, standing: KnownStanding, kind: InteractionKind, occurred_at: datetime, now: datetime
) -> None:
    """Apply an interaction just logged to the standing as read in this transaction; writes only for the latest contact.

    A contact that is still to come counts from its day on, by the daily review.
    """
    day, relationship_id = utc_day(occurred_at), standing["relationship_id"]
    if kind not in CONTACT_KINDS or day > utc_day(now):
        return
    if kind in EXECUTIVE_CONTACT_KINDS:
        refresh(tx, [relationship_id], now)
        return
    last: dict[str, date] = {}
    if _is_later(day, standing["last_contact_on"]):
        last["last_contact_on"] = day
    if kind in BUSINESS_REVIEW_KINDS and _is_later(day, standing["last_business_review_on"]):
        last["last_business_review_on"] = day
    if not last:
        return
    changed = with_values(standing, {**last, "version": standing["version"] + 1})
    changed["next_touch_due_on"] = _next_contact(changed, standing["started_on"], standing["review_cadence"])
    unchanged = (standings.c.relationship_id == relationship_id, standings.c.version == standing["version"])
    values = dict(zip(_COMPUTED, _computed(changed), strict=True)) | {"version": changed["version"]}
    if tx.run(sa.update(standings).where(*unchanged).values(**values)).rowcount:
        outbox.add(tx, _event(changed), now)
    else:
        # Another transaction changed it meanwhile: read everything again, behind that one.
        refresh(tx, [relationship_id], now)


def refresh(tx: Tx, relationship_ids: Collection[str], now: datetime) -> int:
    """Compute standings from all records; writes and announces those that changed, returns how many did."""
    today = utc_day(now)
    ids = sorted(set(relationship_ids))
    stored = standings_of(tx, ids, for_update=True)
    replicas = tx.run(sa.select(relationships).where(relationships.c.relationship_id.in_(ids))).mappings().all()
    projects, executive_contacts = projects_of(tx, ids), executive_contacts_of(tx, ids, today)
    contacts = last_contacts_of(tx, ids, today)
    changed: list[StandingRow] = []
    for replica in replicas:
        relationship_id = replica["relationship_id"]
        before, last = stored.get(relationship_id), contacts[relationship_id]
        reviews = [day for kind, day in last.items() if kind in BUSINESS_REVIEW_KINDS]
        standing: StandingRow = {
            "relationship_id": relationship_id,
            "version": 1 if before is None else before["version"] + 1,
            "rung": rules.standing(projects[relationship_id], executive_contacts[relationship_id], today).rung.name,
            "last_contact_on": max(last.values(), default=None),
            "last_business_review_on": max(reviews, default=None),
            "next_touch_due_on": None,
            "checked_on": today if before is None else before["checked_on"],
        }
        standing["next_touch_due_on"] = _next_contact(standing, replica["started_on"], replica["review_cadence"])
        if before is None or _computed(standing) != _computed(before):
            changed.append(standing)
    for standing in changed:
        if standing["version"] == 1:
            tx.add_row(standings, **standing)
    tx.update_rows(standings, [standing for standing in changed if standing["version"] > 1])
    for standing in changed:
        outbox.add(tx, _event(standing), now)
    return len(changed)


def review(database: Database, now: datetime) -> Mapping[str, int]:
    """The daily review: rungs fall and contacts come due by time alone. Each standing once a day, in batches."""
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


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every standing as it is."""
    for row in tx.every(standings):
        yield _event(cast(StandingRow, row))  # the rows are of the table


def _event(row: StandingRow) -> StandingChanged:
    return StandingChanged.model_construct(
        id=row["relationship_id"],
        version=row["version"],
        relationship_id=row["relationship_id"],
        rung=row["rung"],
        last_contact_on=row["last_contact_on"],
        last_business_review_on=row["last_business_review_on"],
        next_touch_due_on=row["next_touch_due_on"],
    )


def _computed(row: Mapping[str, object]) -> list[object]:
    return [row[name] for name in _COMPUTED]


def _is_later(day: date, known: date | None) -> bool:
    return known is None or day > known


def _next_contact(standing: StandingRow, started_on: date | None, review_cadence: str | None) -> date | None:
    return next_contact_due_on(
        standing["last_contact_on"],
        standing["last_business_review_on"],
        Rung[standing["rung"]],
        None if review_cadence is None else ReviewCadence(review_cadence),
        started_on,
    )
