"""What engagements does when accounts announces: update replicas of relationships with their teams, and of contacts."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from services.engagements.replicas.tables import ContactRow, RelationshipRow, contacts, members, relationships
from services.engagements.standings.usecases import refresh
from services.engagements.vocabulary import ReviewCadence
from shared.db.database import Tx
from shared.db.replicas import drop_past, put_newest, put_teams
from shared.events import Fact
from shared.messaging.handlers import Handlers


@dataclass
class PendingChanges:
    """The relationships whose replica a batch has changed, so that their standings are refreshed once."""

    relationship_ids: set[str] = field(default_factory=set)


handlers = Handlers("entente.accounts", begin_batch=PendingChanges)


class RelationshipFact(Fact):
    sponsor_id: str
    provider_id: str
    owner_id: str
    team: list[str]
    visibility: str
    started_on: date | None
    review_cadence: ReviewCadence | None = None
    archived: bool


class ContactFact(Fact):
    archived: bool = True


@handlers.on("accounts.relationship_recorded.v1")
def apply_relationship(tx: Tx, fact: RelationshipFact, now: datetime, pending: PendingChanges) -> bool:
    row: RelationshipRow = {
        "relationship_id": fact.id,
        "epoch": fact.epoch,
        "version": fact.version,
        "sponsor_id": fact.sponsor_id,
        "provider_id": fact.provider_id,
        "owner_id": fact.owner_id,
        # A visibility that this service does not know is a restriction.
        "is_restricted": fact.visibility != "open",
        "is_archived": fact.archived,
        "started_on": fact.started_on,
        "review_cadence": fact.review_cadence,
    }
    if not put_newest(tx, relationships, [row]):
        return False
    put_teams(tx, members, {fact.id: sorted({*fact.team, fact.owner_id})})
    pending.relationship_ids.add(fact.id)
    return True


@handlers.on("accounts.contact_recorded.v1")
def apply_contact(tx: Tx, fact: ContactFact, now: datetime, pending: PendingChanges) -> bool:
    return _put_contact(tx, fact, is_archived=fact.archived, is_erased=False)


@handlers.on("accounts.contact_erased.v1")
def apply_erasure(tx: Tx, fact: ContactFact, now: datetime, pending: PendingChanges) -> bool:
    return _put_contact(tx, fact, is_archived=True, is_erased=True)


@handlers.after_batch
def refresh_standings(tx: Tx, pending: PendingChanges, now: datetime) -> None:
    """A new relationship gets its standing; another start or cadence moves the day of the next contact due."""
    if pending.relationship_ids:
        refresh(tx, pending.relationship_ids, now)


@handlers.after_restore("accounts", relationships, contacts)
def drop_replicas(tx: Tx, epoch: int, now: datetime) -> None:
    """Records of a relationship that is dropped stay, and are hidden like those of one not announced yet."""
    gone = sa.select(relationships.c.relationship_id).where(relationships.c.epoch < epoch)
    tx.run(sa.delete(members).where(members.c.relationship_id.in_(gone)))
    drop_past(tx, epoch, relationships, contacts)


def _put_contact(tx: Tx, fact: Fact, *, is_archived: bool, is_erased: bool) -> bool:
    row: ContactRow = {
        "contact_id": fact.id,
        "epoch": fact.epoch,
        "version": fact.version,
        "is_archived": is_archived,
        "is_erased": is_erased,
    }
    return bool(put_newest(tx, contacts, [row]))
