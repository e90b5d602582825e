"""A service's own refusal, returned as it is."""

from fastapi import Request, Response

from services.gateway.upstream import Reply


class Refused(Exception):
    """A service's own refusal, handed on as it is."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


async def hand_on(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return Response(error.reply.body, error.reply.status, media_type="application/problem+json")
