"""What a write refers to: known relationships, engagements and contacts; and the refusals that writes share."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.engagements.access import relationship_is_readable
from services.engagements.engagements.tables import engagements
from services.engagements.replicas.queries import RelationshipNotFound
from services.engagements.replicas.tables import contacts, relationships
from services.engagements.values import AHEAD, NEAR
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, InvalidFields, Located
from shared.sentences import to_restore


class RelationshipArchived(Conflict):
    slug, title = "relationship-archived", "This relationship is archived"

    @classmethod
    def of(cls, relationship_id: str) -> "RelationshipArchived":
        """Says where it is restored: whoever names it may read it."""
        more = {"id": relationship_id, "restore": to_restore("relationships", relationship_id)}
        return cls("this relationship is archived and can be restored", more=more)


class ExternalIdExists(Conflict):
    slug, title = "external-id-exists", "Another record of this relationship has this external id"


class WrongState(Conflict):
    slug, title = "wrong-state", "Its state does not allow this"


class FarFuture(InvalidFields):
    slug, title = "far-future", "A day lies over a year ahead"


@dataclass(frozen=True)
class References:
    """Of the records named: readable relationships (and whether archived), the relationship of each engagement, those
    engagements that are archived, and the contacts that were archived or erased."""

    relationships: Mapping[str, bool]
    engagements: Mapping[str, str]
    gone_contacts: Set[str] = frozenset()
    archived_engagements: Set[str] = frozenset()

    def check(self, relationship_id: str, engagement_id: str | None) -> None:
        """Refuses a relationship that is unknown, hidden or archived, and an engagement that is not of it."""
        is_archived = self.relationships.get(relationship_id)
        if is_archived is None:
            raise RelationshipNotFound(relationship_id)
        if is_archived:
            raise RelationshipArchived.of(relationship_id)
        self.check_engagement("/engagement_id", relationship_id, engagement_id)

    def check_engagement(self, pointer: str, relationship_id: str, engagement_id: str | None) -> None:
        if engagement_id is not None and self.engagements.get(engagement_id) != relationship_id:
            raise InvalidField(pointer, "no such engagement of this relationship")
        if engagement_id is not None and engagement_id in self.archived_engagements:
            raise InvalidField(pointer, "names an engagement that is archived; restore it, or name another")


def find_references(
    tx: Tx,
    actor: Actor,
    relationship_ids: Collection[str],
    engagement_ids: Collection[str | None] = (),
    contact_ids: Collection[str] = (),
) -> References:
    """One statement for the relationships, and one more each for engagements and contacts where any are named."""
    columns = relationships.c
    readable = sa.select(columns.relationship_id, columns.is_archived).where(
        columns.relationship_id.in_(set(relationship_ids)), relationship_is_readable(actor)
    )
    named = {engagement_id for engagement_id in engagement_ids if engagement_id is not None}
    wanted = (engagements.c.engagement_id, engagements.c.relationship_id, engagements.c.archived_at)
    found = tx.run(sa.select(*wanted).where(engagements.c.engagement_id.in_(named))).all() if named else ()
    return References(
        {row.relationship_id: row.is_archived for row in tx.run(readable)},
        {row.engagement_id: row.relationship_id for row in found},
        gone_contacts(tx, contact_ids),
        {row.engagement_id for row in found if row.archived_at is not None},
    )


def gone_contacts(tx: Tx, contact_ids: Collection[str]) -> Set[str]:
    """Those known as archived or erased. One that is not known yet may be announced any moment, so it is accepted."""
    if not contact_ids:
        return frozenset()
    columns = contacts.c
    gone = sa.select(columns.contact_id).where(
        columns.contact_id.in_(contact_ids), sa.or_(columns.is_archived, columns.is_erased)
    )
    return set(tx.run(gone).scalars())


def check_contacts(pointer: str, contact_ids: Collection[str], gone: Set[str]) -> None:
    if not gone.isdisjoint(contact_ids):
        raise InvalidField(pointer, "names a contact that was archived or erased; restore or leave it out")


def check_happened(pointer: str, on: date | None, now: datetime) -> None:
    if on is not None and on > utc_day(now) + AHEAD:
        raise InvalidField(pointer, f'"{on}" is more than two years ahead, and what happened cannot be')


def check_near(days: Mapping[str, date | None], is_confirmed: bool, now: datetime) -> None:
    """Refuses days of promises and deliveries, by pointer, that lie over 366 days ahead and are not confirmed."""
    far = {} if is_confirmed else {at: on for at, on in days.items() if on is not None and on > utc_day(now) + NEAR}
    if far:
        raise FarFuture(
            [
                Located(
                    pointer=pointer, detail=f'"{on}" is over 366 days ahead; send "confirm_future": true if it is meant'
                )
                for pointer, on in far.items()
            ]
        )


def check_not_ahead(pointer: str, on: date, now: datetime) -> None:
    # East of Greenwich tomorrow has begun.
    if (on - utc_day(now)).days > 1:
        raise InvalidField(pointer, f'"{on}" lies ahead; write a day up to today, as {utc_day(now)}')
