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
    return usecases.create_relationship(tx, command, actor, now)


@api.get("/relationships", rule=READ, tags=["relationships"])
def list_relationships(
    tx: Read, actor: CurrentActor, wanted: Annotated[RelationshipFilter, Query()]
) -> Page[RelationshipOut]:
    return queries.list_relationships(tx, actor, wanted)


@api.get("/relationships/{relationship_id}", rule=READ, tags=["relationships"])
def get_relationship(relationship_id: Id, tx: Read, actor: CurrentActor) -> RelationshipOut:
    return queries.get_relationship(tx, relationship_id, actor)


@api.patch("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def change_relationship(
    relationship_id: Id, command: ChangeRelationship, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> RelationshipOut:
    return usecases.change_relationship(tx, relationship_id, command, version, actor, now)


@api.delete("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def archive_relationship(relationship_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_relationship(tx, relationship_id, version, actor, now)


@api.post("/relationships/{relationship_id}/restoration", rule=WRITE, status_code=200, tags=["relationships"])
def restore_relationship(relationship_id: Id, tx: Write, actor: CurrentActor, now: Now) -> RelationshipOut:
    return usecases.restore_relationship(tx, relationship_id, actor, now)


@api.get("/relationships/{relationship_id}/team", rule=READ, tags=["relationships"])
def get_team(relationship_id: Id, tx: Read, actor: CurrentActor) -> TeamOut:
    return queries.get_team(tx, relationship_id, actor)


@api.put("/relationships/{relationship_id}/team", rule=WRITE, tags=["relationships"])
def set_team(
    relationship_id: Id, command: SetTeam, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> TeamOut:
    return usecases.set_team(tx, relationship_id, command, version, actor, now)
