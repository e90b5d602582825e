"""Who sent a request, and by which session or link."""

from typing import NamedTuple

from services.gateway.identity.links import RatingLink
from shared.auth import Actor


class Credential(NamedTuple):
    """An actor, and the session or link that it came by; a client with a token has neither."""

    actor: Actor
    session_id: str | None = None
    session_secret: str | None = None
    link: RatingLink | None = None
