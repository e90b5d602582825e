"""Reads of relationships and their teams, each through the row filter."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from services.accounts.access import (
    RelationshipRow,
    accounts,
    members,
    relationship_is_readable,
    relationships,
)
from services.accounts.relationships.schemas import RelationshipFilter, RelationshipOut, TeamOut
from shared.auth import Actor, Side, any_actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

_TEAMS_OF = (
    sa.select(members)
    .where(members.c.relationship_id.in_(sa.bindparam("of_relationships", expanding=True)))
    .order_by(members.c.actor_id)
)


class RelationshipNotFound(NotFound):
    slug, title = "relationship-not-found", "No such relationship"

    def __init__(self, relationship_id: str) -> None:
        super().__init__(more={"relationship_id": relationship_id})


def get_relationship(tx: Tx, relationship_id: str, actor: Actor) -> RelationshipOut:
    named = {"of_actor": actor.actor_id, "of_relationship": relationship_id}
    row = tx.run(_built_relationship(actor.is_admin, actor.side), [named]).mappings().first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return _relationships_out(tx, [row])[0]


@cache
def _built_relationship(is_admin: bool, side: Side) -> sa.Select[tuple[object, ...]]:
    of_any = _named_relationships(any_actor(is_admin, side))
    return of_any.where(relationships.c.relationship_id == sa.bindparam("of_relationship"))


def list_relationships(tx: Tx, actor: Actor, wanted: RelationshipFilter) -> Page[RelationshipOut]:
    statement = _named_relationships(actor)
    for column, value in (
        ("sponsor_id", wanted.sponsor_id),
        ("provider_id", wanted.provider_id),
        ("owner_id", wanted.owner_id),
    ):
        if value is not None:
            statement = statement.where(relationships.c[column] == value)
    if wanted.ids:
        statement = statement.where(relationships.c.relationship_id.in_(wanted.ids))
    elif not wanted.archived:
        statement = statement.where(relationships.c.archived_at.is_(None))
    keys = [(relationships.c.relationship_id, False)]
    found = tx.run(keyset(statement, keys, wanted.after, wanted.limit)).mappings().all()
    rows, following = cut(found, ["relationship_id"], wanted.limit)
    return Page(items=_relationships_out(tx, rows), next=following)


def get_team(tx: Tx, relationship_id: str, actor: Actor) -> TeamOut:
    relationship = get_relationship(tx, relationship_id, actor)
    return TeamOut(version=relationship.version, members=relationship.team)


def _named_relationships(actor: Actor) -> sa.Select[tuple[object, ...]]:
    sponsors, providers = accounts.alias("sponsor"), accounts.alias("provider")
    joined = relationships.join(sponsors, sponsors.c.account_id == relationships.c.sponsor_id).join(
        providers, providers.c.account_id == relationships.c.provider_id
    )
    names = sponsors.c.name.label("sponsor_name"), providers.c.name.label("provider_name")
    return sa.select(relationships, *names).select_from(joined).where(relationship_is_readable(actor))


def _relationships_out(tx: Tx, rows: Sequence[RelationshipRow | sa.RowMapping]) -> list[RelationshipOut]:
    teams = teams_of(tx, [row["relationship_id"] for row in rows])
    return [
        RelationshipOut(
            id=row["relationship_id"],
            visibility="restricted" if row["is_restricted"] else "open",
            team=teams[row["relationship_id"]],
            **row,
        )
        for row in rows
    ]


def teams_of(tx: Tx, relationship_ids: Sequence[str]) -> dict[str, list[str]]:
    teams: dict[str, list[str]] = {relationship_id: [] for relationship_id in relationship_ids}
    if relationship_ids:
        for row in tx.run(_TEAMS_OF, [{"of_relationships": relationship_ids}]).mappings():
            teams[row["relationship_id"]].append(row["actor_id"])
    return teams


def team_of(tx: Tx, relationship_id: str) -> list[str]:
    return teams_of(tx, [relationship_id])[relationship_id]
