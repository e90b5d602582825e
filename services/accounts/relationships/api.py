"""Routes of relationships and their teams: parse, call, return."""

from typing import Annotated

from fastapi import Query

from services.accounts.relationships import queries, usecases
from services.accounts.relationships.schemas import (
    ChangeRelationship,
    CreateRelationship,
    RelationshipFilter,
    RelationshipOut,
    SetTeam,
    TeamOut,
)
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/relationships", rule=WRITE, tags=["relationships"])
def create_relationship(command: CreateRelationship, tx: Write, actor: CurrentActor, now: Now) -> RelationshipOut:
    """Joins a sponsor and a provider. Its owner, and whoever makes a restricted one, are on its team from the start.
    `relationship-exists` names the one that the two have already; `invalid-field` where an account is unknown or of
    another kind, or a peer is no known contact."""
    return usecases.create_relationship(tx, command, actor, now)


@api.get("/relationships", rule=READ, tags=["relationships"])
def list_relationships(
    tx: Read, actor: CurrentActor, wanted: Annotated[RelationshipFilter, Query()]
) -> Page[RelationshipOut]:
    """Lists the relationships that the reader may read, in the order in which they were made. Archived ones only with
    `archived`, or when they are asked for by `id`."""
    return queries.list_relationships(tx, actor, wanted)


@api.get("/relationships/{relationship_id}", rule=READ, tags=["relationships"])
def get_relationship(relationship_id: Id, tx: Read, actor: CurrentActor) -> RelationshipOut:
    """Answers one relationship with its team, also an archived one. `relationship-not-found` where it is unknown or
    hidden."""
    return queries.get_relationship(tx, relationship_id, actor)


@api.patch("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def change_relationship(
    relationship_id: Id, command: ChangeRelationship, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> RelationshipOut:
    """Changes the fields that are sent and leaves the others; `governance` and `peers` are replaced as a whole. Whoever
    restricts it joins its team. It is answered when every service has applied the change, or with 202 after five
    seconds. `stale-version` where somebody else changed it or its team first."""
    return usecases.change_relationship(tx, relationship_id, command, version, actor, now)


@api.delete("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def archive_relationship(relationship_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes the relationship out of lists and the portfolio; nothing new can be recorded for it until it is restored.
    What was recorded stays. `stale-version` where somebody else changed it first."""
    return usecases.archive_relationship(tx, relationship_id, version, actor, now)


@api.post("/relationships/{relationship_id}/restoration", rule=WRITE, status_code=200, tags=["relationships"])
def restore_relationship(relationship_id: Id, tx: Write, actor: CurrentActor, now: Now) -> RelationshipOut:
    """Brings an archived relationship back; what belongs to it can be written again."""
    return usecases.restore_relationship(tx, relationship_id, actor, now)


@api.get("/relationships/{relationship_id}/team", rule=READ, tags=["relationships"])
def get_team(relationship_id: Id, tx: Read, actor: CurrentActor) -> TeamOut:
    """Answers who looks after the relationship, its owner among them. `relationship-not-found` where it is unknown or
    hidden."""
    return queries.get_team(tx, relationship_id, actor)


@api.put("/relationships/{relationship_id}/team", rule=WRITE, tags=["relationships"])
def set_team(
    relationship_id: Id, command: SetTeam, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> TeamOut:
    """Replaces the team; the owner stays on it even when left out. People of the provider side read the relationship
    only while they are on it, others where it is restricted. It is answered when every service has applied the change,
    or with 202 after five seconds. `stale-version` where somebody else changed it first."""
    return usecases.set_team(tx, relationship_id, command, version, actor, now)
