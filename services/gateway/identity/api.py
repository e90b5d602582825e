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
ActorIds = Annotated[tuple[Id, ...], Query(alias="id", min_length=1, max_length=LIMIT_MOST)]
MadeUp = Annotated[dict[str, str], Depends(_made_up_actors)]


# First run and sessions


@api.get(V1 + "/setup", rule=PUBLIC, tags=["sessions"])
def get_setup(tx: Read) -> SetUpState:
    return SetUpState(is_open=not queries.has_admin(tx))


@api.post(V1 + "/setup", rule=PUBLIC, tags=["sessions"], location=V1 + "/me", responses={201: {"model": Me}})
async def set_up(command: SetUp, request: Request) -> Response:
    return await run_sync(sessions.set_up, request, command)


@api.post(V1 + "/session", rule=PUBLIC, tags=["sessions"], location=V1 + "/me", responses={201: {"model": Me}})
async def sign_in(command: SignIn, request: Request) -> Response:
    return await run_sync(sessions.sign_in, request, command)


@api.delete(V1 + "/session", rule=READ, tags=["sessions"])
async def sign_out(request: Request) -> Response:
    return await run_sync(sessions.sign_out, request)


@api.get(V1 + "/me", rule=READ, tags=["sessions"])
async def get_me(request: Request) -> Me:
    return sessions.me(request.state.credential)


@api.post(V1 + "/me/password", rule=READ, status_code=204, tags=["sessions"])
async def change_own_password(command: ChangePassword, request: Request) -> None:
    return await run_sync(sessions.change_own_password, request, command)


@api.get(V1 + "/sessions", rule=READ, tags=["sessions"])
async def list_sessions(request: Request, after: After = None, limit: Limit = 50) -> Page[SessionOut]:
    return await run_sync(sessions.list_own, request, after, limit)


@api.delete(V1 + "/sessions/{session_id}", rule=READ, tags=["sessions"])
def end_session(session_id: Id, tx: Write, actor: CurrentActor) -> None:
    return usecases.end_session(tx, session_id, actor)


# Users and tokens


@api.get(V1 + "/actors", rule=READ, tags=["users"])
def list_actors(ids: ActorIds, tx: Read, made_up: MadeUp) -> Page[ActorOut]:
    return queries.list_actors(tx, ids, made_up)


@api.get(V1 + "/people", rule=WRITE, tags=["users"])
def list_people(tx: Read, q: Text = None, after: After = None, limit: Limit = 50) -> Page[PersonOut]:
    return queries.list_people(tx, q, after=after, limit=limit)


@api.post(V1 + "/users", rule=ADMIN, tags=["users"], location=V1 + "/users/{id}")
def create_user(command: CreateUser, tx: Write, actor: CurrentActor, now: Now) -> UserOut:
    return usecases.create_user(tx, command, actor, now)


@api.get(V1 + "/users", rule=ADMIN, tags=["users"])
def list_users(tx: Read, disabled: bool = False, after: After = None, limit: Limit = 50) -> Page[UserOut]:
    return queries.list_users(tx, disabled=disabled, after=after, limit=limit)


@api.get(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def get_user(user_id: Id, tx: Read) -> UserOut:
    return queries.get_user(tx, user_id)


@api.patch(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def change_user(
    user_id: Id, command: ChangeUser, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> UserOut:
    return usecases.change_user(tx, user_id, command, version, actor, now)


@api.delete(V1 + "/users/{user_id}", rule=ADMIN, tags=["users"])
def disable_user(user_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.disable_user(tx, user_id, version, actor, now)


@api.post(V1 + "/users/{user_id}/restoration", rule=ADMIN, status_code=200, tags=["users"])
def restore_user(user_id: Id, tx: Write, actor: CurrentActor, now: Now) -> UserOut:
    return usecases.restore_user(tx, user_id, actor, now)


@api.post(V1 + "/tokens", rule=ADMIN, tags=["tokens"], location=V1 + "/tokens/{id}")
def create_token(command: CreateToken, tx: Write, actor: CurrentActor, now: Now) -> NewTokenOut:
    token = usecases.create_token(tx, command, actor, now)
    return Answer(token, 201, kept=token.model_copy(update={"secret": None}))  # type: ignore[return-value]


@api.get(V1 + "/tokens", rule=ADMIN, tags=["tokens"])
def list_tokens(tx: Read, revoked: bool = False, after: After = None, limit: Limit = 50) -> Page[TokenOut]:
    return queries.list_tokens(tx, revoked=revoked, after=after, limit=limit)


@api.get(V1 + "/tokens/{token_id}", rule=ADMIN, tags=["tokens"])
def get_token(token_id: Id, tx: Read) -> TokenOut:
    return queries.get_token(tx, token_id)


@api.delete(V1 + "/tokens/{token_id}", rule=ADMIN, tags=["tokens"])
def revoke_token(token_id: Id, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.revoke_token(tx, token_id, actor, now)
