"""A pack from what was asked to its bytes: read as the caller, redacted, composed, laid out beside the event loop."""

from collections.abc import Collection, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from anyio.to_thread import run_sync
from starlette.datastructures import State

from services.gateway.identity import queries
from services.gateway.packs.compose import composed
from services.gateway.packs.data import Reading
from services.gateway.packs.queries import read
from services.gateway.packs.redaction import for_audience
from services.gateway.packs.request import Asked
from shared.auth import Actor, Side


async def make(state: State, asked: Asked, actor: Actor, now: datetime) -> tuple[bytes, Mapping[str, Any]]:
    """The file, and the relationship that it is of as its reader has it."""

    async def names(ids: Collection[str]) -> Mapping[str, str]:
        return await run_sync(_names, state, ids)

    reading = await read(state.freshness, names, asked, actor, now)
    content = await run_sync(_laid_out, reading, asked, actor.side, now, limiter=state.pack_limiter)
    return content, reading.relationship.body


def _names(state: State, ids: Collection[str]) -> Mapping[str, str]:
    with state.database.read() as tx:
        found = queries.list_actors(tx, ids, state.made_up_actors)
    return {actor.id: actor.name for actor in found.items}


def _laid_out(reading: Reading, asked: Asked, side: Side, now: datetime) -> bytes:
    pack = composed(for_audience(reading, asked.audience, side), asked, now)
    # One form's libraries need not be loaded for another's.
    renderer = import_module(f"services.gateway.packs.as_{asked.format}")
    content: bytes = renderer.rendered(pack)
    return content
