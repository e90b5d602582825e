"""Routes of engagements and their stages."""

from typing import Annotated

from fastapi import Query

from services.engagements.engagements import queries, usecases
from services.engagements.engagements.schemas import (
    ChangeEngagement,
    ChangeStage,
    CreateEngagement,
    EngagementFilters,
    EngagementOut,
    StageChangeOut,
)
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/engagements", rule=WRITE, tags=["engagements"])
def create_engagement(command: CreateEngagement, tx: Write, actor: CurrentActor, now: Now) -> EngagementOut:
    return usecases.create_engagement(tx, command, actor, now)


@api.get("/engagements", rule=READ, tags=["engagements"])
def list_engagements(
    filters: Annotated[EngagementFilters, Query()], tx: Read, actor: CurrentActor
) -> Page[EngagementOut]:
    return queries.list_engagements(tx, filters, actor)


@api.get("/engagements/{engagement_id}", rule=READ, tags=["engagements"])
def get_engagement(engagement_id: Id, tx: Read, actor: CurrentActor) -> EngagementOut:
    return queries.get_engagement(tx, engagement_id, actor)


@api.patch("/engagements/{engagement_id}", rule=WRITE, tags=["engagements"])
def change_engagement(
    engagement_id: Id, command: ChangeEngagement, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> EngagementOut:
    return usecases.change_engagement(tx, engagement_id, command, version, actor, now)


@api.delete("/engagements/{engagement_id}", rule=WRITE, tags=["engagements"])
def archive_engagement(engagement_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_engagement(tx, engagement_id, version, actor, now)


@api.post("/engagements/{engagement_id}/restoration", rule=WRITE, status_code=200, tags=["engagements"])
def restore_engagement(engagement_id: Id, tx: Write, actor: CurrentActor, now: Now) -> EngagementOut:
    return usecases.restore_engagement(tx, engagement_id, actor, now)


@api.post("/engagements/{engagement_id}/stage-changes", rule=WRITE, status_code=200, tags=["engagements"])
def change_stage(engagement_id: Id, command: ChangeStage, tx: Write, actor: CurrentActor, now: Now) -> EngagementOut:
    return usecases.change_stage(tx, engagement_id, command, actor, now)


@api.get("/engagements/{engagement_id}/stage-changes", rule=READ, tags=["engagements"])
def list_stage_changes(engagement_id: Id, tx: Read, actor: CurrentActor) -> Page[StageChangeOut]:
    return queries.list_stage_changes(tx, engagement_id, actor)
