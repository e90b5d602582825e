"""The product's own `Installation` for tests, with a clock that can be moved and clients that act."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import sqlalchemy as sa
from anyio.from_thread import BlockingPortal, start_blocking_portal

from services.gateway.identity import usecases
from services.gateway.identity.schemas import CreateToken
from services.runtime.installation import Installation
from shared.auth import Actor
from shared.derived.worker import Worker
from shared.ids import new_id
from shared.service import Service
from shared.settings import read_settings
from tests.support.kafka import wait_for_groups
from tests.support.patience import patiently


@dataclass
class MovedClock:
    """The system's clock, moved: the one part of time that tests replace."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **span: float) -> None:
        self.ahead += timedelta(**span)


def somebody(role: str = "manager", side: str = "sponsor", kind: str = "person") -> Actor:
    return Actor(new_id(), f"A {role}", role, side, kind)  # type: ignore[arg-type]


@dataclass
class HttpClient:
    """A synchronous caller of one app of an installation, with headers of its own on every call."""

    installation: "InstallationUnderTest"
    service: str
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        # What is hidden has to be refused like what is unknown: to the byte, but for the id of the request.
        headers = {"x-request-id": "of-a-test"} | self.headers | dict(options.pop("headers", None) or {})
        return self.installation.request(self.service, method, path, self.address, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)


@dataclass
class Client(HttpClient):
    """A caller of one service as one actor; paths are the service's own (`/v1/...`)."""

    actor: Actor | None = None

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", None) or {})
        if self.actor is not None:
            headers["authorization"] = "Bearer " + self.installation.product.signer.token(self.actor, self.service)
        return super().request(method, path, headers=headers, **options)


@dataclass
class ApiClient(HttpClient):
    """A caller of the gateway with an API token; `actor_id` may be put on teams. Paths are `/api/v1/...`."""

    actor_id: str = ""
    is_patient: bool = True

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        def send() -> httpx.Response:
            return HttpClient.request(self, method, path, **options)

        return patiently(send) if self.is_patient else send()


class InstallationUnderTest:
    """An installation with its workers running; `wait_until_applied` waits until every event has had its effects."""

    def __init__(
        self, database_url: str, bus_url: str, folder: Path, services: Sequence[Service] | None = None, **more: object
    ) -> None:
        """``more`` are settings."""
        self.clock = MovedClock()
        urls = {"database_url": database_url, "bus_url": bus_url}
        settings = read_settings(data_dir=folder, demo=False, threads=8, **urls, **more)
        self.product = Installation(settings, self.clock, services)
        self._exits = ExitStack()

    def __enter__(self) -> "InstallationUnderTest":
        self.product.migrate()
        self.product.start()
        self._exits.callback(self.product.stop)
        self._wait_for_consumers()
        self.portal: BlockingPortal = self._exits.enter_context(start_blocking_portal())
        app = self.product.gateway.app
        self._exits.enter_context(self.portal.wrap_async_context_manager(app.router.lifespan_context(app)))
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def _wait_for_consumers(self) -> None:
        """A group takes a second to form on Kafka, more under load, and the gateway waits only two for a replica."""
        bus = urlsplit(self.product.settings.bus)
        if bus.scheme == "kafka":
            groups = [
                f"{bus.path.strip('/')}.{name}"
                for name, worker in self.product.workers.items()
                if worker.service.handlers.topics
            ]
            wait_for_groups(bus.netloc, groups, 90)

    def client(self, service: str, actor: Actor | None = None) -> Client:
        """A caller as this actor (a manager of the sponsor side unless another is given)."""
        return Client(self, service, actor=actor or somebody())

    def stranger(self, service: str) -> Client:
        """A caller without an actor token."""
        return Client(self, service)

    def visitor(self, address: str = "127.0.0.1") -> HttpClient:
        """A caller of the gateway without credentials."""
        return HttpClient(self, "gateway", address=address)

    def api(self, role: str = "manager", side: str = "sponsor") -> ApiClient:
        """A caller of the gateway with a new API token of this role and side."""
        command = CreateToken(name=f"A {role}", role=role, side=side)  # type: ignore[arg-type]
        with self.product.databases["gateway"].write() as tx:
            token = usecases.create_token(tx, command, None, self.clock())
        return ApiClient(self, "gateway", {"authorization": f"Bearer {token.secret}"}, actor_id=token.id)

    def request(
        self, service: str, method: str, path: str, address: str = "127.0.0.1", **options: Any
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            app = self.product.app(service)
            transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://" + service) as client:
                return await client.request(method, path, **options)

        return self.portal.call(send)

    def wait_until_applied(self, timeout_s: float = 90) -> None:
        """Wait until every outbox is empty and every consumer has committed what there is."""
        self.eventually(self._is_applied, timeout_s)

    def _is_applied(self) -> bool:
        # An effect may announce something itself: nothing is settled while any outbox has filled meanwhile.
        return (
            all(map(self._outbox_is_empty, self.product.databases))
            and all(map(self._has_caught_up, self.product.workers.values()))
            and all(map(self._outbox_is_empty, self.product.databases))
        )

    def _has_caught_up(self, worker: Worker) -> bool:
        try:
            return worker.lag() == 0
        except Exception:
            # A broker that has just started may not know its groups' coordinator yet; the deadline bounds the wait.
            return False

    def _outbox_is_empty(self, service: str) -> bool:
        database = self.product.databases[service]
        with database.read() as tx:
            return tx.run(sa.select(sa.func.count()).select_from(tx.table("outbox"))).scalar() == 0

    def eventually(self, is_so: Callable[[], bool], timeout_s: float = 90) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_so():
            assert time.monotonic() < deadline, f"{is_so.__name__} is not so after {timeout_s} s"
            time.sleep(0.01)

    def announced(self, service: str, subject: str) -> list[dict[str, Any]]:
        """The events that a service has announced about one aggregate, oldest first."""
        database = self.product.databases[service]
        found: dict[str, dict[str, Any]] = {}
        with database.read() as tx:
            for name in ("outbox", "outbox_archive"):  # in the order in which rows move
                table = tx.table(name)
                rows = tx.run(sa.select(table).where(table.c.aggregate.endswith(subject)))
                found |= {row.event_id: {"sequence": row.sequence, **json.loads(row.payload)} for row in rows}
        return sorted(found.values(), key=lambda event: event["sequence"])
