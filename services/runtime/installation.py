"""The services of one installation that run in this process: the same code embedded and distributed.

Which databases, bus and upstreams they use is chosen by the settings' URLs. Only services that run here are imported,
and what serves and what signs only where this is done.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from services.gateway.http.forwarding import Gateway
    from services.gateway.upstream import Upstreams
    from shared.actor_tokens import TokenSigner

from services.registry import GATEWAY, UPSTREAMS, services_named
from shared.clock import Clock, system_clock
from shared.db.outbox import pending
from shared.derived.migrations import NotMigrated, migrate, require_schema
from shared.derived.restored import begin_epoch
from shared.derived.topics import topics
from shared.derived.worker import LoopFunction, Worker
from shared.messaging.adapters import open_bus
from shared.messaging.kafka_bus import KafkaLink
from shared.service import Service
from shared.settings import Settings, data_folder
from shared.telemetry.metrics import watch_pool

log = structlog.get_logger()


def _link(settings: Settings) -> KafkaLink:
    password = settings.kafka_password
    return KafkaLink(
        settings.kafka_security,
        settings.kafka_ca_file,
        settings.kafka_mechanism,
        settings.kafka_user,
        None if password is None else password.get_secret_value(),
    )


class NotApplied(ValueError):
    """Effects of what was written are still to come."""


class Installation:
    """The services of one installation in this process. Nothing connects before `migrate` or `start`."""

    def __init__(
        self, settings: Settings, clock: Clock = system_clock, services: Sequence[Service] | None = None
    ) -> None:
        """`services` run in this process; all, where none are given."""
        self.settings, self.clock = settings, clock
        self.services = services = services_named() if services is None else services
        self.closing = threading.Event()
        self.bus = open_bus(settings.bus, replication=settings.kafka_replication, link=_link(settings))
        self.databases = {s.name: s.database(settings.database_of(s.name), settings.database_pool) for s in services}
        for name, database in self.databases.items():
            watch_pool(name, database.engine)
        self.workers = {s.name: Worker(s, self.databases[s.name], self.bus, clock) for s in services}

    @cached_property
    def apps(self) -> "dict[str, FastAPI]":
        """The services' web apps by name; the gateway's is apart. What only works or verifies needs no actor key."""
        return {service.name: self._app(service) for service in self.services if service.name != GATEWAY}

    def _app(self, service: Service) -> "FastAPI":
        from services.runtime.keys import actor_public_key
        from shared.actor_tokens import TokenVerifier
        from shared.derived.web_app import by_actor_token, web_app

        authenticate = by_actor_token(TokenVerifier(actor_public_key(self.settings), service.name))
        return web_app(service, self.databases[service.name], authenticate, self.settings, self.clock)

    @cached_property
    def signer(self) -> "TokenSigner":
        from services.runtime.keys import actor_key
        from shared.actor_tokens import TokenSigner

        return TokenSigner(actor_key(self.settings))

    def upstreams(self) -> "Upstreams":
        """The gateway's way to the services, in this process or elsewhere, as the settings' URLs say."""
        from services.gateway.upstream import Upstreams

        return Upstreams.open(self.signer, {name: self.settings.url_of(name) for name in UPSTREAMS}, self.apps)

    @cached_property
    def gateway(self) -> "Gateway":
        from services.gateway.app import open_gateway

        opened = open_gateway(self.databases[GATEWAY], self.upstreams(), self.settings, self.clock)
        opened.app.state.beside = tuple(self.apps.values())
        return opened

    def app(self, name: str) -> "ASGIApp":
        return self.gateway if name == GATEWAY else self.apps[name]

    def leave(self, name: str) -> None:
        """Say at `/readyz` of this service that it takes requests for a little while only."""
        (self.gateway.app if name == GATEWAY else self.apps[name]).state.is_leaving = True

    def migrate(self) -> None:
        if self.settings.needs_data_folder:
            data_folder(self.settings.data_dir)
        for service in self.services:
            migrate(service, self.databases[service.name])
        self.bus.ensure_topics(topics(list(self.services)))

    def refuse_newer(self) -> None:
        """`DatabaseNewer` before anything is served; a database that is away or not migrated yet is waited for."""
        for service in self.services:
            with suppress(SQLAlchemyError, NotMigrated):
                require_schema(service, self.databases[service.name])

    def start(self) -> None:
        for name, worker in self.workers.items():
            worker.start(self._loops() if name == GATEWAY else None)

    def _loops(self) -> dict[str, LoopFunction]:
        """What runs in the gateway's worker beside relay, consumer and schedule."""
        from services.gateway.imports.runner import run_imports
        from services.gateway.mail.runner import MailWorker

        database, clock = self.databases[GATEWAY], self.clock
        return {
            "imports": partial(run_imports, database, self.upstreams(), clock),
            "mail": MailWorker(database, self.upstreams(), self.settings, clock).run,
        }

    def begin_epochs(self) -> Iterator[tuple[str, int, int]]:
        """After a restore: each service reads all topics anew and announces all its records again, in a new epoch.

        Yields the service's name, its epoch, and how many records it has announced. `StillInUse` or `BusAway` while
        processes of it run.
        """
        self.bus.ensure_topics(topics(list(self.services)))
        for service in self.services:
            database = self.databases[service.name]
            require_schema(service, database)
            if service.handlers.topics:
                self.bus.forget(service.name, service.handlers.topics)
            with database.write() as tx:
                yield service.name, *begin_epoch(tx, service, self.clock())

    def wait_until_applied(self, patience_s: float = 60) -> None:
        """Wait until all that was written so far has had its effects; `NotApplied` after so long without progress."""
        for name, worker in self.workers.items():  # in the order in which they apply each other's events
            self._wait(worker.lag, name, patience_s)
            self._wait(partial(self._unpublished, name), name, patience_s)

    def _unpublished(self, name: str) -> int:
        with self.databases[name].read() as tx:
            return pending(tx, self.clock())[0]

    def _wait(self, left: Callable[[], int], name: str, patience_s: float) -> None:
        least, moved_at = left(), time.monotonic()
        while least > 0:
            time.sleep(0.05)
            now = left()
            if now < least:
                least, moved_at = now, time.monotonic()
            elif time.monotonic() - moved_at > patience_s:
                raise NotApplied(f"everything is stored, but the worker of {name} does not catch up: {now} events wait")

    def stop(self) -> None:
        self.closing.set()
        for worker in self.workers.values():
            worker.stopping.set()
        for worker in self.workers.values():
            worker.stop()
        self.bus.close()
        for database in self.databases.values():
            database.close()
