"""Commands that run the product, whole or in parts."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from services.registry import services_named
from services.runtime.cli.common import Cannot, Data, ServiceName, settings_of
from shared.settings import Settings
from shared.telemetry import tracing
from shared.telemetry.recording import record_traces

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket that is served, bound before anything starts, so that a taken port is one clear line."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        with naming(settings.host, settings.port):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, settings.port))
            listener.listen()  # two that only bind may both have a port
        yield listener


@contextmanager
def naming(host: str, port: int) -> Iterator[None]:
    """`Cannot` where the body cannot listen there."""
    try:
        yield
    except OSError as error:
        raise Cannot(f"cannot listen on {host}:{port}: {error.strerror or error}") from None


def serve_app(
    asgi: "ASGIApp",
    listener: socket.socket,
    keep_alive_s: int,
    leave: Callable[[], None] = lambda: None,
    drain_s: float = 0,
) -> None:
    """Serve until a signal, and return; on SIGTERM call `leave`, and go on for `drain_s`.

    A load balancer needs that long to see that this replica leaves: what it still sends would be refused. Connections
    that are kept are closed with an answer meanwhile, so that none is cut just as a request comes by it.
    """
    import uvicorn

    from services.runtime.http_protocol import PlainHttpProtocol

    class Server(uvicorn.Server):
        ends_at: float | None = None

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # uvicorn raises what it has handled again when it is done, and whatever is still open would be cut.
            if sig == signal.SIGTERM and self.ends_at is None:
                leave()
                self.config.encoded_headers.append((b"connection", b"close"))  # what the next tick gives to answers
                self.ends_at = time.monotonic() + drain_s
            else:
                super().handle_exit(sig, frame)

        async def on_tick(self, counter: int) -> bool:
            has_ended = self.ends_at is not None and time.monotonic() >= self.ends_at
            return await super().on_tick(counter) or has_ended

    config = uvicorn.Config(
        asgi,
        http=PlainHttpProtocol,
        ws="none",
        timeout_keep_alive=keep_alive_s,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=10,
        server_header=False,
        date_header=False,
    )
    Server(config).run(sockets=[listener])


def up(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo/--no-demo", help="Fill an empty installation with a demo.")
    ] = None,
) -> None:
    """Start the whole product in this process."""
    from services.runtime.embedded import build_ui, fill_with_demo, opening
    from services.runtime.installation import Installation

    settings = settings_of(data_dir=data, host=host, port=port, demo=demo)
    record_traces(settings.otlp_url, settings.trace_share)
    with listening(settings) as listener:
        installation = Installation(settings)
        try:
            installation.migrate()
            installation.start()
            typer.echo(opening(installation, address_of(listener)))
            if settings.build_ui:
                build_ui(installation)
            if settings.demo:
                fill_with_demo(installation)
            serve_app(installation.gateway, listener, settings.keep_alive_s)
        finally:
            installation.stop()


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::', '::1') else host}:{port}"


def serve(
    name: ServiceName,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve one service's HTTP."""
    from services.registry import service_named
    from services.runtime.installation import Installation

    settings = settings_of(host=host, port=port)
    record_traces(settings.otlp_url, settings.trace_share)
    with listening(settings) as listener:
        installation = Installation(settings, services=[service_named(name)])
        installation.refuse_newer()
        leave = partial(installation.leave, name)
        serve_app(installation.app(name), listener, settings.keep_alive_s, leave, settings.drain_s)


def work(
    name: ServiceName,
    metrics_port: Annotated[int | None, typer.Option(help="Port to answer /healthz and /metrics at.")] = None,
) -> None:
    """Run one service's relay, consumer and schedule."""
    from services.registry import service_named
    from services.runtime.installation import Installation
    from shared.http.probes import answer_probes

    settings = settings_of(metrics_port=metrics_port)
    record_traces(settings.otlp_url, settings.trace_share)
    installation = Installation(settings, services=[service_named(name)])
    worker = installation.workers[name]
    if settings.metrics_port is not None:
        with naming(settings.host, settings.metrics_port):
            answer_probes(settings.host, settings.metrics_port, lambda: worker.stuck_for_s() <= settings.watchdog_s)
    installation.refuse_newer()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    installation.start()
    threading.Thread(target=worker.watch, args=(settings.watchdog_s,), daemon=True).start()
    stopping.wait()
    installation.stop()
    tracing.close()


def migrate_all(names: Annotated[list[ServiceName] | None, typer.Argument(help="Default: all.")] = None) -> None:
    """Bring databases to this program's shape and make the topics."""
    from services.runtime.installation import Installation

    Installation(settings_of(), services=services_named(names)).migrate()
