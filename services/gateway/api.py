"""The gateway's own routes: parse, call, return."""

from datetime import date
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway import compose, pages, queries, reviews, sessions, signing, usecases
from services.gateway.mail.schemas import SigningCodeOut
from services.gateway.packs import download as packs
from services.gateway.packs.request import MEDIA_TYPES, Audience, Format, PackRequest
from services.gateway.schemas import (
    ActorOut,
    ChangePassword,
    ChangeUser,
    CreateToken,
    CreateUser,
    Me,
    NewTokenOut,
    Overview,
    PersonOut,
    Propagation,
    RatingLinkView,
    SessionOut,
    SetUp,
    SetUpState,
    SignIn,
    SignScorecard,
    Timeline,
    TokenOut,
    UserOut,
)
from shared.auth import ADMIN, PUBLIC, RATE, READ, WRITE
from shared.errors import InvalidField
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
CALENDAR = {200: {"description": "Due days, for calendar programs.", "content": {"text/calendar": {}}}}
PACK = {200: {"description": "The pack as a file.", "content": {media_type: {} for media_type in MEDIA_TYPES.values()}}}
PeriodDay = Annotated[date, Query(description="Both days of the period are included.")]
KEY = {
    "name": "Idempotency-Key", "in": "header", "description": "Handed on to the service, which keeps its answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}  # fmt: skip
Kinds = Annotated[tuple[str, ...], Query(alias="kind", max_length=20, description="Only these; all without.")]


# Pages


@api.get("/api/docs", rule=PUBLIC, include_in_schema=False)
async def docs(request: Request) -> Response:
    return pages.page("docs.html")


@api.get("/api/docs/{asset}", rule=PUBLIC, include_in_schema=False)
async def docs_asset(asset: str) -> Response:
    return pages.asset(asset)


@api.get("/api/openapi.json", rule=PUBLIC, include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    return Response(request.app.state.openapi_document, media_type="application/json")


# First run and sessions


@api.get(V1 + "/setup", rule=PUBLIC, tags=["sessions"])
def get_setup(tx: Read) -> SetUpState:
    return SetUpState(is_open=not queries.has_users(tx))


@api.post(V1 + "/setup", rule=PUBLIC, tags=["sessions"], responses={201: {"model": Me}})
async def set_up(command: SetUp, request: Request) -> Response:
    return await run_sync(sessions.set_up, request, command)


@api.post(V1 + "/session", rule=PUBLIC, tags=["sessions"], responses={201: {"model": Me}})
async def sign_in(command: SignIn, request: Request) -> Response:
    return await run_sync(sessions.sign_in, request, command)


@api.delete(V1 + "/session", rule=READ, tags=["sessions"])
async def sign_out(request: Request) -> Response:
    return await run_sync(sessions.sign_out, request)


@api.get(V1 + "/me", rule=READ, tags=["sessions"])
async def get_me(request: Request) -> Me:
    return sessions.me(request.state.entry)


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


@api.post(V1 + "/users", rule=ADMIN, tags=["users"])
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


@api.post(V1 + "/tokens", rule=ADMIN, tags=["tokens"])
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


# Across services


@api.get(V1 + "/relationships/{relationship_id}/overview", rule=READ, tags=["relationships"])
async def get_overview(relationship_id: Id, actor: CurrentActor, request: Request) -> Overview:
    return await compose.overview(request.app.state.freshness, relationship_id, actor)


@api.get(V1 + "/relationships/{relationship_id}/timeline", rule=READ, tags=["relationships"])
async def get_timeline(
    relationship_id: Id,
    actor: CurrentActor,
    request: Request,
    kinds: Kinds = (),
    after: After = None,
    before: After = None,
    limit: Limit = 50,
) -> Timeline:
    span = compose.Span(kinds, after, before, limit)
    return await compose.timeline(request.app.state.freshness, relationship_id, span, actor)


@api.get(V1 + "/relationships/{relationship_id}/packs", rule=READ, tags=["relationships"], responses=PACK)
async def get_pack(
    relationship_id: Id,
    period_starts_on: PeriodDay,
    period_ends_on: PeriodDay,
    format: Format,
    audience: Audience,
    actor: CurrentActor,
    request: Request,
) -> Response:
    pack_request = PackRequest(relationship_id, period_starts_on, period_ends_on, format, audience)
    return await packs.download(request, pack_request, actor)


@api.get(V1 + "/relationships/{relationship_id}/propagation", rule=READ, tags=["relationships"])
async def get_propagation(relationship_id: Id, actor: CurrentActor, request: Request) -> Propagation:
    return await compose.propagation(request.app.state.freshness, relationship_id, actor)


@api.post(
    V1 + "/scorecards/{scorecard_id}/signature",
    rule=RATE,
    status_code=200,
    tags=["scorecards"],
    openapi_extra={"parameters": [KEY]},
    responses={200: {"description": "The card as it stands now.", "content": {"application/json": {}}}},
)
async def sign_scorecard(scorecard_id: Id, command: SignScorecard, actor: CurrentActor, request: Request) -> Response:
    return await signing.sign(request, scorecard_id, command)


@api.post(V1 + "/scorecards/{scorecard_id}/signing-code", rule=RATE, status_code=202, tags=["scorecards"])
async def request_signing_code(scorecard_id: Id, request: Request) -> SigningCodeOut:
    return await signing.request_code(request, scorecard_id)


@api.get(V1 + "/rating-link", rule=RATE, tags=["scorecards"])
async def get_rating_link(request: Request) -> RatingLinkView:
    return signing.link_view(request.state.entry)


@api.get(V1 + "/scorecards/{scorecard_id}/calendar", rule=RATE, tags=["scorecards"], responses=CALENDAR)
async def get_card_calendar(scorecard_id: Id, actor: CurrentActor, request: Request) -> Response:
    return await reviews.card_calendar(request, scorecard_id, actor)


@api.get(V1 + "/me/reviews.ics", rule=READ, tags=["scorecards"], responses=CALENDAR)
async def get_own_calendar(actor: CurrentActor, request: Request) -> Response:
    return await reviews.own_calendar(request, actor)


@api.get(
    V1 + "/events",
    rule=READ,
    tags=["live"],
    responses={200: {"description": "What may be read anew, as it happens.", "content": {"text/event-stream": {}}}},
)
async def stream_events(
    actor: CurrentActor, request: Request, last_event_id: Annotated[str | None, Header(max_length=20)] = None
) -> Response:
    after = None if last_event_id is None else _sequence(last_event_id)
    stream = request.app.state.feed.open(actor, after, lambda: request.app.state.door.may_stay(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidField("Last-Event-ID", "is not the id of an event of this stream")
    return int(text)
