"""A service's own refusal, returned as the gateway's answer."""

from fastapi import Request, Response

from services.gateway.upstream import Reply


class ServiceRefusal(Exception):
    """A service refused its part; its problem is the gateway's answer."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


async def service_refusal_response(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceRefusal)
    return Response(error.reply.body, error.reply.status, media_type="application/problem+json")
