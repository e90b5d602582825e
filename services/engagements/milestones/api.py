"""Routes of milestones."""

from typing import Annotated

from fastapi import Query

from services.engagements.milestones import queries, usecases
from services.engagements.milestones.schemas import (
    AddMilestone,
    ChangeMilestone,
    CompleteMilestone,
    MilestoneFilters,
    MilestoneOut,
    ReopenMilestone,
)
from services.engagements.promises.schemas import CancelPromise
from shared.auth import READ, WRITE
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/engagements/{engagement_id}/milestones", rule=WRITE, tags=["milestones"])
def add_milestone(engagement_id: Id, command: AddMilestone, tx: Write, actor: CurrentActor, now: Now) -> MilestoneOut:
    """Adds a promised step to an engagement. `wrong-state` where the engagement is archived, `relationship-archived`
    where its relationship is."""
    return usecases.add_milestone(tx, engagement_id, command, actor, now)


@api.get("/engagements/{engagement_id}/milestones", rule=READ, tags=["milestones"])
def list_milestones_of_engagement(
    engagement_id: Id, tx: Read, actor: CurrentActor, after: After = None, limit: Limit = 50
) -> Page[MilestoneOut]:
    """Lists the milestones of one engagement as a plan, by the day first promised. `engagement-not-found` where it is
    unknown or hidden."""
    return queries.list_milestones(tx, MilestoneFilters(engagement_id=engagement_id, after=after, limit=limit), actor)


@api.get("/milestones", rule=READ, tags=["milestones"])
def list_milestones(filters: Annotated[MilestoneFilters, Query()], tx: Read, actor: CurrentActor) -> Page[MilestoneOut]:
    """Lists milestones: of one engagement by the day first promised, else newest first by the day on which they were
    reached, called off or lapsed, or are promised for."""
    return queries.list_milestones(tx, filters, actor)


@api.get("/milestones/{milestone_id}", rule=READ, tags=["milestones"])
def get_milestone(milestone_id: Id, tx: Read, actor: CurrentActor) -> MilestoneOut:
    """Answers one milestone. `milestone-not-found` where it is unknown or hidden."""
    return queries.get_milestone(tx, milestone_id, actor)


@api.patch("/milestones/{milestone_id}", rule=WRITE, tags=["milestones"])
def change_milestone(
    milestone_id: Id, command: ChangeMilestone, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> MilestoneOut:
    """Changes the fields that are sent and leaves the others; null clears. On time is still judged by the day first
    promised. `invalid-field` where a cause other than the provider has no reason, `stale-version` where somebody else
    changed it first."""
    return usecases.change_milestone(tx, milestone_id, command, version, actor, now)


@api.post("/milestones/{milestone_id}/completion", rule=WRITE, status_code=200, tags=["milestones"])
def complete_milestone(
    milestone_id: Id, command: CompleteMilestone, tx: Write, actor: CurrentActor, now: Now
) -> MilestoneOut:
    """Says when and how well a milestone was reached, also one that had lapsed or was called off; it counts for the
    score. `wrong-state` where it is completed already."""
    return usecases.complete_milestone(tx, milestone_id, command, actor, now)


@api.post("/milestones/{milestone_id}/cancellation", rule=WRITE, status_code=200, tags=["milestones"])
def cancel_milestone(
    milestone_id: Id, command: CancelPromise, tx: Write, actor: CurrentActor, now: Now
) -> MilestoneOut:
    """Calls an open milestone off. Only where the provider did, it counts as missed. `wrong-state` where it is
    completed or called off."""
    return usecases.cancel_milestone(tx, milestone_id, command, actor, now)


@api.post("/milestones/{milestone_id}/reopening", rule=WRITE, status_code=200, tags=["milestones"])
def reopen_milestone(
    milestone_id: Id, command: ReopenMilestone, tx: Write, actor: CurrentActor, now: Now
) -> MilestoneOut:
    """Opens a completed or called off milestone again, with its first promise; 60 days past that it lapses again.
    `wrong-state` where it is open or lapsed."""
    return usecases.reopen_milestone(tx, milestone_id, command, actor, now)
