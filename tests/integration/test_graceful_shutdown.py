"""A replica that ends says so at its probe, and goes on answering until no proxy sends it more."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from services.registry import UPSTREAMS
from tests.support.distributed import ENTENTE, ROOT
from tests.support.processes import Process, free_port, run, wait_until

Serve = Callable[[str, float], tuple[Process, str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a service in a data folder with this drain time; it is ready when it is given."""
    begun: list[Process] = []

    def start(service: str, drain_s: float) -> tuple[Process, str]:
        port = free_port()
        environment = {
            "ENTENTE_DATA_DIR": str(tmp_path), "ENTENTE_DRAIN_S": str(drain_s), "PYTHONPATH": str(ROOT),
            **{f"ENTENTE_{other.upper()}_URL": "http://127.0.0.1:1" for other in UPSTREAMS},
        }  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            run([*ENTENTE, "migrate", service], tmp_path / "migrate.log")
        command = [*ENTENTE, "serve", service, "--port", str(port)]
        process = Process(command, tmp_path / "serve.log", environment=environment)
        begun.append(process)
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: ready(url) == 200, 60, f"{service} is ready", process)
        return process, url

    yield start
    for process in begun:
        process.kill()


def ready(url: str) -> int | None:
    try:
        return httpx.get(url + "/readyz", timeout=10).status_code
    except httpx.TransportError:
        return None


def keeps(url: str) -> bool:
    """Whether the connection is kept after an answer."""
    return httpx.get(url + "/healthz", timeout=10).headers.get("connection") != "close"


def test_a_replica_that_leaves_takes_requests_until_its_time_is_over(serve: Serve) -> None:
    process, url = serve("gateway", 300)
    assert keeps(url)

    process.send(signal.SIGTERM)
    wait_until(lambda: ready(url) == 503, 60, "the probe says that it leaves", process)

    with httpx.Client(base_url=url, timeout=10) as fresh:
        assert fresh.get("/readyz").json() == {"status": "leaving"}
        assert fresh.get("/healthz").status_code == 200
    wait_until(lambda: keeps(url) is False, 60, "kept connections are closed with an answer", process)
    assert process.is_running

    process.send(signal.SIGTERM)
    wait_until(lambda: not process.is_running, 60, "a second signal ends it")


def test_a_replica_that_has_left_ends_in_peace(serve: Serve) -> None:
    process, _ = serve("accounts", 0.5)

    process.send(signal.SIGTERM)
    wait_until(lambda: not process.is_running, 60, "it ends by itself")

    assert process.returncode == 0


def test_the_whole_product_closes_what_it_opened(tmp_path: Path) -> None:
    port = free_port()
    environment = {"ENTENTE_DATA_DIR": str(tmp_path), "ENTENTE_DEMO": "0", "PYTHONPATH": str(ROOT)}
    process = Process([*ENTENTE, "up", "--port", str(port)], tmp_path / "up.log", environment=environment)
    try:
        wait_until(lambda: ready(f"http://127.0.0.1:{port}") == 200, 120, "it is ready", process)
        process.send(signal.SIGTERM)
        wait_until(lambda: not process.is_running, 120, "it ends by itself")
    finally:
        process.kill()

    assert process.returncode == 0
