"""Requests and responses of signing a scorecard."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from services.gateway.identity.schemas import Secret
from shared.auth import Side
from shared.http.bodies import Command


class SignScorecard(Command):
    """`password` is the signer's own, given again; a rater by link gives the `code` that was mailed instead.

    Neither goes further than the gateway.
    """

    password: Secret | None = None
    code: Annotated[str, StringConstraints(pattern="^[0-9]{6}$")] | None = None
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RatingLinkView(BaseModel):
    """What the link opens that the actor came by, and who that is."""

    rating_link_id: str
    contact_id: str
    scorecard_id: str
    side: Side
    name: str
    expires_at: datetime
