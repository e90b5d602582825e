"""Writes of relationships and their teams; each announces its change beside it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from pydantic import MISSING

from services.accounts.access import (
    RelationshipRow,
    members,
    relationship_is_readable,
    relationships,
)
from services.accounts.accounts.queries import find_account
from services.accounts.contacts.queries import find_contacts
from services.accounts.events import RelationshipRecorded
from services.accounts.relationships import queries
from services.accounts.relationships.queries import RelationshipNotFound, team_of
from services.accounts.relationships.schemas import (
    ChangeRelationship,
    CreateRelationship,
    Peer,
    RelationshipOut,
    SetTeam,
    TeamOut,
)
from shared.auth import Actor
from shared.db import outbox, records
from shared.db.database import Tx
from shared.db.records import Records
from shared.errors import Conflict, InvalidField, InvalidFields, Located
from shared.ids import new_id
from shared.sentences import to_restore


class RelationshipExists(Conflict):
    slug, title = "relationship-exists", "These two already have a relationship"


RELATIONSHIPS: Records[RelationshipRow] = Records(
    relationships,
    readable=lambda actor: sa.select(relationships).where(relationship_is_readable(actor)),
    not_found=RelationshipNotFound,
)


def create_relationship(tx: Tx, command: CreateRelationship, actor: Actor, now: datetime) -> RelationshipOut:
    for name, kind, account_id in (
        ("sponsor_id", "sponsor", command.sponsor_id),
        ("provider_id", "provider", command.provider_id),
    ):
        _check_end(tx, name, kind, account_id, actor)
    _check_peers(tx, command.peers, actor)
    _check_unique(tx, command.sponsor_id, command.provider_id, actor)
    relationship = RelationshipRow(
        relationship_id=new_id(),
        version=1,
        sponsor_id=command.sponsor_id,
        provider_id=command.provider_id,
        owner_id=command.owner_id or actor.actor_id,
        is_restricted=command.visibility == "restricted",
        started_on=command.started_on,
        governance={
            "has_joint_steering_committee": command.governance.has_joint_steering_committee,
            "business_review_cadence": command.governance.business_review_cadence,
        },
        peers=[
            {
                "function": peer.function,
                "sponsor_contact_id": peer.sponsor_contact_id,
                "provider_contact_id": peer.provider_contact_id,
            }
            for peer in command.peers
        ],
        created_at=now,
        archived_at=None,
    )
    # Whoever makes a restricted relationship must not lose sight of it, also when another person owns it.
    team = sorted({relationship["owner_id"]} | ({actor.actor_id} if relationship["is_restricted"] else set()))
    records.add(tx, RELATIONSHIPS, relationship, relationship_recorded(relationship, team), now)
    _add_members(tx, relationship, team)
    return queries.get_relationship(tx, relationship["relationship_id"], actor)


def change_relationship(
    tx: Tx, relationship_id: str, command: ChangeRelationship, version: int, actor: Actor, now: datetime
) -> RelationshipOut:
    relationship = records.lock(tx, RELATIONSHIPS, relationship_id, actor, version=version)
    if command.peers is not MISSING:
        _check_peers(tx, command.peers, actor)
    present = command.model_dump() | command.model_dump(mode="json", include={"governance", "peers"})
    if "visibility" in present:
        present["is_restricted"] = present.pop("visibility") == "restricted"
    team = set(team_of(tx, relationship_id))
    if present.get("is_restricted") and not relationship["is_restricted"]:
        team.add(actor.actor_id)
    _change_with_team(tx, relationship, present, team, now)
    return queries.get_relationship(tx, relationship_id, actor)


def set_team(tx: Tx, relationship_id: str, command: SetTeam, version: int, actor: Actor, now: datetime) -> TeamOut:
    relationship = records.lock(tx, RELATIONSHIPS, relationship_id, actor, version=version)
    changed, team = _change_with_team(tx, relationship, {}, set(command.members), now)
    return TeamOut(version=changed["version"], members=team)


def archive_relationship(tx: Tx, relationship_id: str, version: int, actor: Actor, now: datetime) -> None:
    relationship = records.lock(tx, RELATIONSHIPS, relationship_id, actor, version=version)
    event_of = partial(relationship_recorded, team=team_of(tx, relationship_id))
    records.change_and_announce(tx, RELATIONSHIPS, relationship, {"archived_at": now}, event_of, now)


def restore_relationship(tx: Tx, relationship_id: str, actor: Actor, now: datetime) -> RelationshipOut:
    relationship = records.lock(tx, RELATIONSHIPS, relationship_id, actor)
    event_of = partial(relationship_recorded, team=team_of(tx, relationship_id))
    records.change_and_announce(tx, RELATIONSHIPS, relationship, {"archived_at": None}, event_of, now)
    return queries.get_relationship(tx, relationship_id, actor)


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
        raise InvalidFields([Located(pointer=at, detail="no such contact") for at in unknown])


def _check_unique(tx: Tx, sponsor_id: str, provider_id: str, actor: Actor) -> None:
    of_two = (relationships.c.sponsor_id == sponsor_id, relationships.c.provider_id == provider_id)
    columns = relationships.c.relationship_id, relationships.c.archived_at
    statement = sa.select(*columns, relationship_is_readable(actor).label("is_readable"))
    row = tx.run(statement.where(*of_two)).first()
    if row is None:
        return
    if not row.is_readable:
        raise RelationshipExists()
    more = {"id": row.relationship_id, "is_archived": row.archived_at is not None}
    if row.archived_at is None:
        raise RelationshipExists(more=more)
    more["restore"] = to_restore("relationships", row.relationship_id)
    raise RelationshipExists("these two have a relationship, which is archived and can be restored", more=more)


def _change_with_team(
    tx: Tx, relationship: RelationshipRow, values: Mapping[str, object], team: set[str], now: datetime
) -> tuple[RelationshipRow, list[str]]:
    """Change a relationship and replace its team, to which the owner is added; one event announces both."""
    changed = records.change(tx, RELATIONSHIPS, relationship, values)
    whole = sorted(team | {changed["owner_id"]})
    tx.run(sa.delete(members).where(members.c.relationship_id == changed["relationship_id"]))
    _add_members(tx, changed, whole)
    outbox.add(tx, relationship_recorded(changed, whole), now)
    return changed, whole


def _add_members(tx: Tx, relationship: RelationshipRow, team: list[str]) -> None:
    for actor_id in team:
        tx.add_row(members, relationship_id=relationship["relationship_id"], actor_id=actor_id)


def relationship_recorded(relationship: RelationshipRow, team: list[str]) -> RelationshipRecorded:
    return RelationshipRecorded(
        id=relationship["relationship_id"],
        version=relationship["version"],
        sponsor_id=relationship["sponsor_id"],
        provider_id=relationship["provider_id"],
        owner_id=relationship["owner_id"],
        team=team,
        visibility="restricted" if relationship["is_restricted"] else "open",
        started_on=relationship["started_on"],
        review_cadence=relationship["governance"].get("business_review_cadence"),
        archived=relationship["archived_at"] is not None,
    )
