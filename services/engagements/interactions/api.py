"""Routes of interactions."""

from typing import Annotated

from fastapi import Query

from services.engagements.answers import created
from services.engagements.bulk.schemas import BulkOut
from services.engagements.interactions import queries, usecases
from services.engagements.interactions.schemas import (
    CorrectInteraction,
    InteractionOut,
    LogInteraction,
    LogInteractions,
)
from services.engagements.values import Instant, Retract
from services.engagements.vocabulary import InteractionKind
from shared.auth import READ, WRITE
from shared.http.pages import After, Ids, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")

EXISTING = {200: {"model": InteractionOut, "description": "The same record was there already."}}


@api.post("/interactions", rule=WRITE, tags=["interactions"], responses=EXISTING)
def log_interaction(command: LogInteraction, tx: Write, actor: CurrentActor, now: Now) -> InteractionOut:
    return created(usecases.log_interaction(tx, command, actor, now))


@api.post("/interactions/bulk", rule=WRITE, status_code=200, tags=["interactions"])
def log_interactions(command: LogInteractions, tx: Write, actor: CurrentActor, now: Now) -> BulkOut:
    return usecases.log_interactions(tx, command, actor, now)


@api.get("/interactions", rule=READ, tags=["interactions"])
def list_interactions(
    tx: Read,
    actor: CurrentActor,
    relationship_id: Id | None = None,
    engagement_id: Id | None = None,
    kind: InteractionKind | None = None,
    author_id: Id | None = None,
    since: Annotated[Instant | None, Query(alias="from", description="Occurred at or after.")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Occurred before.")] = None,
    ids: Ids = (),
    retracted: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[InteractionOut]:
    return queries.list_interactions(
        tx, actor, relationship_id=relationship_id, engagement_id=engagement_id, kind=kind, author_id=author_id,
        since=since, until=until, ids=ids, retracted=retracted, after=after, limit=limit,
    )  # fmt: skip


@api.get("/interactions/{interaction_id}", rule=READ, tags=["interactions"])
def get_interaction(interaction_id: Id, tx: Read, actor: CurrentActor) -> InteractionOut:
    return queries.get_interaction(tx, interaction_id, actor)


@api.patch("/interactions/{interaction_id}", rule=WRITE, tags=["interactions"])
def correct_interaction(
    interaction_id: Id, command: CorrectInteraction, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    return usecases.correct_interaction(tx, interaction_id, command, version, actor, now)


@api.post("/interactions/{interaction_id}/retraction", rule=WRITE, status_code=200, tags=["interactions"])
def retract_interaction(
    interaction_id: Id, command: Retract, tx: Write, actor: CurrentActor, now: Now
) -> InteractionOut:
    return usecases.retract_interaction(tx, interaction_id, command, actor, now)
