"""What is due, for calendar programs: of one scorecard, and of every one that waits for the actor."""

from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from services.gateway.http.errors import ServiceRefusal
from services.gateway.mail.calendars import calendar_of
from shared.auth import Actor
from shared.http.pages import LIMIT_MOST

CARDS_MOST = 1_000
"""Entries in one calendar; what is due first is in it."""


async def card_calendar(request: Request, scorecard_id: str, actor: Actor) -> Response:
    return _calendar(request, [await _ask(request, actor, f"/v1/scorecards/{scorecard_id}")], "scorecard.ics")


async def own_calendar(request: Request, actor: Actor) -> Response:
    """The due days of every card that the actor may rate now."""
    cards: list[dict[str, Any]] = []
    asked = {"due": "mine", "limit": str(LIMIT_MOST)}
    while len(cards) < CARDS_MOST:
        page = await _ask(request, actor, f"/v1/scorecards?{urlencode(asked)}")
        cards += page["items"]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    return _calendar(request, sorted(cards, key=lambda card: (card["due_on"], card["id"])), "reviews.ics")


async def _ask(request: Request, actor: Actor, path: str) -> Any:
    path, _, query = path.partition("?")
    reply = await request.app.state.replica_wait.call("scorecards", actor, "GET", path.encode(), query=query.encode())
    if not reply.is_good:
        raise ServiceRefusal(reply)
    return reply.json()


def _calendar(request: Request, cards: list[dict[str, Any]], name: str) -> Response:
    content = calendar_of(
        cards, request.app.state.address or str(request.base_url).rstrip("/"), request.app.state.clock()
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
