"""Renders a pack: read as the actor, redacted, composed, and laid out in a thread beside the event loop."""

from collections.abc import Collection, Mapping
from datetime import datetime
from importlib import import_module

from anyio.to_thread import run_sync

from services.gateway.http.app_state import GatewayState
from services.gateway.identity import queries
from services.gateway.packs.answers import Relationship
from services.gateway.packs.compose import compose
from services.gateway.packs.data import PackData
from services.gateway.packs.queries import read
from services.gateway.packs.redaction import for_audience
from services.gateway.packs.request import PackRequest
from shared.auth import Actor, Side


async def render(state: GatewayState, request: PackRequest, actor: Actor, now: datetime) -> tuple[bytes, Relationship]:
    """The file, and the relationship as its reader may see it."""

    async def names(ids: Collection[str]) -> Mapping[str, str]:
        return await run_sync(_names, state, ids)

    data = await read(state.replica_wait, names, request, actor, now)
    content = await run_sync(_render_form, data, request, actor.side, now, limiter=state.pack_limiter)
    return content, data.relationship.body


def _names(state: GatewayState, ids: Collection[str]) -> Mapping[str, str]:
    with state.database.read() as tx:
        found = queries.list_actors(tx, ids, state.made_up_actors)
    return {actor.id: actor.name for actor in found.items}


def _render_form(data: PackData, request: PackRequest, side: Side, now: datetime) -> bytes:
    pack = compose(for_audience(data, request.audience, side), request, now)
    # One form's libraries need not be loaded for another's.
    renderer = import_module(f"services.gateway.packs.as_{request.format}")
    content: bytes = renderer.render(pack)
    return content
