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
    """Signs what was submitted; a rater by link signs too. The card is published, and counts as evidence, at once where
    it is revealed, else with the reveal. `wrong-password` or `wrong-code` where that is not right, `forbidden` for a
    token, which never signs, and for whoever may not sign, `scorecard-status` where the card is not submitted,
    `too-many-requests` after ten tries in a minute."""
    return await signatures.sign(request, scorecard_id, command)


@api.post("/api/v1/scorecards/{scorecard_id}/signing-code", rule=RATE, status_code=202, tags=["scorecards"])
async def request_signing_code(scorecard_id: Id, request: Request) -> SigningCodeOut:
    """Mails the contact of a rating link six digits to sign with, good for fifteen minutes and five tries; earlier ones
    stop working. `forbidden` for whoever did not come by a link, `nothing-to-sign` where the card is not theirs to sign
    now, `no-mail-server` where no mail can be sent, `too-many-requests` for more than one a minute or ten a day."""
    return await signatures.request_code(request, scorecard_id)


@api.get("/api/v1/rating-link", rule=RATE, tags=["scorecards"])
async def get_rating_link(request: Request) -> RatingLinkView:
    """Answers what the link opens that the caller came by, and who that is. `forbidden` for whoever did not come by a
    link."""
    return signatures.link_view(request.state.credential)
