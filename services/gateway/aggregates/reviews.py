"""What is due, for calendar programs: of one scorecard, and of every one that waits for the actor."""

from urllib.parse import urlencode

from fastapi import Request, Response

from services.gateway.http.app_state import state_of
from services.gateway.http.errors import ServiceRefusal
from services.gateway.mail.calendars import Card, calendar_of
from services.gateway.upstream import Reply
from shared.auth import Actor
from shared.http.pages import LIMIT_MOST

CARDS_MOST = 1_000
"""Entries in one calendar; what is due first is in it."""


async def card_calendar(request: Request, scorecard_id: str, actor: Actor) -> Response:
    return _calendar(request, [(await _ask(request, actor, f"/v1/scorecards/{scorecard_id}")).json()], "scorecard.ics")


async def own_calendar(request: Request, actor: Actor) -> Response:
    """The due days of every card that the actor may rate now."""
    cards: list[Card] = []
    asked = {"due": "mine", "limit": str(LIMIT_MOST)}
    while len(cards) < CARDS_MOST:
        page = (await _ask(request, actor, f"/v1/scorecards?{urlencode(asked)}")).json()
        cards += page["items"]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    return _calendar(request, sorted(cards, key=lambda card: (card["due_on"], card["id"])), "reviews.ics")


async def _ask(request: Request, actor: Actor, path: str) -> Reply:
    path, _, query = path.partition("?")
    reply = await state_of(request).replica_wait.call("scorecards", actor, "GET", path.encode(), query=query.encode())
    if not reply.is_good:
        raise ServiceRefusal(reply)
    return reply


def _calendar(request: Request, cards: list[Card], name: str) -> Response:
    content = calendar_of(
        cards, state_of(request).address or str(request.base_url).rstrip("/"), state_of(request).clock()
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
