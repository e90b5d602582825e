"""Who is at the door: a session's cookie, an API token or a rating link becomes an actor; nobody knocks too often."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Request
from starlette.types import Scope

from services.gateway.http.limits import Rates
from services.gateway.identity import hashing, queries, usecases
from services.gateway.identity.cookies import SessionCookie
from services.gateway.identity.credentials import Entry
from services.gateway.identity.links import RatingLinks
from shared.auth import Actor
from shared.clock import Clock
from shared.db.database import Database
from shared.errors import DomainError, Forbidden, NotSignedIn
from shared.settings import Settings

KNOWN_FOR = timedelta(seconds=4)  # what is revoked in another process stays out within five seconds
KNOWN_MOST = 10_000
CALLS_BY_LINK = 10
"""A second, of one link."""
SAFE = ("GET", "HEAD", "OPTIONS")

Found = Mapping[bytes, bytes]


class CsrfRefused(Forbidden):
    slug, title = "csrf-refused", "This call does not come from the application's own page"


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


class Door:
    """Remembers for a few seconds whom it let in, so that most calls ask no database."""

    def __init__(self, database: Database, links: RatingLinks, settings: Settings, clock: Clock) -> None:
        self._database, self._links, self._clock = database, links, clock
        self._known: dict[tuple[bool, bytes], tuple[datetime, Entry]] = {}
        self._forgotten = 0
        public = urlsplit(settings.public_url or "")
        self.cookie = SessionCookie(settings)
        self._origin = f"{public.scheme}://{public.netloc}".encode() if settings.public_url else None
        self.rates = Rates("default", settings.requests_per_second)
        self._link_rates = Rates("link", CALLS_BY_LINK)
        self.rate_policy = f"{self.rates.policy}, {self._link_rates.policy}".encode()

    async def authenticate(self, request: Request) -> Actor:
        """For the gateway's own routes: the entry is left in the request's state."""
        entry = await self.enter(dict(request.scope["headers"]), request.method, address_of(request.scope))
        request.scope["entente.remaining"] = self.count(entry)
        request.state.entry = entry
        return entry.actor

    def count(self, entry: Entry) -> bytes:
        """Count one call of whoever came in, as `Rates.take` does."""
        if entry.link is not None:
            return self._link_rates.take(entry.link.rating_link_id)
        return self.rates.take(entry.actor.actor_id)

    async def may_stay(self, request: Request) -> bool:
        """Whether a stream's listener would still be let in."""
        try:
            await self.enter(dict(request.scope["headers"]), request.method, address_of(request.scope))
        except DomainError:
            return False
        return True

    def has_credentials(self, found: Found) -> bool:
        return b"authorization" in found or self.session_secret(found) is not None

    def session_secret(self, found: Found) -> bytes | None:
        return self.cookie.secret_in(found.get(b"cookie", b""))

    async def enter(self, found: Found, method: str, address: str) -> Entry:
        """Who sends these headers; `NotSignedIn`, `CsrfRefused`, or `TooBusy` for an address that keeps on guessing."""
        authorization = found.get(b"authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(b" ")
            return await self._entry(scheme.lower() == b"bearer", True, secret.strip(), address)
        cookie = self.session_secret(found)
        entry = await self._entry(cookie is not None, False, cookie or b"", address)
        if method not in SAFE:
            self.check_origin(found)
            if found.get(b"x-csrf-token", b"").decode("latin-1") != hashing.csrf_token(entry.session_secret or ""):
                raise CsrfRefused("send the csrf_token of GET /api/v1/me as X-CSRF-Token")
        return entry

    def check_origin(self, found: Found) -> None:
        """Browsers say where an unsafe call comes from; another site's page is refused."""
        origin = found.get(b"origin")
        own = self._origin or b"http://" + found.get(b"host", b"")
        if origin is not None and origin != own:
            raise CsrfRefused("the call comes from another origin")

    async def _entry(self, is_offered: bool, is_token: bool, secret: bytes, address: str) -> Entry:
        if not is_offered or not secret:
            self.rates.take(address)
            raise NotSignedIn()
        known = self._known.get((is_token, secret))
        if known is not None and self._clock() < known[0]:
            return known[1]
        turn = self._forgotten
        try:
            # No API token holds a full stop, and every signed token does.
            if is_token and b"." in secret:
                entry = await self._come_by_link(secret.decode("latin-1"))
            else:
                entry = await self._come_by_secret(is_token, secret.decode("latin-1"))
        except NotSignedIn:
            self.rates.take(address)
            raise
        if len(self._known) > KNOWN_MOST:
            self._known.clear()
        if turn == self._forgotten:
            self._known[is_token, secret] = (self._clock() + KNOWN_FOR, entry)
        return entry

    async def _come_by_link(self, secret: str) -> Entry:
        actor, link = await self._links.enter(secret, self._clock())
        return Entry(actor, link=link)

    async def _come_by_secret(self, is_token: bool, secret: str) -> Entry:
        entry = await anyio.to_thread.run_sync(self._look_up, is_token, secret)
        if entry is None:
            raise NotSignedIn()
        return entry

    def _look_up(self, is_token: bool, secret: str) -> Entry | None:
        now, secret_hash = self._clock(), hashing.hash_of(secret)
        with self._database.read() as tx:
            if is_token:
                actor = queries.actor_of_token(tx, secret_hash, now)
                return None if actor is None else Entry(actor)
            row = queries.session_of(tx, secret_hash, now)
        if row is None:
            return None
        if now - row["seen_at"] > usecases.SEEN_EVERY:
            with self._database.write() as tx:
                usecases.see_session(tx, row["session_id"], now)
        actor = Actor(row["user_id"], row["name"], row["role"], row["side"], "person")
        return Entry(actor, row["session_id"], secret)

    def forget(self) -> None:
        """Ask the database about everybody again: somebody was let in or put out."""
        self._forgotten += 1
        self._known.clear()
