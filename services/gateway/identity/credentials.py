"""Who sent a request, and by which session or link."""

from typing import NamedTuple

from services.gateway.identity.links import RatingLink
from shared.auth import Actor


class Entry(NamedTuple):
    """Who came in, and by which session or link; a client with a token has neither."""

    actor: Actor
    session_id: str | None = None
    session_secret: str | None = None
    link: RatingLink | None = None
