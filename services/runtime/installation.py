"""Every service in one process: the same apps, workers and migrations as distributed, chosen by the settings' URLs."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from services.accounts.service import service as accounts
from services.engagements.service import service as engagements
from services.gateway import ui_build
from services.gateway.demo import load as demo
from services.gateway.http.forwarding import Gateway
from services.gateway.http.static_files import Ui
from services.gateway.identity import usecases as gateway_users
from services.gateway.imports.command import CannotImport, import_here, import_through, reading_of
from services.gateway.imports.runner import run_imports
from services.gateway.mail.runner import MailWorker
from services.gateway.service import open_gateway
from services.gateway.service import service as gateway
from services.gateway.upstream import Upstreams
from services.registry import service_named
from services.runtime.cli.output import opening_text
from services.scorecards.service import service as scorecards
from services.scorecards.verification import verify_scores
from shared.auth import TokenSigner, TokenVerifier, new_key, parse_key, public_half
from shared.clock import Clock, system_clock
from shared.db.outbox import pending
from shared.derived.migrations import NotMigrated, migrate, require_schema
from shared.derived.restored import begin_epoch
from shared.derived.topics import topics
from shared.derived.verify import Check, verify
from shared.derived.web_app import by_actor_token, web_app
from shared.derived.worker import LoopFunction, Worker
from shared.messaging.adapters import open_bus
from shared.messaging.kafka_bus import KafkaLink
from shared.service import Service
from shared.settings import BadSettings, Settings, data_folder
from shared.telemetry.metrics import watch_pool

log = structlog.get_logger()

SERVICES: tuple[Service, ...] = (accounts, engagements, scorecards, gateway)


def actor_key(settings: Settings) -> dict[str, Any]:
    """The private key of actor tokens: the one that was set, else one made once and kept in the data folder (0600)."""
    if settings.actor_key is not None:
        return _parsed("ENTENTE_ACTOR_KEY", settings.actor_key.get_secret_value())
    path = data_folder(settings.data_dir) / "actor-key.json"
    if not path.exists():
        write_secret(path, json.dumps(new_key()))
    return _parsed(str(path), path.read_text())


def actor_public_key(settings: Settings) -> dict[str, Any]:
    if settings.actor_public_key is not None:
        return _parsed("ENTENTE_ACTOR_PUBLIC_KEY", settings.actor_public_key, is_private=False)
    return public_half(actor_key(settings))


def _parsed(name: str, text: str, *, is_private: bool = True) -> dict[str, Any]:
    try:
        return parse_key(text, is_private=is_private)
    except ValueError:
        half = "a private" if is_private else "an"
        raise BadSettings(f"{name}: is not {half} Ed25519 key as JSON Web Key") from None


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads, or leave the one that another process wrote first."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


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

    def __init__(self, settings: Settings, clock: Clock = system_clock, services: Sequence[Service] = SERVICES) -> None:
        self.settings, self.clock, self.services = settings, clock, services
        self._closing = threading.Event()
        self.bus = open_bus(settings.bus, replication=settings.kafka_replication, link=_link(settings))
        self.databases = {s.name: s.database(settings.database_of(s.name), settings.database_pool) for s in services}
        for name, database in self.databases.items():
            watch_pool(name, database.engine)
        self.workers = {s.name: Worker(s, self.databases[s.name], self.bus, clock) for s in services}

    @cached_property
    def apps(self) -> dict[str, FastAPI]:
        """The services' web apps by name; the gateway's is apart. What only works or verifies needs no actor key."""
        return {service.name: self._app(service) for service in self.services if service is not gateway}

    def _app(self, service: Service) -> FastAPI:
        authenticate = by_actor_token(TokenVerifier(actor_public_key(self.settings), service.name))
        return web_app(service, self.databases[service.name], authenticate, self.settings, self.clock)

    @cached_property
    def signer(self) -> TokenSigner:
        return TokenSigner(actor_key(self.settings))

    def upstreams(self) -> Upstreams:
        """The gateway's way to the services, in this process or elsewhere, as the settings' URLs say."""
        urls = {s.name: str(getattr(self.settings, f"{s.name}_url")) for s in SERVICES if s is not gateway}
        return Upstreams.open(self.signer, urls, self.apps)

    @cached_property
    def gateway(self) -> Gateway:
        opened = open_gateway(self.databases[gateway.name], self.upstreams(), self.settings, self.clock)
        opened.app.state.beside = tuple(self.apps.values())
        return opened

    def app(self, name: str) -> ASGIApp:
        return self.gateway if name == gateway.name else self.apps[name]

    def leave(self, name: str) -> None:
        """Say at `/readyz` of this service that it takes requests for a little while only."""
        (self.gateway.app if name == gateway.name else self.apps[name]).state.is_leaving = True

    def open(self, address: str, write_line: Callable[[str], None]) -> None:
        """Say where the installation answers and, on the first run, with which code its first admin signs up."""
        with self.databases[gateway.name].write() as tx:
            write_line(opening_text(address, gateway_users.open_setup(tx, self.clock())))

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
            worker.start(self._loops() if name == gateway.name else None)

    def fill_with_demo(self) -> None:
        """Tell an empty installation the demo portfolio's story, beside whatever else it does."""
        arguments = (self.upstreams(), self.clock, self._closing)
        threading.Thread(target=demo.run, args=arguments, name="demo", daemon=True).start()

    def build_ui(self) -> None:
        """In a checkout, build the internal UI beside everything else, unless it is built already."""
        ui = self.gateway.app.state.ui
        if not ui_build.is_current():
            ui.is_building = True
            threading.Thread(target=self._build, args=(ui,), name="ui", daemon=True).start()

    def _build(self, ui: Ui) -> None:
        try:
            ui_build.build(self._closing)
            ui.load_newest()
            log.info("the UI is built")
        except (ui_build.CannotBuild, OSError) as error:
            if not self._closing.is_set():
                log.warning("the UI is not built, the API answers without it", error=str(error))
        finally:
            ui.is_building = False

    def _loops(self) -> dict[str, LoopFunction]:
        """What runs in the gateway's worker beside relay, consumer and schedule."""
        database, clock = self.databases[gateway.name], self.clock
        return {
            "imports": partial(run_imports, database, self.upstreams(), clock),
            "mail": MailWorker(database, self.upstreams(), self.settings, clock).run,
        }

    def begin_epochs(self) -> Iterator[tuple[str, int, int]]:
        """After a restore: each service reads all topics anew and tells all its records anew, in a new epoch.

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
        for name, worker in self.workers.items():  # in the order in which they hear of each other
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
        self._closing.set()
        for worker in self.workers.values():
            worker.stopping.set()
        for worker in self.workers.values():
            worker.stop()
        self.bus.close()
        for database in self.databases.values():
            database.close()


def import_file(
    settings: Settings, file: Path, mapping: Path, dry_run: bool, progress: Callable[[int, int | None], None]
) -> dict[str, Any]:
    """Import a track record and return the report: through ENTENTE_URL where that is set, else here.

    Returns when the scores are current. It may open the data folder beside a running `up`. Raises `CannotImport`.
    """
    if settings.url is not None:
        if settings.token is None:
            raise CannotImport("ENTENTE_TOKEN: is not set, but ENTENTE_URL is")
        return import_through(settings.url, settings.token.get_secret_value(), file, mapping, dry_run, progress)
    with reading_of(file, mapping) as reading:
        installation = Installation(settings)
        installation.migrate()
        installation.start()
        try:
            report = import_here(
                reading, installation.databases[gateway.name], installation.upstreams(), dry_run, progress
            )
            installation.wait_until_applied()
            return report
        finally:
            installation.stop()


def checks(settings: Settings, names: Sequence[str] | None = None) -> Iterator[Check]:
    """The invariants of these services, or of all, on their own databases and the bus; nothing is written."""
    installation = Installation(settings, services=[service_named(name) for name in names] if names else SERVICES)
    try:
        for service in installation.services:
            require_schema(service, installation.databases[service.name])
        for service in installation.services:
            yield from verify(service, installation.databases[service.name], installation.bus)
            if service is scorecards:
                yield from verify_scores(installation.databases[service.name], installation.bus)
    finally:
        installation.stop()
