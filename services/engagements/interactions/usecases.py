"""Writes of interactions. Logging one is the product's hot path: one read, then everything in one statement."""

from collections.abc import Iterator, Set
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from pydantic import MISSING

from services.engagements.access import relationship_is_readable
from services.engagements.bulk.schemas import BulkOut
from services.engagements.bulk.usecases import Items, is_same
from services.engagements.engagements.tables import engagements
from services.engagements.events import InteractionCorrected, InteractionLogged, InteractionRetracted, event_of
from services.engagements.interactions.queries import interaction_out, interaction_records
from services.engagements.interactions.schemas import (
    CorrectInteraction,
    InteractionOut,
    LogInteraction,
    LogInteractions,
)
from services.engagements.interactions.tables import InteractionRow, interactions
from services.engagements.references import (
    ExternalIdExists,
    RelationshipArchived,
    WrongState,
    check_contacts,
    find_references,
    gone_contacts,
)
from services.engagements.replicas.queries import RelationshipNotFound
from services.engagements.replicas.tables import relationships
from services.engagements.standings.tables import standings
from services.engagements.standings.usecases import KnownStanding, record_contact, refresh
from services.engagements.values import AHEAD, Retract
from services.engagements.vocabulary import AUDIT_KINDS, CONTACT_KINDS, InteractionKind
from shared.auth import Actor, Side, any_actor
from shared.db.database import Tx
from shared.db.records import add, change_and_announce, every, lock, select, with_values
from shared.errors import InvalidField
from shared.events import Event
from shared.ids import new_id

ExternalKey = tuple[str, str, str | None]
"""Relationship, kind and external id: what is unique about a record from elsewhere."""


class Destination(KnownStanding):
    """The standing of the relationship that an interaction is logged for, and whether it may be."""

    is_archived: bool
    has_engagement: bool


def log_interaction(tx: Tx, command: LogInteraction, actor: Actor, now: datetime) -> tuple[InteractionOut, bool]:
    """The interaction, and whether it is new: a record from elsewhere is logged once."""
    standing = _destination(tx, command, actor)
    row = _new(command, actor, now)
    _check(row, now, gone_contacts(tx, command.participants))
    if command.external_id is not None and (known := _recorded(tx, [command]).get(_key(command))) is not None:
        _check_same(command, known, actor)
        return interaction_out(known), False
    add(tx, interaction_records, row, event_of(InteractionLogged, row), now)
    record_contact(tx, standing, command.kind, command.occurred_at, now)
    return interaction_out(row), True


def log_interactions(tx: Tx, command: LogInteractions, actor: Actor, now: datetime) -> BulkOut:
    items = Items(LogInteraction, command.items)
    commands = items.commands
    references = find_references(
        tx,
        actor,
        {each.relationship_id for each in commands},
        {each.engagement_id for each in commands},
        {contact_id for each in commands for contact_id in each.participants},
    )
    recorded = _recorded(tx, commands)
    contacted: set[str] = set()

    def record(each: LogInteraction) -> tuple[str, bool]:
        references.check(each.relationship_id, each.engagement_id)
        row = _new(each, actor, now)
        _check(row, now, references.gone_contacts)
        if each.external_id is not None:
            if (known := recorded.get(_key(each))) is not None:
                _check_same(each, known, actor)
                return known["interaction_id"], False
            recorded[_key(each)] = row
        add(tx, interaction_records, row, event_of(InteractionLogged, row), now)
        if each.kind in CONTACT_KINDS:
            contacted.add(each.relationship_id)
        return row["interaction_id"], True

    results = items.record(record)
    refresh(tx, contacted, now)
    return results


def correct_interaction(
    tx: Tx, interaction_id: str, command: CorrectInteraction, version: int, actor: Actor, now: datetime
) -> InteractionOut:
    row = _lock(tx, interaction_id, actor, version)
    present = command.model_dump()
    if command.engagement_id is not MISSING:
        references = find_references(tx, actor, [row["relationship_id"]], [command.engagement_id])
        references.check_engagement("/engagement_id", row["relationship_id"], command.engagement_id)
    # Who took part may have been erased since; only those named now must still be there.
    _check(with_values(row, present), now, gone_contacts(tx, present.get("participants", ())))
    return _changed(tx, row, present, InteractionCorrected, now)


def retract_interaction(tx: Tx, interaction_id: str, command: Retract, actor: Actor, now: datetime) -> InteractionOut:
    """A retracted interaction counts no more and frees its external id; the record stays, with the reason."""
    row = _lock(tx, interaction_id, actor)
    return _changed(tx, row, {"retracted_at": now, "reason": command.reason}, InteractionRetracted, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every interaction as it stands."""
    for row in every(tx, interaction_records):
        yield event_of(InteractionLogged if row["retracted_at"] is None else InteractionRetracted, row)


def _lock(tx: Tx, interaction_id: str, actor: Actor, version: int | None = None) -> InteractionRow:
    row = lock(tx, interaction_records, interaction_id, actor, version=version)
    if row["retracted_at"] is not None:
        raise WrongState("it was retracted")
    return row


def _changed(
    tx: Tx, row: InteractionRow, values: dict[str, object], kind: type[Event], now: datetime
) -> InteractionOut:
    changed = change_and_announce(tx, interaction_records, row, values, lambda new: event_of(kind, new), now)
    refresh(tx, [row["relationship_id"]], now)
    return interaction_out(changed)


def _destination(tx: Tx, command: LogInteraction, actor: Actor) -> Destination:
    """The relationship's standing and what it is computed with, in one read with every check of where this belongs."""
    statement = _destination_of(actor.is_admin, actor.side, command.engagement_id is not None)
    named = {"of_actor": actor.actor_id, "of_relationship": command.relationship_id}
    if command.engagement_id is not None:
        named["of_engagement"] = command.engagement_id
    found = tx.rows(statement, Destination, [named])
    if not found:
        raise RelationshipNotFound(command.relationship_id)
    [row] = found
    if row["is_archived"]:
        raise RelationshipArchived.of(command.relationship_id)
    if not row["has_engagement"]:
        references = find_references(tx, actor, [command.relationship_id], [command.engagement_id])
        references.check_engagement("/engagement_id", command.relationship_id, command.engagement_id)
    return row


@cache
def _destination_of(is_admin: bool, side: Side, names_engagement: bool) -> sa.Select[tuple[object, ...]]:
    """Built once for all actors of the same rights: building it takes as long as running it."""
    actor = any_actor(is_admin, side)
    columns = relationships.c
    of = relationships.join(standings, standings.c.relationship_id == columns.relationship_id)
    has_engagement = sa.exists().where(
        engagements.c.engagement_id == sa.bindparam("of_engagement"),
        engagements.c.relationship_id == columns.relationship_id,
        engagements.c.archived_at.is_(None),
    )
    return (
        sa.select(
            *standings.c,
            columns.is_archived,
            columns.started_on,
            columns.review_cadence,
            (has_engagement if names_engagement else sa.true()).label("has_engagement"),
        )
        .select_from(of)
        .where(columns.relationship_id == sa.bindparam("of_relationship"), relationship_is_readable(actor))
    )


def _check(row: InteractionRow, now: datetime, gone: Set[str]) -> None:
    if row["occurred_at"] > now + AHEAD:
        instant = row["occurred_at"].isoformat()
        raise InvalidField("/occurred_at", f'"{instant}" is more than two years ahead, and what happened cannot be')
    if row["findings"] is not None and row["kind"] not in AUDIT_KINDS:
        raise InvalidField("/findings", "go with an audit or an inspection")
    if row["is_private"] and row["kind"] != InteractionKind.NOTE:
        raise InvalidField("/is_private", "only a note is private")
    if row["is_private"] and row["experience"] is not None:
        # A tier that everybody sees must not rest on what one person reads.
        raise InvalidField("/experience", "does not go with a private note")
    if gone:
        check_contacts("/participants", row["participants"], gone)


def _new(command: LogInteraction, actor: Actor, now: datetime) -> InteractionRow:
    return {
        "interaction_id": new_id(),
        "version": 1,
        "relationship_id": command.relationship_id,
        "engagement_id": command.engagement_id,
        "external_id": command.external_id,
        "kind": command.kind,
        "occurred_at": command.occurred_at,
        "summary": command.summary,
        "experience": command.experience,
        "findings": command.findings,
        "attributes": command.attributes,
        "participants": command.participants,
        "is_private": command.is_private,
        "author_id": actor.actor_id,
        "created_at": now,
        "retracted_at": None,
        "reason": None,
    }


def _key(command: LogInteraction) -> ExternalKey:
    return command.relationship_id, command.kind, command.external_id


def _recorded(tx: Tx, commands: list[LogInteraction]) -> dict[ExternalKey, InteractionRow]:
    """The interactions that have the external ids of a request."""
    named = {each.external_id for each in commands if each.external_id is not None}
    if not named:
        return {}
    columns = interactions.c
    of = sa.select(interactions).where(
        columns.relationship_id.in_({each.relationship_id for each in commands}),
        columns.external_id.in_(named),
        columns.retracted_at.is_(None),
    )
    return {
        (row["relationship_id"], row["kind"], row["external_id"]): row for row in select(tx, interaction_records, of)
    }


def _check_same(command: LogInteraction, known: InteractionRow, actor: Actor) -> None:
    """Repeating a record is fine. Of another author's private note the refusal says only that the id is in use."""
    is_readable = not known["is_private"] or actor.is_admin or known["author_id"] == actor.actor_id
    if not is_readable or not is_same(known, command):
        more = {"id": known["interaction_id"]} if is_readable else {}
        raise ExternalIdExists(f"{command.external_id} is another interaction of this relationship", more=more)
