"""Routes of the timeline."""

from typing import Annotated

from fastapi import Query

from services.engagements.timeline import queries
from services.engagements.timeline.schemas import EntryKind, TimelineOut
from shared.auth import READ
from shared.http.pages import Limit
from shared.http.routing import Api, CurrentActor, Read
from shared.ids import Id
from shared.values import Instant

api = Api(prefix="/v1")

EntryId = Annotated[str | None, Query(pattern="^[0-9a-f-]{36}(:[a-z]{1,20})?$")]


Kinds = Annotated[tuple[EntryKind, ...], Query(alias="kind", max_length=20, description="Only these; all without.")]


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
    """Answers this service's part of a relationship's timeline, newest first: entries older than (`after_at`,
    `after_id`), or just newer than (`before_at`, `before_id`)."""
    return queries.get_timeline(
        tx, relationship_id, actor, kinds=kinds, after=(after_at, after_id), before=(before_at, before_id), limit=limit
    )
