"""Routes of actions and issues."""

from typing import Annotated

from fastapi import Query

from services.engagements.actions import queries, usecases
from services.engagements.actions.schemas import ActionFilters, ActionOut, ChangeAction, CompleteAction, CreateAction
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")

OWNER = {"contact": ["owner_contact_id"]}


@api.post("/actions", rule=WRITE, tags=["actions"], requires=OWNER)
def create_action(command: CreateAction, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    """Adds a follow-up to a relationship. `relationship-archived` where that is archived; `invalid-field` where two
    owners are named, the contact is gone, or the interaction is not of this relationship."""
    return usecases.create_action(tx, command, actor, now)


@api.get("/actions", rule=READ, tags=["actions"])
def list_actions(filters: Annotated[ActionFilters, Query()], tx: Read, actor: CurrentActor) -> Page[ActionOut]:
    """Lists follow-ups, oldest first. Archived ones only with `archived`."""
    return queries.list_actions(tx, filters, actor)


@api.get("/actions/{action_id}", rule=READ, tags=["actions"])
def get_action(action_id: Id, tx: Read, actor: CurrentActor) -> ActionOut:
    """Answers one follow-up, also an archived one. `action-not-found` where it is unknown or hidden."""
    return queries.get_action(tx, action_id, actor)


@api.patch("/actions/{action_id}", rule=WRITE, tags=["actions"], requires=OWNER)
def change_action(
    action_id: Id, command: ChangeAction, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ActionOut:
    """Changes the fields that are sent and leaves the others; null clears, and `done_on: null` opens it again.
    `stale-version` where somebody else changed it first."""
    return usecases.change_action(tx, action_id, command, version, actor, now)


@api.delete("/actions/{action_id}", rule=WRITE, tags=["actions"])
def archive_action(action_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes a follow-up out of lists and the timeline. `stale-version` where somebody else changed it first."""
    return usecases.archive_action(tx, action_id, version, actor, now)


@api.post("/actions/{action_id}/restoration", rule=WRITE, status_code=200, tags=["actions"])
def restore_action(action_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    """Brings an archived follow-up back into lists."""
    return usecases.restore_action(tx, action_id, actor, now)


@api.post("/actions/{action_id}/completion", rule=WRITE, status_code=200, tags=["actions"])
def complete_action(action_id: Id, command: CompleteAction, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    """Says on which day a follow-up was done; it then is in the timeline. `wrong-state` where it is done already."""
    return usecases.complete_action(tx, action_id, command, actor, now)
