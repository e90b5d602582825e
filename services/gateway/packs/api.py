"""The route of a business review as a file: parse, call, return."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.gateway.packs.download import download
from services.gateway.packs.request import MEDIA_TYPES, PackAudience, PackFormat, PackRequest
from shared.auth import READ
from shared.http.routing import Api, CurrentActor
from shared.ids import Id
from shared.values import Day

api = Api()

PACK = {200: {"description": "The pack as a file.", "content": {media_type: {} for media_type in MEDIA_TYPES.values()}}}


PeriodDay = Annotated[Day, Query(description="Both days of the period are included.")]


@api.get("/api/v1/relationships/{relationship_id}/packs", rule=READ, tags=["relationships"], responses=PACK)
async def get_pack(
    relationship_id: Id,
    period_starts_on: PeriodDay,
    period_ends_on: PeriodDay,
    format: PackFormat,
    audience: PackAudience,
    actor: CurrentActor,
    request: Request,
) -> Response:
    """Answers the business review of a relationship and a period as a PDF, XLSX or PPTX file: tier and why, both sides'
    cards, facts, engagements, actions. For the other side's eyes, `audience=external` leaves out what only one side
    should read. `invalid-field` for a period that ends before it begins, has not begun, or is longer than two years."""
    wanted = PackRequest(relationship_id, period_starts_on, period_ends_on, format, audience)
    return await download(request, wanted, actor)
