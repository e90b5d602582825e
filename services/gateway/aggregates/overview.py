"""What a relationship's page begins with, from three services."""

import asyncio

from services.gateway.aggregates import timeline
from services.gateway.aggregates.schemas import Overview, TimelineEntry
from services.gateway.http.errors import Refused
from services.gateway.http.replica_wait import Freshness, ReplicaBehind
from shared.auth import Actor
from shared.errors import Unavailable

LATEST = 5


async def overview(freshness: Freshness, relationship_id: str, actor: Actor) -> Overview:
    """Everything a relationship's page begins with; `Refused` where the relationship itself is not to be had."""
    place = f"/v1/relationships/{relationship_id}"
    owner = await freshness.call("accounts", actor, "GET", place.encode())
    if not owner.is_good:
        raise Refused(owner)
    tier, ladder, latest = await asyncio.gather(
        timeline.part(freshness, "scorecards", actor, place + "/tier"),
        timeline.part(freshness, "engagements", actor, place + "/ladder"),
        _latest(freshness, relationship_id, actor),
    )
    parts = {"tier": tier, "ladder": ladder, "latest": latest}
    missing = [name for name, part in parts.items() if part is None]
    return Overview(relationship=owner.json(), **parts, missing=missing)


async def _latest(freshness: Freshness, relationship_id: str, actor: Actor) -> list[TimelineEntry] | None:
    try:
        page = await timeline.timeline(freshness, relationship_id, timeline.Span((), None, None, LATEST), actor)
    except (Unavailable, ReplicaBehind, Refused):
        return None
    return page.items
