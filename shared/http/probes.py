"""Where a worker, which serves nothing else, answers whether it lives and what Prometheus asks."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import make_wsgi_app

PROBES = ("/healthz", "/readyz", "/metrics")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A probe is no news."""


def answer_probes(host: str, port: int, is_alive: Callable[[], bool]) -> None:
    """Answer `/healthz` and `/metrics` from a thread of its own; `OSError` where the port is taken."""
    metrics: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]] = make_wsgi_app()

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return metrics(environ, start_response)
        if environ["PATH_INFO"] != "/healthz":
            start_response("404 Not Found", [])
            return []
        is_well = is_alive()
        start_response("200 OK" if is_well else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"status": "%s"}' % (b"alive" if is_well else b"standing still")]

    server = make_server(host, port, answer, _Server, _Handler)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
