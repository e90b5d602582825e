"""Signing in and out over HTTP: the cookie, the limit of attempts, and transactions that outlive a refusal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from fastapi import Request, Response

from services.gateway.identity import hashing, queries, usecases
from services.gateway.identity.cookies import SessionCookie
from services.gateway.identity.credentials import Credential
from services.gateway.identity.schemas import ChangePassword, Me, SessionOut, SetUp, SignIn
from shared.addresses import email_key
from shared.auth import Actor
from shared.errors import Forbidden, InvalidField
from shared.http.app_state import AppState
from shared.http.pages import Page


class SignInState(AppState, Protocol):
    """What signing in needs of the gateway's web app."""

    session_cookie: SessionCookie


def set_up(request: Request, command: SetUp) -> Response:
    _count_attempt(request, email_key(command.email))
    now = _state_of(request).clock()
    with _state_of(request).database.write() as tx:
        user = usecases.set_up(tx, command, now)
        secret = usecases.begin_session(tx, user.id, *_client_of(request), now)
    return _signed_in(request, Actor(user.id, user.name, user.role, user.side, "person"), secret)


def sign_in(request: Request, command: SignIn) -> Response:
    _count_attempt(request, email_key(command.email))
    former = _cookie(request).secret_in(dict(request.scope["headers"]).get(b"cookie", b""))
    with _state_of(request).database.read() as tx:
        checked = usecases.check_password(tx, command)
    with _state_of(request).database.write() as tx:
        if former is not None:
            usecases.end_session_of(tx, former.decode("latin-1"))
        actor = usecases.confirm_sign_in(tx, checked, command)
        secret = usecases.begin_session(tx, actor.actor_id, *_client_of(request), _state_of(request).clock())
    return _signed_in(request, actor, secret)


def sign_out(request: Request) -> Response:
    credential: Credential = request.state.credential
    if credential.session_id is None:
        raise queries.SessionNotFound("a token has no session; it is revoked instead")
    with _state_of(request).database.write() as tx:
        usecases.end_session(tx, credential.session_id, credential.actor)
    response = Response(status_code=204)
    _cookie(request).set(response, "", 0)
    return response


def change_own_password(request: Request, command: ChangePassword) -> None:
    credential: Credential = request.state.credential
    _count_attempt(request, credential.actor.actor_id)
    with _state_of(request).database.write() as tx:
        usecases.change_password(tx, command, credential.session_id, credential.actor, _state_of(request).clock())


def reauthenticate(request: Request, password: str | None) -> Actor:
    """The person of this session who has just given the password again, for the one request at hand.

    Raises `Forbidden` for a client, which never signs, `WrongPassword`, and `TooManyAttempts` after ten of those.
    """
    credential: Credential = request.state.credential
    if credential.session_id is None:
        raise Forbidden("a token never signs")
    if password is None:
        raise InvalidField("/password", "is asked for again to sign")
    counted = _count_attempt(request, credential.actor.actor_id)
    with _state_of(request).database.read() as tx:
        usecases.check_own_password(tx, password, credential.actor)
    with _state_of(request).database.write() as tx:
        usecases.uncount_attempt(tx, counted)
    return replace(credential.actor, is_reauthenticated=True)


def me(credential: Credential) -> Me:
    actor, secret = credential.actor, credential.session_secret
    token = None if secret is None else hashing.csrf_token(secret)
    return Me(id=actor.actor_id, name=actor.name, role=actor.role, side=actor.side, kind=actor.kind, csrf_token=token)


def list_own(request: Request, after: str | None, limit: int) -> Page[SessionOut]:
    credential: Credential = request.state.credential
    now = _state_of(request).clock()
    with _state_of(request).database.read() as tx:
        return queries.list_sessions(tx, credential.actor, credential.session_id, now, after=after, limit=limit)


def _count_attempt(request: Request, account: str) -> Sequence[str]:
    with _state_of(request).database.write() as tx:
        return usecases.count_attempt(tx, _client_of(request)[0], account, _state_of(request).clock())


def _client_of(request: Request) -> tuple[str, str]:
    return request.client.host if request.client else "unknown", request.headers.get("user-agent", "")


def _signed_in(request: Request, actor: Actor, secret: str) -> Response:
    credential = Credential(actor, None, secret)
    response = Response(me(credential).model_dump_json(), 201, media_type="application/json")
    _cookie(request).set(response, secret, int(queries.SESSION_LIFE.total_seconds()))
    return response


def _cookie(request: Request) -> SessionCookie:
    return _state_of(request).session_cookie


def _state_of(request: Request) -> SignInState:
    state: SignInState = request.app.state
    return state
