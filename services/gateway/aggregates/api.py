"""Routes of reads composed from several services: parse, call, return."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.gateway.aggregates import overview, propagation, reviews, timeline
from services.gateway.aggregates.schemas import Overview, Timeline
from services.gateway.http.app_state import state_of
from services.gateway.http.schemas import Propagation
from shared.auth import RATE, READ
from shared.http.pages import After, Limit
from shared.http.routing import Api, CurrentActor
from shared.ids import Id

api = Api()

CALENDAR = {200: {"description": "Due days, for calendar programs.", "content": {"text/calendar": {}}}}


Kinds = Annotated[tuple[str, ...], Query(alias="kind", max_length=20, description="Only these; all without.")]


@api.get("/api/v1/relationships/{relationship_id}/overview", rule=READ, tags=["relationships"])
async def get_overview(relationship_id: Id, actor: CurrentActor, request: Request) -> Overview:
    """Answers what a relationship's page begins with, from three services: the relationship, its tier, its ladder and
    the newest of its timeline. A part that does not come in time is null and named in `missing`.
    `relationship-not-found` where it is unknown or hidden."""
    return await overview.overview(state_of(request).replica_wait, relationship_id, actor)


@api.get("/api/v1/relationships/{relationship_id}/timeline", rule=READ, tags=["relationships"])
async def get_timeline(
    relationship_id: Id,
    actor: CurrentActor,
    request: Request,
    kinds: Kinds = (),
    after: After = None,
    before: After = None,
    limit: Limit = 50,
) -> Timeline:
    """Answers everything of a relationship in one order, newest first, over all services, each entry with what it does
    to the score. `after` goes on to older entries, `before` back to newer ones, never both. `unavailable` where a
    service does not answer, for an entry left out could not be found again."""
    span = timeline.Span(kinds, after, before, limit)
    return await timeline.timeline(state_of(request).replica_wait, relationship_id, span, actor)


@api.get("/api/v1/relationships/{relationship_id}/propagation", rule=READ, tags=["relationships"])
async def get_propagation(relationship_id: Id, actor: CurrentActor, request: Request) -> Propagation:
    """Answers which services have applied the relationship's present visibility and team: what to ask again after a
    202."""
    return await propagation.propagation(state_of(request).replica_wait, relationship_id, actor)


@api.get(
    "/api/v1/scorecards/{scorecard_id}/calendar",
    rule=RATE,
    tags=["scorecards"],
    responses=CALENDAR,
    accepts_any_parameter=True,
)
async def get_card_calendar(scorecard_id: Id, actor: CurrentActor, request: Request) -> Response:
    """Answers a card's due day as an iCalendar file. Calendar programs may add query parameters of their own."""
    return await reviews.card_calendar(request, scorecard_id, actor)


@api.get("/api/v1/me/reviews.ics", rule=READ, tags=["scorecards"], responses=CALENDAR, accepts_any_parameter=True)
async def get_own_calendar(actor: CurrentActor, request: Request) -> Response:
    """Answers the due days of every card that waits for the reader's answers as an iCalendar file, up to 1,000, what is
    due first. Calendar programs may add query parameters of their own."""
    return await reviews.own_calendar(request, actor)
