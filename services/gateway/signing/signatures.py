"""Signing a scorecard: the password or a mailed code is checked here; scorecards learns only that it was right."""

from collections.abc import Callable
from dataclasses import replace

import pydantic_core
from anyio.to_thread import run_sync
from fastapi import Request, Response

from services.gateway.http.app_state import state_of
from services.gateway.http.errors import ServiceRefusal
from services.gateway.identity import sessions
from services.gateway.identity.credentials import Credential
from services.gateway.identity.links import RatingLink
from services.gateway.mail import codes
from services.gateway.mail.schemas import SigningCodeOut
from services.gateway.signing.schemas import RatingLinkView, SignScorecard
from shared.auth import Actor
from shared.errors import Conflict, Forbidden, InvalidField

RETURNED_HEADERS = (b"content-type", b"etag")


class NothingToSign(Conflict):
    slug, title = "nothing-to-sign", "The card is not for this rater to sign as it stands"


class NoMailServer(Conflict):
    slug, title = "no-mail-server", "This installation sends no mail, so no code can come"


async def sign(request: Request, scorecard_id: str, command: SignScorecard) -> Response:
    """What scorecards answers to the signature of this session's person, or of this link's contact."""
    key = request.headers.get("idempotency-key")
    actor, note_signed = await run_sync(_confirmed, request, scorecard_id, command, key)
    headers = [(b"content-type", b"application/json")]
    if key is not None:
        headers.append((b"idempotency-key", key.encode("latin-1")))
    reply = await state_of(request).replica_wait.call(
        "scorecards",
        actor,
        "POST",
        f"/v1/scorecards/{scorecard_id}/signature".encode(),
        headers=headers,
        body=pydantic_core.to_json({"meaning": command.meaning}),
    )
    if reply.is_good:
        await run_sync(note_signed)
    passed = {name.decode(): value.decode("latin-1") for name, value in reply.headers if name in RETURNED_HEADERS}
    return Response(reply.body, reply.status, passed)


def _confirmed(
    request: Request, scorecard_id: str, command: SignScorecard, key: str | None
) -> tuple[Actor, Callable[[], None]]:
    """Who signs, having just shown that they are who they are, and what to call once they have signed."""
    credential: Credential = request.state.credential
    if credential.link is None:
        return sessions.reauthenticate(request, command.password), lambda: None
    if command.code is None:
        raise InvalidField("/code", "is asked for to sign by link: POST signing-code mails it")
    database, clock = state_of(request).database, state_of(request).clock
    with database.write() as tx:
        mailed = codes.count_attempt(tx, credential.link, scorecard_id, clock())
    codes.check_code(mailed, command.code, key)

    def note_signed() -> None:
        with database.write() as tx:
            codes.use_code(tx, mailed["signing_code_id"], key, clock())

    return replace(credential.actor, is_reauthenticated=True), note_signed


async def request_code(request: Request, scorecard_id: str) -> SigningCodeOut:
    """Mail this link's contact a code to sign with, where the card is theirs to sign now."""
    credential: Credential = request.state.credential
    link = link_of(credential)
    if not state_of(request).sends_mail:
        raise NoMailServer()
    path = f"/v1/scorecards/{scorecard_id}".encode()
    card = await state_of(request).replica_wait.call("scorecards", credential.actor, "GET", path)
    if not card.is_good:
        raise ServiceRefusal(card)
    if "sign" not in card.json()["may"]:
        raise NothingToSign()
    return await run_sync(_queue_code, request, link)


def _queue_code(request: Request, link: RatingLink) -> SigningCodeOut:
    with state_of(request).database.write() as tx:
        return codes.request_code(tx, link, state_of(request).clock())


def link_view(credential: Credential) -> RatingLinkView:
    link = link_of(credential)
    return RatingLinkView(name=credential.actor.name, **{name: getattr(link, name) for name in _SHOWN})


_SHOWN = ("rating_link_id", "contact_id", "scorecard_id", "side", "expires_at")


def link_of(credential: Credential) -> RatingLink:
    if credential.link is None:
        raise Forbidden("only who came by a rating link may do this")
    return credential.link
