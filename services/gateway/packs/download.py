"""The answer to a request for a pack."""

from collections.abc import Mapping
from urllib.parse import quote

from anyio import CapacityLimiter
from fastapi import Request, Response

from services.gateway.packs.request import MEDIA_TYPES, Asked, plain
from shared.auth import Actor
from shared.clock import utc_day

RENDERED_AT_ONCE = 1
"""Laying out is arithmetic that keeps other threads waiting; a second at once would be done no sooner."""


def limiter() -> CapacityLimiter:
    return CapacityLimiter(RENDERED_AT_ONCE)


async def answer(request: Request, asked: Asked, actor: Actor) -> Response:
    """`Refused` where a service refuses its part, `InvalidFields` for a period that cannot be."""
    # With all that makes packs, which no start of the product should wait for.
    from services.gateway.packs.render import make

    now = request.app.state.clock()
    asked.check(utc_day(now))
    content, relationship = await make(request.app.state, asked, actor, now)
    return Response(content, media_type=MEDIA_TYPES[asked.format], headers=_named(asked, relationship))


def _named(asked: Asked, relationship: Mapping[str, str]) -> dict[str, str]:
    name = asked.file_name(relationship["sponsor_name"], relationship["provider_name"])
    disposition = f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition}
