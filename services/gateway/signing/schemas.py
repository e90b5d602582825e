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
    """The signer's own password, given again; null by link."""
    code: Annotated[str, StringConstraints(pattern="^[0-9]{6}$")] | None = None
    """The six digits that were mailed; null for a person who signs in."""
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What the signature stands for, 1 to 200 characters, as approved."""


class RatingLinkView(BaseModel):
    """What the link opens that the actor came by, and who that is."""

    rating_link_id: str
    contact_id: str
    """The id of the contact who came by it."""
    scorecard_id: str
    """The id of the one scorecard that it opens."""
    side: Side
    """The side whose card it is."""
    name: str
    """What the contact is called."""
    expires_at: datetime
