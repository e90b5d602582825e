"""Who acts, what a route allows, and which rows a reader may see; 60-second tokens between gateway and services."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.errors import Forbidden, NotSignedIn

Role = Literal["viewer", "reviewer", "manager", "admin"]
Side = Literal["sponsor", "provider"]
ActorKind = Literal["person", "client", "link"]
ROLES: tuple[Role, ...] = ("viewer", "reviewer", "manager", "admin")
SIDES: tuple[Side, ...] = ("sponsor", "provider")
TOKEN_LIFE_S = 60
Jwk = dict[str, str | list[str]]
"""A key as RFC 7517 writes it."""


@dataclass(frozen=True)
class Actor:
    """A person, a client with a token, or a contact with a link to one thing, on whose behalf a request is made.

    ``is_reauthenticated``: the gateway has just asked for the password again, for this one request.
    """

    actor_id: str
    name: str
    role: Role
    side: Side
    kind: ActorKind
    link_id: str | None = None
    is_reauthenticated: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role == "admin" and self.side == "sponsor"


@dataclass(frozen=True)
class Rule:
    """What a route asks of its actor before anything of the request is read (docs/design/contract.md, Who)."""

    name: str
    roles: frozenset[Role] | None
    sides: frozenset[Side] = frozenset(SIDES)
    admits_links: bool = False

    def check(self, actor: Actor) -> None:
        if actor.kind == "link" and not self.admits_links:
            raise Forbidden("a link opens one thing, and not this")
        if self.roles is None or actor.role not in self.roles or actor.side not in self.sides:
            raise Forbidden(f"a {actor.role} of the {actor.side} side may not do this")


PUBLIC = Rule("public", None)
READ = Rule("read", frozenset(ROLES))
RATE = Rule("rate", frozenset(ROLES), admits_links=True)
"""Whatever an answerer of a scorecard may call; the use case decides for whom."""
WRITE = Rule("write", frozenset(("manager", "admin")), frozenset(("sponsor",)))
ADMIN = Rule("admin", frozenset(("admin",)), frozenset(("sponsor",)))


def readable(
    actor: Actor, key: sa.ColumnElement[str], is_restricted: sa.ColumnElement[bool], team: sa.Table
) -> sa.ColumnElement[bool]:
    """The one list filter: rows whose guarded resource this actor may read.

    ``team`` has one row per (resource, actor) with the resource's id in its first column and ``actor_id``. Admins read
    everything; people of the provider side only what they are on the team of; others what is open or theirs.
    """
    if actor.is_admin:
        return sa.true()
    resource = next(iter(team.primary_key.columns))
    on_team = sa.exists().where(resource == key, team.c.actor_id == actor.actor_id).correlate_except(team)
    return on_team if actor.side == "provider" else sa.or_(sa.not_(is_restricted), on_team)


def any_actor(is_admin: bool, side: Side) -> Actor:
    """Any actor of these rights, for a statement that is built once; its parameter `of_actor` gives the id."""
    actor_id = cast(str, sa.bindparam("of_actor"))  # it stands in SQL alone, where an id would
    return Actor(actor_id, "", "admin" if is_admin else "viewer", side, "person")


def reads(actor: Actor, is_restricted: bool, team: Collection[str]) -> bool:
    """The rule of `readable` for one row at hand."""
    return actor.is_admin or actor.actor_id in team or (actor.side != "provider" and not is_restricted)


class TokenSigner:
    """Signs what the gateway says about an actor, for one audience; a token is used again for half its life."""

    def __init__(self, private_jwk: Jwk) -> None:
        self._key = OKPKey.import_key(private_jwk)
        self._signed: dict[tuple[Actor, str], tuple[float, str]] = {}

    def token(self, actor: Actor, audience: str) -> str:
        now = time.time()
        signed = self._signed.get((actor, audience))
        if signed is not None and now - signed[0] < TOKEN_LIFE_S / 2:
            return signed[1]
        claims = {
            "aud": audience,
            "sub": actor.actor_id,
            "name": actor.name,
            "role": actor.role,
            "side": actor.side,
            "kind": actor.kind,
            "link": actor.link_id,
            "reauthenticated": actor.is_reauthenticated,
            "iat": int(now),
            "exp": int(now) + TOKEN_LIFE_S,
        }
        token = self.sign(claims)
        if len(self._signed) > 10_000:
            self._signed.clear()
        self._signed[actor, audience] = (now, token)
        return token

    def sign(self, claims: Mapping[str, object]) -> str:
        """A token that says these claims, `aud` among them: whoever reads it asks for its audience."""
        return jwt.encode({"alg": "Ed25519"}, dict(claims), self._key, algorithms=["Ed25519"])

    def read(self, token: str, audience: str) -> dict[str, Any]:  # what its signer put in
        """The claims of a token that was signed here for this audience; `NotSignedIn` for any other."""
        try:
            claims = jwt.decode(token, self._key, algorithms=["Ed25519"]).claims
        except (JoseError, ValueError, TypeError):
            claims = {}
        if claims.get("aud") != audience:
            raise NotSignedIn()
        return claims


class TokenVerifier:
    """Verifies actor tokens of one audience; a verified token is remembered until it expires."""

    def __init__(self, public_jwk: Jwk, audience: str) -> None:
        self._key = OKPKey.import_key(public_jwk)
        self._audience = audience
        self._known: dict[str, tuple[float, Actor]] = {}

    def actor(self, token: str) -> Actor:
        """The actor a token names; `NotSignedIn` for a foreign, altered or expired one."""
        now = time.time()
        known = self._known.get(token)
        if known is not None and now < known[0]:
            return known[1]
        try:
            claims = jwt.decode(token, self._key, algorithms=["Ed25519"]).claims
            who = [claims[name] for name in ("sub", "name", "role", "side", "kind", "link", "reauthenticated")]
            actor = Actor(*who)
            expires = float(claims["exp"])
            is_valid = claims["aud"] == self._audience and now < expires and actor.role in ROLES and actor.side in SIDES
        except (JoseError, KeyError, ValueError, TypeError):
            is_valid = False
        if not is_valid:
            raise NotSignedIn("this service answers only the gateway")
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[token] = (expires, actor)
        return actor


def new_key() -> Jwk:
    """A fresh Ed25519 key pair as a private JWK."""
    return dict(OKPKey.generate_key("Ed25519").as_dict(private=True))


def parse_key(text: str, *, is_private: bool) -> Jwk:
    """An Ed25519 key from the text of its JWK; ValueError where it is none."""
    jwk = json.loads(text)
    try:
        if jwk["crv"] == "Ed25519" and OKPKey.import_key(jwk).is_private >= is_private:
            return dict(jwk)
    except (JoseError, KeyError, TypeError, ValueError):
        pass
    raise ValueError("is not an Ed25519 key")


def public_half(private_jwk: Jwk) -> Jwk:
    return {name: value for name, value in private_jwk.items() if name != "d"}
