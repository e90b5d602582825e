"""Authentication: a session's cookie, an API token or a rating link becomes an actor, within limits a second."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Request
from starlette.types import Scope

from services.gateway.http.limits import RateLimit
from services.gateway.identity import hashing, queries, usecases
from services.gateway.identity.cookies import SessionCookie
from services.gateway.identity.credentials import Credential
from services.gateway.identity.links import RatingLinks
from shared.auth import Actor
from shared.clock import Clock
from shared.db.database import Database
from shared.errors import DomainError, Forbidden, NotSignedIn
from shared.settings import Settings

CACHED_FOR = timedelta(seconds=4)  # what is revoked in another process is refused within five seconds
CACHED_MOST = 10_000
CALLS_BY_LINK = 10
"""Calls a second with one link."""
SAFE = ("GET", "HEAD", "OPTIONS")

HeaderMap = Mapping[bytes, bytes]


class CsrfRefused(Forbidden):
    slug, title = "csrf-refused", "This call does not come from the application's own page"


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


class Authenticator:
    """Caches credentials for `CACHED_FOR`, so that most calls ask no database."""

    def __init__(self, database: Database, links: RatingLinks, settings: Settings, clock: Clock) -> None:
        self._database, self._links, self._clock = database, links, clock
        self._cached: dict[tuple[bool, bytes], tuple[datetime, Credential]] = {}
        self._generation = 0
        public = urlsplit(settings.public_url or "")
        self.cookie = SessionCookie(settings)
        self._origin = f"{public.scheme}://{public.netloc}".encode() if settings.public_url else None
        self.rates = RateLimit("default", settings.requests_per_second)
        self._link_rates = RateLimit("link", CALLS_BY_LINK)
        self.rate_policy = f"{self.rates.policy}, {self._link_rates.policy}".encode()

    async def authenticate(self, request: Request) -> Actor:
        """For the gateway's own routes: the credential is left in the request's state."""
        credential = await self.identify(dict(request.scope["headers"]), request.method, address_of(request.scope))
        request.scope["entente.remaining"] = self.count(credential)
        request.state.credential = credential
        return credential.actor

    def count(self, credential: Credential) -> bytes:
        """Count one call of a credential; see `RateLimit.count`."""
        if credential.link is not None:
            return self._link_rates.count(credential.link.rating_link_id)
        return self.rates.count(credential.actor.actor_id)

    async def may_continue(self, request: Request) -> bool:
        """Whether the credential of an open stream is still valid."""
        try:
            await self.identify(dict(request.scope["headers"]), request.method, address_of(request.scope))
        except DomainError:
            return False
        return True

    def has_credentials(self, headers: HeaderMap) -> bool:
        return b"authorization" in headers or self.session_secret(headers) is not None

    def session_secret(self, headers: HeaderMap) -> bytes | None:
        return self.cookie.secret_in(headers.get(b"cookie", b""))

    async def identify(self, headers: HeaderMap, method: str, address: str) -> Credential:
        """Who sends these headers; `NotSignedIn`, `CsrfRefused`, or `TooBusy` after many wrong ones of an address."""
        authorization = headers.get(b"authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(b" ")
            return await self._credential(scheme.lower() == b"bearer", True, secret.strip(), address)
        cookie = self.session_secret(headers)
        credential = await self._credential(cookie is not None, False, cookie or b"", address)
        if method not in SAFE:
            self.check_origin(headers)
            expected = hashing.csrf_token(credential.session_secret or "")
            if headers.get(b"x-csrf-token", b"").decode("latin-1") != expected:
                raise CsrfRefused("send the csrf_token of GET /api/v1/me as X-CSRF-Token")
        return credential

    def check_origin(self, headers: HeaderMap) -> None:
        """`CsrfRefused` where the browser names another site as the origin of an unsafe call."""
        origin = headers.get(b"origin")
        own = self._origin or b"http://" + headers.get(b"host", b"")
        if origin is not None and origin != own:
            raise CsrfRefused("the call comes from another origin")

    async def _credential(self, has_secret: bool, is_token: bool, secret: bytes, address: str) -> Credential:
        if not has_secret or not secret:
            self.rates.count(address)
            raise NotSignedIn()
        cached = self._cached.get((is_token, secret))
        if cached is not None and self._clock() < cached[0]:
            return cached[1]
        generation = self._generation
        try:
            # No API token holds a full stop, and every signed token does.
            if is_token and b"." in secret:
                credential = await self._by_link(secret.decode("latin-1"))
            else:
                credential = await self._by_secret(is_token, secret.decode("latin-1"))
        except NotSignedIn:
            self.rates.count(address)
            raise
        if len(self._cached) > CACHED_MOST:
            self._cached.clear()
        if generation == self._generation:
            self._cached[is_token, secret] = (self._clock() + CACHED_FOR, credential)
        return credential

    async def _by_link(self, secret: str) -> Credential:
        actor, link = await self._links.identify(secret, self._clock())
        return Credential(actor, link=link)

    async def _by_secret(self, is_token: bool, secret: str) -> Credential:
        credential = await anyio.to_thread.run_sync(self._look_up, is_token, secret)
        if credential is None:
            raise NotSignedIn()
        return credential

    def _look_up(self, is_token: bool, secret: str) -> Credential | None:
        now, secret_hash = self._clock(), hashing.hash_of(secret)
        with self._database.read() as tx:
            if is_token:
                actor = queries.actor_of_token(tx, secret_hash, now)
                return None if actor is None else Credential(actor)
            row = queries.session_of(tx, secret_hash, now)
        if row is None:
            return None
        if now - row["seen_at"] > usecases.USE_RECORDED_EVERY:
            with self._database.write() as tx:
                usecases.record_session_use(tx, row["session_id"], now)
        return Credential(queries.actor_of(row), row["session_id"], secret)

    def forget(self) -> None:
        """Drop the cache: a session or token may have begun or ended."""
        self._generation += 1
        self._cached.clear()
