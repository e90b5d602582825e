"""Requests to the services from a thread: as an actor, one at a time."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from services.gateway.upstream import Upstreams
from shared.auth import Actor
from shared.errors import Unavailable

# JSON as the contract of the route has it.
Body = dict[str, Any]


class Send(Protocol):
    """One request to a service as an actor: its status and JSON; 503 where it cannot be reached."""

    def __call__(
        self, service: str, method: str, path: str, *, json: Body | None = None, params: Mapping[str, str] | None = None
    ) -> tuple[int, Any]: ...


T = TypeVar("T")


class ServiceClient:
    """The `Send` of one thread: through the gateway's upstreams, as the actor that ``actor()`` names at each call."""

    def __init__(self, upstreams: Upstreams, actor: Callable[[], Actor]) -> None:
        self._upstreams, self._actor = upstreams, actor
        self._loop = asyncio.Runner()

    def __enter__(self) -> "ServiceClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._upstreams.close())
        self._loop.close()

    def wait_for(self, work: Coroutine[object, None, T]) -> T:
        """The result of a coroutine that uses the same upstreams."""
        return self._loop.run(work)

    def __call__(
        self,
        service: str,
        method: str,
        path: str,
        *,
        json: Body | None = None,
        params: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        target = path if params is None else f"{path}?{urlencode(params)}"
        try:
            reply = self._loop.run(self._upstreams.json(service, self._actor(), method, target, json))
        except Unavailable as error:
            return error.status, error.problem()
        return reply.status, reply.json()
