"""Routes of interactions."""

from typing import Annotated

from fastapi import Query

from services.engagements.answers import created
from services.engagements.bulk.schemas import BulkOut
from services.engagements.interactions import queries, usecases
from services.engagements.interactions.schemas import (
    CorrectInteraction,
    InteractionFilters,
    InteractionOut,
    LogInteraction,
    LogInteractions,
)
from services.engagements.values import Retract
from shared.auth import READ, WRITE
from shared.http.pages import RowPage
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")

PARTICIPANTS = {"contact": ["participants"]}
EXISTING = {200: {"model": InteractionOut, "description": "The same record was there already."}}


@api.post("/interactions", rule=WRITE, tags=["interactions"], responses=EXISTING, requires=PARTICIPANTS)
def log_interaction(command: LogInteraction, tx: Write, actor: CurrentActor, now: Now) -> InteractionOut:
    return created(usecases.log_interaction(tx, command, actor, now))


@api.post("/interactions/bulk", rule=WRITE, status_code=200, tags=["interactions"], requires=PARTICIPANTS)
def log_interactions(command: LogInteractions, tx: Write, actor: CurrentActor, now: Now) -> BulkOut:
    return usecases.log_interactions(tx, command, actor, now)


@api.get("/interactions", rule=READ, tags=["interactions"])
def list_interactions(
    filters: Annotated[InteractionFilters, Query()], tx: Read, actor: CurrentActor
) -> RowPage[InteractionOut]:
    return queries.list_interactions(tx, filters, actor)


@api.get("/interactions/{interaction_id}", rule=READ, tags=["interactions"])
def get_interaction(interaction_id: Id, tx: Read, actor: CurrentActor) -> InteractionOut:
    return queries.get_interaction(tx, interaction_id, actor)


@api.patch("/interactions/{interaction_id}", rule=WRITE, tags=["interactions"], requires=PARTICIPANTS)
def correct_interaction(
    interaction_id: Id, command: CorrectInteraction, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    return usecases.correct_interaction(tx, interaction_id, command, version, actor, now)


@api.post("/interactions/{interaction_id}/retraction", rule=WRITE, status_code=200, tags=["interactions"])
def retract_interaction(
    interaction_id: Id, command: Retract, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    return usecases.retract_interaction(tx, interaction_id, command, actor, now)
