"""Tokens of 60 seconds in which the gateway says to a service who acts, signed with Ed25519.

Apart from `shared/auth.py`, because the library that signs takes memory that a worker, which verifies none, can spare.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.auth import ROLES, SIDES, Actor
from shared.errors import NotSignedIn

TOKEN_LIFE_S = 60
Jwk = dict[str, str | list[str]]
"""A key as RFC 7517 writes it."""


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
