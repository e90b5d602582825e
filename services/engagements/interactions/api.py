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
    """Records what happened between people; an experience, or the findings of an audit, count for the score, and
    contact moves the next contact due. With an `external_id` it is logged once: the same again is answered with 200,
    another one of the same id and kind is refused as `external-id-exists`. `relationship-archived` where the
    relationship is archived."""
    return created(usecases.log_interaction(tx, command, actor, now))


@api.post("/interactions/bulk", rule=WRITE, status_code=200, tags=["interactions"], requires=PARTICIPANTS)
def log_interactions(command: LogInteractions, tx: Write, actor: CurrentActor, now: Now) -> BulkOut:
    """Logs up to 1,000 interactions, each with its own outcome: one that is refused stops no other, and those accepted
    are stored together. The answer is 200 even where every item was refused."""
    return usecases.log_interactions(tx, command, actor, now)


@api.get("/interactions", rule=READ, tags=["interactions"])
def list_interactions(
    filters: Annotated[InteractionFilters, Query()], tx: Read, actor: CurrentActor
) -> RowPage[InteractionOut]:
    """Lists interactions, newest first. Private notes only for their author and admins; retracted ones only with
    `retracted`, or when they are asked for by `id`."""
    return queries.list_interactions(tx, filters, actor)


@api.get("/interactions/{interaction_id}", rule=READ, tags=["interactions"])
def get_interaction(interaction_id: Id, tx: Read, actor: CurrentActor) -> InteractionOut:
    """Answers one interaction, also a retracted one. `interaction-not-found` where it is unknown or hidden, or another
    person's private note."""
    return queries.get_interaction(tx, interaction_id, actor)


@api.patch("/interactions/{interaction_id}", rule=WRITE, tags=["interactions"], requires=PARTICIPANTS)
def correct_interaction(
    interaction_id: Id, command: CorrectInteraction, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    """Corrects the fields that are sent and leaves the others; null clears. The score and the next contact due are
    computed anew. `wrong-state` where it was retracted, `stale-version` where somebody else changed it first."""
    return usecases.correct_interaction(tx, interaction_id, command, version, actor, now)


@api.post("/interactions/{interaction_id}/retraction", rule=WRITE, status_code=200, tags=["interactions"])
def retract_interaction(
    interaction_id: Id, command: Retract, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    """Takes back what was logged in error: it counts no more and its external id is free again, but it stays with the
    reason. `wrong-state` where it was retracted already."""
    return usecases.retract_interaction(tx, interaction_id, command, actor, now)
