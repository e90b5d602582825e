"""Signing a scorecard: the password is asked for here, and scorecards hears only that it was given."""

import pydantic_core
from anyio.to_thread import run_sync
from fastapi import Request, Response

from services.gateway import sessions
from services.gateway.schemas import SignScorecard

KEPT = (b"content-type", b"etag")


async def sign(request: Request, scorecard_id: str, command: SignScorecard) -> Response:
    """What scorecards answers to the signature of this session's person."""
    actor = await run_sync(sessions.reauthenticate, request, command.password)
    headers = [(b"content-type", b"application/json")]
    if (key := request.headers.get("idempotency-key")) is not None:
        headers.append((b"idempotency-key", key.encode("latin-1")))
    reply = await request.app.state.freshness.call(
        "scorecards",
        actor,
        "POST",
        f"/v1/scorecards/{scorecard_id}/signature".encode(),
        headers=headers,
        body=pydantic_core.to_json({"meaning": command.meaning}),
    )
    passed = {name.decode(): value.decode("latin-1") for name, value in reply.headers if name in KEPT}
    return Response(reply.body, reply.status, passed)
