"""What forwarding costs: its whole CPU per request before an echo, by each way of reaching it.

`python -m tests.bench.forwarding` prints one line per way; docs/decisions/0004 quotes a run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from services.gateway.app import open_gateway
from services.gateway.identity import usecases
from services.gateway.identity.schemas import CreateToken
from services.gateway.service import service
from services.gateway.upstream import Http, InProcess, Reply, Request, Upstream, Upstreams
from shared.actor_tokens import TokenSigner, new_key
from shared.clock import system_clock
from shared.derived.migrations import migrate
from shared.settings import read_settings
from tests.bench import echo
from tests.bench.hammer import fire, request
from tests.bench.meter import Meter

WAYS = ("echo alone", "in process", "httpx in process", "aiohttp", "httpx")
CONNECTIONS = 16
SECONDS = 4.0
BODY = {"relationship_id": "0" * 36, "kind": "call", "occurred_at": "2026-01-01T10:00:00Z", "summary": "x" * 200}


class Httpx:
    """The other client, as an upstream: with a URL over HTTP, else in process."""

    def __init__(self, url: str | None) -> None:
        transport = None if url else httpx.ASGITransport(echo.app)
        self._client = httpx.AsyncClient(base_url=url or "http://echo", transport=transport, timeout=35)

    async def send(self, request: Request) -> Reply:
        path = request.path.decode()
        answer = await self._client.request(
            request.method, path, content=request.body, headers=list(request.headers), follow_redirects=False
        )
        headers = [(name.lower(), value) for name, value in answer.headers.raw]
        return Reply(answer.status_code, headers, answer.content)

    async def close(self) -> None:
        await self._client.aclose()


def upstream(way: str, url: str) -> Upstream:
    if way == "in process":
        return InProcess(echo.app)
    if way == "aiohttp":
        return Http(url)
    return Httpx(url if way == "httpx" else None)


def gateway() -> Any:
    """The app of the serving process, made from the environment that `main` gave it."""
    way, url, folder = (os.environ[f"BENCH_{name}"] for name in ("WAY", "URL", "FOLDER"))
    settings = read_settings(data_dir=folder, requests_per_second=1_000_000)
    database = service.database(settings.database_of("gateway"))
    upstreams = Upstreams(TokenSigner(new_key()), dict.fromkeys(("accounts", "engagements"), upstream(way, url)))
    return open_gateway(database, upstreams, settings, system_clock)


def serve(app: str, port: int, environment: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "warning", "--no-access-log", app]
    return subprocess.Popen([*command, *options], env={**os.environ, **environment})


def measured(port: int, process: subprocess.Popen[bytes], requests: Sequence[str]) -> str:
    fire(port, requests, 1.0, CONNECTIONS)
    with Meter({"gateway": process.pid}) as meter:
        volley = fire(port, requests, SECONDS, CONNECTIONS)
    cpu_ms = meter.of("gateway") / volley.count * 1000
    return f"{volley.rate:7.0f} requests/s   p50 {volley.ms(0.5):6.2f} ms   {cpu_ms:5.2f} ms CPU a request"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = service.database(f"sqlite:///{Path(folder) / 'gateway.sqlite'}")
        migrate(service, database)
        with database.write() as tx:
            secret = usecases.create_token(tx, CreateToken(name="gateway", role="manager"), None, system_clock()).secret
        requests = [request("POST", "/api/v1/interactions", secret or "", BODY)]
        far, near = 18_471, 18_472
        echoing = serve("tests.bench.echo:app", far, {})
        try:
            for way in WAYS:
                environment = {"BENCH_WAY": way, "BENCH_URL": f"http://127.0.0.1:{far}", "BENCH_FOLDER": folder}
                process, port = echoing, far
                if way != "echo alone":
                    process, port = serve("tests.bench.forwarding:gateway", near, environment, "--factory"), near
                wait(port)
                print(f"{way:17} {measured(port, process, requests)}")
                if process is not echoing:
                    process.terminate()
                    process.wait(10)
        finally:
            echoing.terminate()


def wait(port: int) -> None:
    transport = httpx.HTTPTransport(retries=5)
    with httpx.Client(transport=transport, timeout=20) as client:
        client.get(f"http://127.0.0.1:{port}/healthz")


if __name__ == "__main__":
    main()
