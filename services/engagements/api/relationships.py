"""Routes that read a relationship as a whole."""

from typing import Annotated

from fastapi import Query

from services.engagements.api.router import api
from services.engagements.queries import standing, timeline
from services.engagements.schemas.relationships import EntryKind, LadderOut, ReplicaOut, StandingOut, TimelineOut
from services.engagements.schemas.values import Day, Instant
from shared.auth import READ
from shared.http.pages import Limit
from shared.http.routing import CurrentActor, Now, Read
from shared.ids import Id

EntryId = Annotated[str | None, Query(pattern="^[0-9a-f-]{36}(:[a-z]{1,20})?$")]
Kinds = Annotated[tuple[EntryKind, ...], Query(alias="kind", max_length=20, description="Only these; all without.")]


@api.get("/relationships/{relationship_id}/ladder", rule=READ, tags=["relationships"])
def get_ladder(relationship_id: Id, tx: Read, actor: CurrentActor, now: Now, as_of: Day | None = None) -> LadderOut:
    return standing.get_ladder(tx, relationship_id, as_of, actor, now)


@api.get("/relationships/{relationship_id}/standing", rule=READ, tags=["relationships"])
def get_standing(relationship_id: Id, tx: Read, actor: CurrentActor) -> StandingOut:
    return standing.get_standing(tx, relationship_id, actor)


@api.get("/relationships/{relationship_id}/timeline-entries", rule=READ, tags=["internal"])
def get_timeline(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    kinds: Kinds = (),
    after_at: Instant | None = None,
    after_id: EntryId = None,
    before_at: Instant | None = None,
    before_id: EntryId = None,
    limit: Limit = 50,
) -> TimelineOut:
    return timeline.get_timeline(
        tx, relationship_id, actor, kinds=kinds, after=(after_at, after_id), before=(before_at, before_id), limit=limit
    )


@api.get("/relationship-replicas/{relationship_id}", rule=READ, tags=["internal"])
def get_relationship_replica(relationship_id: Id, tx: Read) -> ReplicaOut:
    """The version of the relationship that is applied here; for every signed-in actor, as it says nothing else."""
    return standing.get_replica(tx, relationship_id)
