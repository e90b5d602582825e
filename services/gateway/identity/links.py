"""Rating links: what a mail carries instead of an account. Signed here; scorecards knows which are revoked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.gateway.upstream import SYSTEM, Upstreams
from shared.auth import Actor, Side
from shared.errors import NotSignedIn, Unavailable

AUDIENCE = "rating-link"


class LinkExpired(NotSignedIn):
    slug, title = "rating-link-expired", "This link has expired; ask for another"


@dataclass(frozen=True)
class RatingLink:
    """Lets one contact answer one card. It is revoked at scorecards, which is asked on every call."""

    rating_link_id: str
    scorecard_id: str
    contact_id: str
    side: Side
    expires_at: datetime

    def actor(self, name: str) -> Actor:
        return Actor(self.contact_id, name, "reviewer", self.side, "link", self.rating_link_id)


@dataclass(frozen=True)
class Contact:
    contact_id: str
    name: str
    email: str | None


class RatingLinks:
    """Makes the tokens of links and reads them again; the key is that of the actor tokens, the audience is not."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams

    def token(self, link: RatingLink) -> str:
        claims: dict[str, Any] = {name: getattr(link, name) for name in _NAMES}
        return self._upstreams.signer.sign(claims | {"aud": AUDIENCE, "exp": int(link.expires_at.timestamp())})

    def read(self, token: str, now: datetime) -> RatingLink:
        """`LinkExpired` for what once was one; `NotSignedIn` for any other text."""
        claims = self._upstreams.signer.read(token, AUDIENCE)
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        if expires_at <= now:
            raise LinkExpired()
        return RatingLink(**{name: claims[name] for name in _NAMES}, expires_at=expires_at)

    async def identify(self, token: str, now: datetime) -> tuple[Actor, RatingLink]:
        """The actor of a link, under the name that accounts has now; `NotSignedIn` where the contact is gone."""
        link = self.read(token, now)
        contact = await find_contact(self._upstreams, link.contact_id)
        if contact is None:
            raise NotSignedIn()
        return link.actor(contact.name), link


_NAMES = ("rating_link_id", "scorecard_id", "contact_id", "side")


async def find_contact(upstreams: Upstreams, contact_id: str) -> Contact | None:
    """A contact as accounts has it now; None for one that is archived, erased or unknown."""
    reply = await upstreams.json("accounts", SYSTEM, "GET", f"/v1/contacts/{contact_id}")
    if reply.status == 404:
        return None
    if not reply.is_good:
        raise Unavailable("accounts does not say who that is just now")
    found = reply.json()
    is_gone = found["archived_at"] is not None or found["erased_at"] is not None
    return None if is_gone else Contact(contact_id, found["name"], found["email"])
