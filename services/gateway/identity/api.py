"""Routes of the first run, sessions, users and tokens: parse, call, return."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Query, Request, Response

from services.gateway.identity import queries, sessions, usecases
from services.gateway.identity.schemas import (
    ActorOut,
    ChangePassword,
    ChangeUser,
    CreateToken,
    CreateUser,
    Me,
    NewTokenOut,
    PersonOut,
    SessionOut,
    SetUp,
    SetUpState,
    SignIn,
    TokenOut,
    UserOut,
)
from shared.auth import ADMIN, PUBLIC, READ, WRITE
from shared.http.bodies import Answer
from shared.http.pages import LIMIT_MOST, After, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api()


def _made_up_actors(request: Request) -> dict[str, str]:
    names: dict[str, str] = request.app.state.made_up_actors
    return names


V1 = "/api/v1"
ActorIds = Annotated[
    tuple[Id, ...], Query(alias="id", min_length=1, max_length=LIMIT_MOST, description="Whose names: up to 200 ids.")
]
MadeUp = Annotated[dict[str, str], Depends(_made_up_actors)]


# First run and sessions


@api.get(V1 + "/setup", rule=PUBLIC, tags=["sessions"])
def get_setup(tx: Read) -> SetUpState:
    """Answers whether the first admin has yet to sign up."""
    return SetUpState(is_open=not queries.has_admin(tx))


@api.post(V1 + "/setup", rule=PUBLIC, tags=["sessions"], location=V1 + "/me", responses={201: {"model": Me}})
async def set_up(command: SetUp, request: Request) -> Response:
    """Makes the first person, an admin, against the code that was printed at the first start, and signs them in by a
    cookie. `wrong-credentials` for another code, `already-set-up` where somebody has signed up before,
    `too-many-requests` after ten tries in a minute."""
    return await run_sync(sessions.set_up, request, command)


@api.post(V1 + "/session", rule=PUBLIC, tags=["sessions"], location=V1 + "/me", responses={201: {"model": Me}})
async def sign_in(command: SignIn, request: Request) -> Response:
    """Begins a session and answers who acts; the cookie is set, and `csrf_token` goes with every unsafe call. A session
    is over after twelve hours without use, and after seven days. `wrong-credentials` for a wrong password, an unknown
    or a locked out person alike, `too-many-requests` after ten tries in a minute."""
    return await run_sync(sessions.sign_in, request, command)


@api.delete(V1 + "/session", rule=READ, tags=["sessions"])
async def sign_out(request: Request) -> Response:
    """Ends the session that the request came by and clears its cookie. `session-not-found` for a token, which is
    revoked instead."""
    return await run_sync(sessions.sign_out, request)


@api.get(V1 + "/me", rule=READ, tags=["sessions"])
async def get_me(request: Request) -> Me:
    """Answers who acts by this session or token, and the token that unsafe calls by cookie send along."""
    return sessions.me(request.state.credential)


@api.post(V1 + "/me/password", rule=READ, status_code=204, tags=["sessions"])
async def change_own_password(command: ChangePassword, request: Request) -> None:
    """Changes one's own password; every other session of this person ends. `invalid-field` where the present one is
    wrong, `too-many-requests` after ten tries in a minute."""
    return await run_sync(sessions.change_own_password, request, command)


@api.get(V1 + "/sessions", rule=READ, tags=["sessions"])
async def list_sessions(request: Request, after: After = None, limit: Limit = 50) -> Page[SessionOut]:
    """Lists one's own sessions that are not over, newest first."""
    return await run_sync(sessions.list_own, request, after, limit)


@api.delete(V1 + "/sessions/{session_id}", rule=READ, tags=["sessions"])
def end_session(session_id: Id, tx: Write, actor: CurrentActor) -> None:
    """Ends one of one's own sessions; an admin may end any. `session-not-found` where there is none."""
    return usecases.end_session(tx, session_id, actor)


# Users and tokens


@api.get(V1 + "/actors", rule=READ, tags=["users"])
def list_actors(ids: ActorIds, tx: Read, made_up: MadeUp) -> Page[ActorOut]:
    """Answers what up to 200 people and clients are called, by their ids, on one page; ids that are not known are left
    out, those of people who have left are not."""
    return queries.list_actors(tx, ids, made_up)


@api.get(V1 + "/people", rule=WRITE, tags=["users"])
def list_people(tx: Read, q: Text = None, after: After = None, limit: Limit = 50) -> Page[PersonOut]:
    """Lists the people who can sign in, by name, `q` a part of it: whom one can name as an owner, on a team, to rate or
    to sign."""
    return queries.list_people(tx, q, after=after, limit=limit)


@api.post(V1 + "/users", rule=ADMIN, tags=["users"], location=V1 + "/users/{id}")
def create_user(command: CreateUser, tx: Write, actor: CurrentActor, now: Now) -> UserOut:
    """Adds a person with a first password. `email-exists` where somebody has the address."""
    return usecases.create_user(tx, command, actor, now)


@api.get(V1 + "/users", rule=ADMIN, tags=["users"])
def list_users(tx: Read, disabled: bool = False, after: After = None, limit: Limit = 50) -> Page[UserOut]:
    """Lists the people of this installation in the order in which they were added. Those locked out only with
    `disabled`."""
    return queries.list_users(tx, disabled=disabled, after=after, limit=limit)


@api.get(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def get_user(user_id: Id, tx: Read) -> UserOut:
    """Answers one person, also one who is locked out. `user-not-found` where there is none."""
    return queries.get_user(tx, user_id)


@api.patch(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def change_user(
    user_id: Id, command: ChangeUser, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> UserOut:
    """Changes the fields that are sent and leaves the others. `email-exists` where somebody else has the address,
    `last-admin` where nobody would be left who can manage users, `stale-version` where somebody else changed it first.
    """
    return usecases.change_user(tx, user_id, command, version, actor, now)


@api.delete(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def disable_user(user_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Locks a person out and ends their sessions; what they wrote stays with their name. `last-admin` where nobody
    would be left who can manage users, `stale-version` where somebody else changed it first."""
    return usecases.disable_user(tx, user_id, version, actor, now)


@api.post(V1 + "/users/{user_id}/restoration", rule=ADMIN, status_code=200, tags=["users"])
def restore_user(user_id: Id, tx: Write, actor: CurrentActor, now: Now) -> UserOut:
    """Lets a person sign in again who was locked out."""
    return usecases.restore_user(tx, user_id, actor, now)


@api.post(V1 + "/tokens", rule=ADMIN, tags=["tokens"], location=V1 + "/tokens/{id}")
def create_token(command: CreateToken, tx: Write, actor: CurrentActor, now: Now) -> NewTokenOut:
    """Makes a token by which a program acts, with a role and a side of its own. Its secret is answered once.
    `invalid-field` where it would expire in the past."""
    token = usecases.create_token(tx, command, actor, now)
    return Answer(token, 201, kept=token.model_copy(update={"secret": None}))  # type: ignore[return-value]


@api.get(V1 + "/tokens", rule=ADMIN, tags=["tokens"])
def list_tokens(tx: Read, revoked: bool = False, after: After = None, limit: Limit = 50) -> Page[TokenOut]:
    """Lists the tokens in the order in which they were made, never their secrets. Revoked ones only with `revoked`."""
    return queries.list_tokens(tx, revoked=revoked, after=after, limit=limit)


@api.get(V1 + "/tokens/{token_id}", rule=ADMIN, tags=["tokens"])
def get_token(token_id: Id, tx: Read) -> TokenOut:
    """Answers one token without its secret, also a revoked one. `token-not-found` where there is none."""
    return queries.get_token(tx, token_id)


@api.delete(V1 + "/tokens/{token_id}", rule=ADMIN, tags=["tokens"])
def revoke_token(token_id: Id, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Makes a token worth nothing from now on; said again, nothing changes. `token-not-found` where there is none."""
    return usecases.revoke_token(tx, token_id, actor, now)
