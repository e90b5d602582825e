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
    """Adds a project to a relationship; from contracted on it counts for the ladder. `relationship-archived` where the
    relationship is archived; `invalid-field` where the predecessor is not of this relationship, or it ends before it
    starts."""
    return usecases.create_engagement(tx, command, actor, now)


@api.get("/engagements", rule=READ, tags=["engagements"])
def list_engagements(
    filters: Annotated[EngagementFilters, Query()], tx: Read, actor: CurrentActor
) -> Page[EngagementOut]:
    """Lists engagements in the order in which they were made. Archived ones only with `archived`, or when they are
    asked for by `id`."""
    return queries.list_engagements(tx, filters, actor)


@api.get("/engagements/{engagement_id}", rule=READ, tags=["engagements"])
def get_engagement(engagement_id: Id, tx: Read, actor: CurrentActor) -> EngagementOut:
    """Answers one engagement, also an archived one. `engagement-not-found` where it is unknown or hidden."""
    return queries.get_engagement(tx, engagement_id, actor)


@api.patch("/engagements/{engagement_id}", rule=WRITE, tags=["engagements"])
def change_engagement(
    engagement_id: Id, command: ChangeEngagement, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> EngagementOut:
    """Changes the fields that are sent and leaves the others; null clears. The rung is computed anew. `invalid-field`
    where it would follow on from itself, `stale-version` where somebody else changed it first."""
    return usecases.change_engagement(tx, engagement_id, command, version, actor, now)


@api.delete("/engagements/{engagement_id}", rule=WRITE, tags=["engagements"])
def archive_engagement(engagement_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes an engagement out of lists, timeline and ladder. `stale-version` where somebody else changed it first."""
    return usecases.archive_engagement(tx, engagement_id, version, actor, now)


@api.post("/engagements/{engagement_id}/restoration", rule=WRITE, status_code=200, tags=["engagements"])
def restore_engagement(engagement_id: Id, tx: Write, actor: CurrentActor, now: Now) -> EngagementOut:
    """Brings an archived engagement back into lists, timeline and ladder."""
    return usecases.restore_engagement(tx, engagement_id, actor, now)


@api.post("/engagements/{engagement_id}/stage-changes", rule=WRITE, status_code=200, tags=["engagements"])
def change_stage(engagement_id: Id, command: ChangeStage, tx: Write, actor: CurrentActor, now: Now) -> EngagementOut:
    """Adds a change of stage to the engagement's history, on any day up to today; the newest day decides where it
    stands. The rung is computed anew. `invalid-field` where an outcome is given without closing."""
    return usecases.change_stage(tx, engagement_id, command, actor, now)


@api.get("/engagements/{engagement_id}/stage-changes", rule=READ, tags=["engagements"])
def list_stage_changes(engagement_id: Id, tx: Read, actor: CurrentActor) -> Page[StageChangeOut]:
    """Lists every change of stage, oldest first, on one page. `engagement-not-found` where the engagement is unknown or
    hidden."""
    return queries.list_stage_changes(tx, engagement_id, actor)
