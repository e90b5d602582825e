"""Routes of signing a scorecard: parse, call, return."""

from fastapi import Request, Response

from services.gateway.mail.schemas import SigningCodeOut
from services.gateway.signing import signatures
from services.gateway.signing.schemas import RatingLinkView, SignScorecard
from shared.auth import RATE
from shared.http.routing import Api, CurrentActor
from shared.ids import Id

api = Api()

KEY = {
    "name": "Idempotency-Key", "in": "header", "description": "Handed on to the service, which keeps its answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}  # fmt: skip


@api.post(
    "/api/v1/scorecards/{scorecard_id}/signature",
    rule=RATE,
    status_code=200,
    tags=["scorecards"],
    openapi_extra={"parameters": [KEY]},
    responses={200: {"description": "The card as it stands now.", "content": {"application/json": {}}}},
)
async def sign_scorecard(scorecard_id: Id, command: SignScorecard, actor: CurrentActor, request: Request) -> Response:
    return await signatures.sign(request, scorecard_id, command)


@api.post("/api/v1/scorecards/{scorecard_id}/signing-code", rule=RATE, status_code=202, tags=["scorecards"])
async def request_signing_code(scorecard_id: Id, request: Request) -> SigningCodeOut:
    return await signatures.request_code(request, scorecard_id)


@api.get("/api/v1/rating-link", rule=RATE, tags=["scorecards"])
async def get_rating_link(request: Request) -> RatingLinkView:
    return signatures.link_view(request.state.credential)
