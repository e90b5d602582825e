"""Writes of interactions. Logging one is the product's hot path: one read, then everything in one statement."""

from collections.abc import Set
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from services.engagements.access import Row, out, relationship_is_readable
from services.engagements.bulk.schemas import BulkOut
from services.engagements.bulk.usecases import Rows
from services.engagements.engagements.tables import engagements
from services.engagements.events import InteractionCorrected, InteractionLogged, InteractionRetracted, event_of
from services.engagements.interactions.schemas import (
    CorrectInteraction,
    InteractionOut,
    LogInteraction,
    LogInteractions,
)
from services.engagements.interactions.tables import interactions
from services.engagements.references import (
    ExternalIdExists,
    RelationshipArchived,
    WrongState,
    change,
    check_contacts,
    gone_contacts,
    lock,
    surroundings,
)
from services.engagements.replicas.queries import RelationshipNotFound
from services.engagements.replicas.tables import relationships
from services.engagements.standings.tables import standings
from services.engagements.standings.usecases import refresh, touch
from services.engagements.values import AHEAD, Retract
from services.engagements.vocabulary import CONTACT_KINDS, InteractionKind
from shared.auth import Actor, Side
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.ids import new_id

_AUDITS = frozenset({InteractionKind.AUDIT, InteractionKind.INSPECTION})
Place = tuple[str, str, str]
"""Relationship, kind and external id: what is unique about a record from elsewhere."""


def log_interaction(tx: Tx, command: LogInteraction, actor: Actor, now: datetime) -> tuple[InteractionOut, bool]:
    """The interaction, and whether it is new: the same record from elsewhere is there once."""
    kept = _surroundings(tx, command, actor)
    _check(command.__dict__, now, gone_contacts(tx, command.participants))
    if command.external_id is not None and (known := _recorded(tx, [command]).get(_place(command))) is not None:
        _check_same(command, known, actor)
        return out(InteractionOut, interactions, known), False
    row = _add(tx, command, actor, now)
    touch(tx, kept, command.kind, command.occurred_at, now)
    return out(InteractionOut, interactions, row), True


def log_interactions(tx: Tx, command: LogInteractions, actor: Actor, now: datetime) -> BulkOut:
    rows = Rows(LogInteraction, command.items)
    commands = [each for _, each in rows.commands]
    around = surroundings(
        tx,
        actor,
        {each.relationship_id for each in commands},
        {each.engagement_id for each in commands},
        {contact_id for each in commands for contact_id in each.participants},
    )
    recorded = _recorded(tx, commands)
    touched: set[str] = set()

    def record(each: LogInteraction) -> tuple[str, bool]:
        around.check(each.relationship_id, each.engagement_id)
        _check(each.__dict__, now, around.gone_contacts)
        if each.external_id is not None and (known := recorded.get(_place(each))) is not None:
            _check_same(each, known, actor)
            return known["interaction_id"], False
        row = _add(tx, each, actor, now)
        if each.external_id is not None:
            recorded[_place(each)] = row
        if each.kind in CONTACT_KINDS:
            touched.add(each.relationship_id)
        return row["interaction_id"], True

    results = rows.record(record)
    refresh(tx, touched, now)
    return results


def correct_interaction(
    tx: Tx, interaction_id: str, command: CorrectInteraction, version: int, actor: Actor, now: datetime
) -> InteractionOut:
    row = _lock(tx, interaction_id, actor, version)
    present = command.model_dump(exclude_unset=True)
    if "engagement_id" in present:
        around = surroundings(tx, actor, [row["relationship_id"]], [command.engagement_id])
        around.check_engagement("/engagement_id", row["relationship_id"], command.engagement_id)
    # Who took part may have been erased since; only those named now must still be there.
    _check(row | present, now, gone_contacts(tx, present.get("participants", ())))
    corrected = change(tx, interactions, row, present)
    outbox.add(tx, event_of(InteractionCorrected, corrected), now)
    refresh(tx, [row["relationship_id"]], now)
    return out(InteractionOut, interactions, corrected)


def retract_interaction(tx: Tx, interaction_id: str, command: Retract, actor: Actor, now: datetime) -> InteractionOut:
    """It never was: nothing counts it, and its external id is free again. The record stays, with the reason."""
    row = _lock(tx, interaction_id, actor)
    retracted = change(tx, interactions, row, {"retracted_at": now, "reason": command.reason})
    outbox.add(tx, event_of(InteractionRetracted, retracted), now)
    refresh(tx, [row["relationship_id"]], now)
    return out(InteractionOut, interactions, retracted)


def _lock(tx: Tx, interaction_id: str, actor: Actor, version: int | None = None) -> dict[str, Any]:
    row = lock(tx, interactions, interaction_id, actor, version)
    if row["retracted_at"] is not None:
        raise WrongState("it was retracted")
    return row


def _surroundings(tx: Tx, command: LogInteraction, actor: Actor) -> Row:
    """The relationship's standing and what it is computed with, in one read with every check of where this belongs."""
    statement = _kept_standing(actor.is_admin, actor.side, command.engagement_id is not None)
    named = {"of_actor": actor.actor_id, "of_relationship": command.relationship_id}
    if command.engagement_id is not None:
        named["of_engagement"] = command.engagement_id
    row = tx.run(statement, [named]).mappings().first()
    if row is None:
        raise RelationshipNotFound(command.relationship_id)
    if row["is_archived"]:
        raise RelationshipArchived()
    if not row["has_engagement"]:
        raise InvalidField("/engagement_id", "no such engagement of this relationship")
    return row


@cache
def _kept_standing(is_admin: bool, side: Side, names_engagement: bool) -> sa.Select[Any]:
    """Built once for all actors of the same rights: building it takes as long as running it."""
    somebody = Actor(cast(str, sa.bindparam("of_actor")), "", "admin" if is_admin else "manager", side, "person")
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
        .where(columns.relationship_id == sa.bindparam("of_relationship"), relationship_is_readable(somebody))
    )


def _check(values: Row, now: datetime, gone: Set[str]) -> None:
    if values["occurred_at"] > now + AHEAD:
        raise InvalidField("/occurred_at", "is more than two years ahead")
    if values["findings"] is not None and values["kind"] not in _AUDITS:
        raise InvalidField("/findings", "go with an audit or an inspection")
    if values["is_private"] and values["kind"] != InteractionKind.NOTE:
        raise InvalidField("/is_private", "only a note is private")
    if values["is_private"] and values["experience"] is not None:
        # A tier that everybody sees must not rest on what one person reads.
        raise InvalidField("/experience", "does not go with a private note")
    if gone:
        check_contacts("/participants", values["participants"], gone)


def _add(tx: Tx, command: LogInteraction, actor: Actor, now: datetime) -> dict[str, Any]:
    row = {
        "interaction_id": new_id(),
        "version": 1,
        **command.__dict__,
        "author_id": actor.actor_id,
        "created_at": now,
        "retracted_at": None,
        "reason": None,
    }
    tx.add_row(interactions, **row)
    outbox.add(tx, event_of(InteractionLogged, row), now)
    return row


def _place(command: LogInteraction) -> Place:
    return command.relationship_id, command.kind, command.external_id or ""


def _recorded(tx: Tx, commands: list[LogInteraction]) -> dict[Place, Row]:
    named = {each.external_id for each in commands if each.external_id is not None}
    if not named:
        return {}
    columns = interactions.c
    held = sa.select(interactions).where(
        columns.relationship_id.in_({each.relationship_id for each in commands}),
        columns.external_id.in_(named),
        columns.retracted_at.is_(None),
    )
    return {(row["relationship_id"], row["kind"], row["external_id"]): row for row in tx.run(held).mappings()}


def _check_same(command: LogInteraction, known: Row, actor: Actor) -> None:
    """The same record again is fine; of somebody else's private note nothing is told but that the id is taken."""
    is_readable = not known["is_private"] or actor.is_admin or known["author_id"] == actor.actor_id
    if not is_readable or any(known[name] != value for name, value in command.__dict__.items()):
        more = {"id": known["interaction_id"]} if is_readable else {}
        raise ExternalIdExists(f"{command.external_id} is another interaction of this relationship", more=more)
