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
    span = timeline.Span(kinds, after, before, limit)
    return await timeline.timeline(state_of(request).replica_wait, relationship_id, span, actor)


@api.get("/api/v1/relationships/{relationship_id}/propagation", rule=READ, tags=["relationships"])
async def get_propagation(relationship_id: Id, actor: CurrentActor, request: Request) -> Propagation:
    return await propagation.propagation(state_of(request).replica_wait, relationship_id, actor)


@api.get(
    "/api/v1/scorecards/{scorecard_id}/calendar",
    rule=RATE,
    tags=["scorecards"],
    responses=CALENDAR,
    accepts_any_parameter=True,
)
async def get_card_calendar(scorecard_id: Id, actor: CurrentActor, request: Request) -> Response:
    return await reviews.card_calendar(request, scorecard_id, actor)


@api.get("/api/v1/me/reviews.ics", rule=READ, tags=["scorecards"], responses=CALENDAR, accepts_any_parameter=True)
async def get_own_calendar(actor: CurrentActor, request: Request) -> Response:
    return await reviews.own_calendar(request, actor)
