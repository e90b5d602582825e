"""The stream of live updates: parse, call, return."""

from typing import Annotated, Protocol

from fastapi import Header, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway.http.app_state import GatewayState
from services.gateway.live.feed import Feed
from shared.auth import READ
from shared.errors import InvalidField
from shared.http.routing import Api, CurrentActor

api = Api()


LastEventId = Annotated[str | None, Header(max_length=20, description="The id of the last event that was received.")]


class LiveState(GatewayState, Protocol):
    feed: Feed


@api.get(
    "/api/v1/events",
    rule=READ,
    tags=["live"],
    responses={200: {"description": "What may be read again, as it happens.", "content": {"text/event-stream": {}}}},
)
async def stream_events(actor: CurrentActor, request: Request, last_event_id: LastEventId = None) -> Response:
    """Streams as server-sent events which records changed, as it happens, each only to whoever may read it; what they
    are is read by their own routes. With `Last-Event-ID` it goes on from there, for a day; an event `reset` says that
    something was missed. It ends when the session does. `too-many-requests` for more than ten streams at once."""
    after = None if last_event_id is None else _sequence(last_event_id)
    state: LiveState = request.app.state
    stream = state.feed.open(actor, after, lambda: state.authenticator.may_continue(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidField("Last-Event-ID", "is not the id of an event of this stream")
    return int(text)
