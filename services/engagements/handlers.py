"""What engagements does when accounts announces: keep replicas of relationships with their teams, and of contacts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.engagements import restoring
from services.engagements.replicas.tables import contacts, members, relationships
from services.engagements.standings.usecases import refresh
from services.engagements.vocabulary import ReviewCadence
from shared.db.bulk import upsert
from shared.db.database import Tx
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
def keep_relationship(tx: Tx, fact: RelationshipFact, now: datetime, pending: PendingChanges) -> bool:
    values = {
        "sponsor_id": fact.sponsor_id,
        "provider_id": fact.provider_id,
        "owner_id": fact.owner_id,
        # Whatever is not said to be open stays hidden.
        "is_restricted": fact.visibility != "open",
        "is_archived": fact.archived,
        "started_on": fact.started_on,
        "review_cadence": fact.review_cadence,
    }
    if not _keep(tx, relationships, fact, values):
        return False
    tx.run(sa.delete(members).where(members.c.relationship_id == fact.id))
    tx.run(sa.insert(members), [{"relationship_id": fact.id, "actor_id": each} for each in {*fact.team, fact.owner_id}])
    pending.relationship_ids.add(fact.id)
    return True


@handlers.on("accounts.contact_recorded.v1")
def keep_contact(tx: Tx, fact: ContactFact, now: datetime, pending: PendingChanges) -> bool:
    return _keep(tx, contacts, fact, {"is_archived": fact.archived, "is_erased": False})


@handlers.on("accounts.contact_erased.v1")
def mark_contact_erased(tx: Tx, fact: ContactFact, now: datetime, pending: PendingChanges) -> bool:
    return _keep(tx, contacts, fact, {"is_archived": True, "is_erased": True})


@handlers.after_batch
def refresh_standings(tx: Tx, pending: PendingChanges, now: datetime) -> None:
    """A new relationship gets its standing; another start or cadence moves the day of the next contact due."""
    if pending.relationship_ids:
        refresh(tx, pending.relationship_ids, now)


@handlers.after_restore("accounts", relationships, contacts)
def drop_replicas(tx: Tx, epoch: int, now: datetime) -> None:
    restoring.drop_replicas(tx, epoch, now)


def _keep(tx: Tx, table: sa.Table, fact: Fact, values: dict[str, Any]) -> bool:
    """Insert or replace, unless what is kept is as new, by (epoch, version); returns whether anything changed."""
    key = next(iter(table.primary_key.columns))
    values = values | {"epoch": fact.epoch, "version": fact.version}
    is_newer = sa.or_(table.c.epoch < fact.epoch, sa.and_(table.c.epoch == fact.epoch, table.c.version < fact.version))
    statement = upsert(table, tx.connection().dialect.name).values(**{key.name: fact.id}, **values)
    kept = statement.on_conflict_do_update(index_elements=[key.name], set_=values, where=is_newer)
    return tx.run(kept.returning(key)).first() is not None
