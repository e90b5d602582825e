"""The answer to a request for a pack."""

from urllib.parse import quote

from anyio import CapacityLimiter
from fastapi import Request, Response

from services.gateway.http.app_state import state_of
from services.gateway.packs.answers import Relationship
from services.gateway.packs.request import MEDIA_TYPES, PackRequest, plain
from shared.auth import Actor
from shared.clock import utc_day

RENDERED_AT_ONCE = 1
"""Rendering is computation under the interpreter's lock; two at once would end no sooner than one after the other."""


def limiter() -> CapacityLimiter:
    return CapacityLimiter(RENDERED_AT_ONCE)


async def download(request: Request, pack_request: PackRequest, actor: Actor) -> Response:
    """`Refused` where a service refuses its part, `InvalidFields` for a period that cannot be."""
    # The libraries that render packs load at the first request, not at the start of the product.
    from services.gateway.packs.render import render

    now = state_of(request).clock()
    pack_request.check(utc_day(now))
    content, relationship = await render(state_of(request), pack_request, actor, now)
    return Response(content, media_type=MEDIA_TYPES[pack_request.format], headers=_named(pack_request, relationship))


def _named(pack_request: PackRequest, relationship: Relationship) -> dict[str, str]:
    name = pack_request.file_name(relationship["sponsor_name"], relationship["provider_name"])
    disposition = f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition}
