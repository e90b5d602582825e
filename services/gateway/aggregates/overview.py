"""What a relationship's page begins with, from three services."""

import asyncio

from services.gateway.aggregates import timeline
from services.gateway.aggregates.schemas import Overview, TimelineEntry
from services.gateway.http.errors import ServiceRefusal
from services.gateway.http.replica_wait import ReplicaWait
from shared.auth import Actor
from shared.errors import ReplicaBehind, Unavailable

LATEST = 5


async def overview(replica_wait: ReplicaWait, relationship_id: str, actor: Actor) -> Overview:
    """Everything a relationship's page begins with; `ServiceRefusal` where accounts refuses the relationship itself."""
    path = f"/v1/relationships/{relationship_id}"
    owner = await replica_wait.call("accounts", actor, "GET", path.encode())
    if not owner.is_good:
        raise ServiceRefusal(owner)
    tier, ladder, latest = await asyncio.gather(
        timeline.part(replica_wait, "scorecards", actor, path + "/tier"),
        timeline.part(replica_wait, "engagements", actor, path + "/ladder"),
        _latest(replica_wait, relationship_id, actor),
    )
    parts = {"tier": tier, "ladder": ladder, "latest": latest}
    missing = [name for name, part in parts.items() if part is None]
    return Overview(relationship=owner.json(), **parts, missing=missing)


async def _latest(replica_wait: ReplicaWait, relationship_id: str, actor: Actor) -> list[TimelineEntry] | None:
    try:
        page = await timeline.timeline(replica_wait, relationship_id, timeline.Span((), None, None, LATEST), actor)
    except (Unavailable, ReplicaBehind, ServiceRefusal):
        return None
    return page.items
