"""Writes of relationships and their teams; each announces its change beside it."""

from datetime import datetime

import sqlalchemy as sa

from services.accounts.access import Relationship, members, relationship_is_readable, relationships
from services.accounts.accounts.queries import find_account
from services.accounts.accounts.usecases import change_row, check_version
from services.accounts.contacts.queries import find_contacts
from services.accounts.events import RelationshipRecorded
from services.accounts.relationships import queries
from services.accounts.relationships.queries import RelationshipNotFound, teams_of
from services.accounts.relationships.schemas import (
    ChangeRelationship,
    CreateRelationship,
    Peer,
    RelationshipOut,
    SetTeam,
    TeamOut,
)
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, InvalidFields, Located
from shared.ids import new_id


class RelationshipExists(Conflict):
    slug, title = "relationship-exists", "These two already have a relationship"


def create_relationship(tx: Tx, command: CreateRelationship, actor: Actor, now: datetime) -> RelationshipOut:
    for name, kind in (("sponsor_id", "sponsor"), ("provider_id", "provider")):
        _check_end(tx, name, kind, getattr(command, name), actor)
    _check_peers(tx, command.peers, actor)
    _check_unique(tx, command.sponsor_id, command.provider_id, actor)
    relationship = Relationship(
        relationship_id=new_id(),
        version=1,
        owner_id=command.owner_id or actor.actor_id,
        is_restricted=command.visibility == "restricted",
        created_at=now,
        archived_at=None,
        **command.model_dump(mode="json", include={"governance", "peers"}),
        **command.model_dump(include={"sponsor_id", "provider_id", "started_on"}),
    )
    tx.add(relationship)
    tx.flush()
    # Whoever makes a restricted relationship must not lose sight of it, also when somebody else owns it.
    team = {relationship.owner_id} | ({actor.actor_id} if relationship.is_restricted else set())
    _set_team(tx, relationship, team, now)
    return queries.get_relationship(tx, relationship.relationship_id, actor)


def change_relationship(
    tx: Tx, relationship_id: str, command: ChangeRelationship, version: int, actor: Actor, now: datetime
) -> RelationshipOut:
    relationship = _relationship(tx, relationship_id, version, actor)
    _check_peers(tx, command.peers, actor)
    present = command.model_dump(exclude_unset=True) | command.model_dump(
        mode="json", exclude_unset=True, include={"governance", "peers"}
    )
    if "visibility" in present:
        present["is_restricted"] = present.pop("visibility") == "restricted"
    team = set(teams_of(tx, [relationship_id])[relationship_id])
    if present.get("is_restricted") and not relationship.is_restricted:
        team.add(actor.actor_id)
    change_row(tx, relationship, present)
    _set_team(tx, relationship, team, now)
    return queries.get_relationship(tx, relationship_id, actor)


def set_team(tx: Tx, relationship_id: str, command: SetTeam, version: int, actor: Actor, now: datetime) -> TeamOut:
    relationship = _relationship(tx, relationship_id, version, actor)
    change_row(tx, relationship, {})
    team = _set_team(tx, relationship, set(command.members), now)
    return TeamOut(version=relationship.version, members=team)


def archive_relationship(tx: Tx, relationship_id: str, version: int, actor: Actor, now: datetime) -> None:
    relationship = _relationship(tx, relationship_id, version, actor)
    change_row(tx, relationship, {"archived_at": now})
    _announce(tx, relationship, teams_of(tx, [relationship_id])[relationship_id], now)


def restore_relationship(tx: Tx, relationship_id: str, actor: Actor, now: datetime) -> RelationshipOut:
    relationship = _relationship(tx, relationship_id, None, actor)
    change_row(tx, relationship, {"archived_at": None})
    _announce(tx, relationship, teams_of(tx, [relationship_id])[relationship_id], now)
    return queries.get_relationship(tx, relationship_id, actor)


def _relationship(tx: Tx, relationship_id: str, version: int | None, actor: Actor) -> Relationship:
    table = relationships
    chosen = sa.select(Relationship).where(table.c.relationship_id == relationship_id, relationship_is_readable(actor))
    relationship = tx.scalars(chosen.with_for_update()).one_or_none()
    if relationship is None:
        raise RelationshipNotFound(relationship_id)
    check_version(relationship.version, version)
    return relationship


def _check_end(tx: Tx, name: str, kind: str, account_id: str, actor: Actor) -> None:
    account = find_account(tx, account_id, actor)
    if account is None:
        raise InvalidField(f"/{name}", "no such account")
    if account["kind"] != kind:
        raise InvalidField(f"/{name}", f"{account['name']} is of kind {account['kind']}, not {kind}")


def _check_peers(tx: Tx, peers: list[Peer], actor: Actor) -> None:
    """Peers are contacts that the actor may read; who has left or was erased may stay."""
    named = {
        f"/peers/{i}/{side}_contact_id": contact_id
        for i, peer in enumerate(peers)
        for side, contact_id in (("sponsor", peer.sponsor_contact_id), ("provider", peer.provider_contact_id))
        if contact_id is not None
    }
    known = find_contacts(tx, set(named.values()), actor) if named else set()
    unknown = [pointer for pointer, contact_id in named.items() if contact_id not in known]
    if unknown:
        raise InvalidFields([Located(pointer=pointer, detail="no such contact") for pointer in unknown])


def _check_unique(tx: Tx, sponsor_id: str, provider_id: str, actor: Actor) -> None:
    table = relationships
    of_two = (table.c.sponsor_id == sponsor_id, table.c.provider_id == provider_id)
    statement = sa.select(table.c.relationship_id, relationship_is_readable(actor).label("is_readable"))
    row = tx.run(statement.where(*of_two)).first()
    if row is not None:
        raise RelationshipExists(more={"id": row.relationship_id} if row.is_readable else {})


def _set_team(tx: Tx, relationship: Relationship, team: set[str], now: datetime) -> list[str]:
    whole = sorted(team | {relationship.owner_id})
    tx.run(sa.delete(members).where(members.c.relationship_id == relationship.relationship_id))
    rows = [{"relationship_id": relationship.relationship_id, "actor_id": actor_id} for actor_id in whole]
    tx.run(sa.insert(members), rows)
    _announce(tx, relationship, whole, now)
    return whole


def _announce(tx: Tx, relationship: Relationship, team: list[str], now: datetime) -> None:
    outbox.add(tx, relationship_recorded(relationship, team), now)


def relationship_recorded(relationship: Relationship, team: list[str]) -> RelationshipRecorded:
    return RelationshipRecorded(
        id=relationship.relationship_id,
        version=relationship.version,
        sponsor_id=relationship.sponsor_id,
        provider_id=relationship.provider_id,
        owner_id=relationship.owner_id,
        team=team,
        visibility="restricted" if relationship.is_restricted else "open",
        started_on=relationship.started_on,
        review_cadence=relationship.governance.get("business_review_cadence"),
        archived=relationship.archived_at is not None,
    )
