"""The distributed form as an operator has it: `make up` from nothing, used, attacked and killed, and `make down`.

It runs where a Docker engine answers; tests/conftest.py says where it does not. The tests stand in the order of such a
day, so all run on one installation, and the last takes it away.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.registry import SERVICES, UPSTREAMS
from shared.ids import new_id
from tests.support.compose import RUNNING, Composed, code_of
from tests.support.processes import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("compose"), pytest.mark.timeout(2_400)]

FIRST = {"email": "ada@example.org", "name": "Ada", "password": "seventeen green lamps"}
MIGRATIONS = [f"migrate-{service}" for service in SERVICES]
OWN_IMAGE = [name for name in (*RUNNING, *MIGRATIONS) if name not in ("postgres", "kafka")]
KILLED = (
    "postgres",
    "kafka",
    "accounts",
    "engagements",
    "gateway",
    "work-engagements",
    "work-scorecards",
    "work-gateway",
)
"""One of each kind: both parts, a service's web app, the gateway's, and workers of either."""

REACH = """\
import socket, sys
for peer in sys.argv[1:]:
    host, port = peer.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
        print(peer, "reached")
    except OSError:
        print(peer, "refused")
"""
OPEN = """\
import os, sys, psycopg
own = os.environ["ENTENTE_DATABASE_URL"]
for name in sys.argv[1:]:
    try:
        psycopg.connect(own.rpartition("/")[0] + "/" + name, connect_timeout=5).close()
        print(name, "opened")
    except psycopg.OperationalError as error:
        print(name, "permission denied" if "permission denied for database" in str(error) else error)
"""
LOOK = """\
import importlib.util, os, pathlib, shutil, sysconfig
print("uid", os.getuid())
print("programs", [name for name in ("pip", "node", "npm", "gcc", "git", "curl") if shutil.which(name)])
site = pathlib.Path(sysconfig.get_path("purelib"))
unwanted = ("tests", "deploy", "services/gateway/ui")
print("modules", [name for name in ("pip", "ensurepip", "hatchling") if importlib.util.find_spec(name)])
print("left", [name for name in unwanted if (site / name).exists()])
try:
    (site / "written").touch()
except OSError as error:
    print("written", error.strerror)
"""


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    installation = Composed(tmp_path_factory.mktemp("compose"), f"entente-{new_id()[-12:]}")
    try:
        yield installation
    finally:
        if installation.left():
            installation.make("down")


@pytest.fixture(scope="module")
def said(composed: Composed) -> str:
    """What `make up` said."""
    return composed.make("up")


@pytest.fixture(scope="module")
def signed_in(composed: Composed, said: str) -> Iterator[httpx.Client]:
    """The first admin, who signed up by the link and then signed in as on any other day."""
    with httpx.Client(base_url=composed.address, timeout=30) as client:
        answer = client.post("/api/v1/setup", json={"code": code_of(said), **FIRST})
        assert answer.status_code == 201, answer.text
        client.cookies.clear()
        assert client.get("/api/v1/me").status_code == 401
        sign_in(client)
        yield client


def sign_in(client: httpx.Client) -> None:
    answer = client.post("/api/v1/session", json={"email": FIRST["email"], "password": FIRST["password"]})
    assert answer.status_code in (200, 201), answer.text
    client.headers["x-csrf-token"] = client.get("/api/v1/me").raise_for_status().json()["csrf_token"]


def log_interactions_that_earn_preferred(client: httpx.Client) -> str:
    """Log a good record of a new relationship, call by call, and wait until its tier has moved; its id."""
    ends = {}
    for kind in ("sponsor", "provider"):
        account = client.post("/api/v1/accounts", json={"name": f"{kind} {new_id()}", "kind": kind})
        ends[f"{kind}_id"] = account.raise_for_status().json()["id"]
    relationship_id = client.post("/api/v1/relationships", json=ends).raise_for_status().json()["id"]
    assert tier_of(client, relationship_id) == "transactional"
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for days in range(120, 0, -10):
        call = {"relationship_id": relationship_id, "kind": "call", "summary": "Weekly call", "experience": "exceeds"}
        occurred_at = (today - timedelta(days=days)).isoformat()
        answered(lambda body=call | {"occurred_at": occurred_at}: client.post("/api/v1/interactions", json=body))
    wait_until(lambda: tier_of(client, relationship_id) == "preferred", 120, "the interactions have moved the tier")
    return relationship_id


def tier_of(client: httpx.Client, relationship_id: str) -> str:
    return str(answered(lambda: client.get(f"/api/v1/relationships/{relationship_id}/tier")).json()["tier"])


def answered(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """What is answered once the service knows the relationship; until then it is 409 on a busy machine."""
    answers = [ask()]

    def is_known() -> bool:
        if answers[-1].status_code == 409:
            answers.append(ask())
        return answers[-1].status_code != 409

    wait_until(is_known, 60, "the service knows the relationship")
    return answers[-1].raise_for_status()


def wait_until_verified(composed: Composed) -> None:
    for service in SERVICES:
        wait_until(lambda name=service: composed.verifies(name), 60, f"what {service} holds is verified")


def test_up_ends_with_a_link_and_a_page_to_sign_in_to(composed: Composed, said: str) -> None:
    assert f"Entente answers at {composed.address}\n" in said
    assert f"{composed.address}/set-up#{code_of(said)}" in said
    page = httpx.get(f"{composed.address}/")
    assert page.status_code == 200
    [script] = re.findall(r'<script type="module"[^>]* src="([^"]+)"', page.text)
    assert httpx.get(composed.address + script).status_code == 200


def test_who_signed_in_logs_interactions_and_the_tier_moves(signed_in: httpx.Client) -> None:
    log_interactions_that_earn_preferred(signed_in)


def test_the_link_is_told_no_more_once_somebody_has_signed_up(composed: Composed, signed_in: httpx.Client) -> None:
    assert composed.entente("gateway", "user", "first", "--address", composed.address) == (
        f"Entente answers at {composed.address}\n"
    )


def test_only_the_gateway_publishes_a_port(composed: Composed, said: str) -> None:
    found = {name: composed.inspect(name)["HostConfig"]["PortBindings"] or {} for name in composed.containers()}

    assert set(found) == {*RUNNING, *MIGRATIONS}
    host, _, port = composed.address.removeprefix("http://").partition(":")
    assert found.pop("gateway") == {"8080/tcp": [{"HostIp": host, "HostPort": port}]}
    assert set(map(len, found.values())) == {0}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_opens_no_database_but_its_own(composed: Composed, said: str, service: str) -> None:
    answers = composed.python(service, OPEN, *SERVICES, "postgres", "template1").splitlines()

    assert answers == [
        f"{name} opened" if name == service else f"{name} permission denied"
        for name in (*SERVICES, "postgres", "template1")
    ]


def test_no_container_knows_the_secret_of_another(composed: Composed, said: str) -> None:
    secrets = composed.secrets()
    assert len({*secrets.values()}) == 7

    for container in OWN_IMAGE:
        environment = "\n".join(composed.environment_of(container).values())
        service = container.removeprefix("work-").removeprefix("migrate-")
        may_know = {f"{service.upper()}_PASSWORD", "ACTOR_PUBLIC_KEY"}
        if container in ("gateway", "work-gateway"):
            may_know.add("ACTOR_KEY")
        assert {name for name, value in secrets.items() if value in environment} == may_know, container
    assert not any(value in "\n".join(composed.environment_of("kafka").values()) for value in secrets.values())


def test_no_service_reaches_another_nor_the_world_and_the_gateway_reaches_all(composed: Composed, said: str) -> None:
    addresses = {name: composed.addresses(name) for name in SERVICES}
    for service in UPSTREAMS:
        assert set(addresses[service]) == {f"{composed.name}_{service}"}
        assert composed.docker("network", "inspect", "--format", "{{.Internal}}", *addresses[service]).strip() == "true"
        others = [name for name in UPSTREAMS if name != service]
        far = [f"{address}:8080" for name in others for address in addresses[name].values()]
        near = [f"{service}:8080", "postgres:5432", "kafka:9092"]

        answers = composed.python(f"work-{service}", REACH, *far, *near).splitlines()

        assert answers == [*(f"{peer} refused" for peer in far), *(f"{peer} reached" for peer in near)]
    peers = [f"{name}:8080" for name in SERVICES]
    assert composed.python("gateway", REACH, *peers).splitlines() == [f"{peer} reached" for peer in peers]


def test_what_runs_is_no_root_writes_nowhere_and_holds_no_tools(composed: Composed, said: str) -> None:
    for container in OWN_IMAGE:
        found = composed.inspect(container)
        assert found["HostConfig"]["ReadonlyRootfs"], container
        assert found["HostConfig"]["CapDrop"] == ["ALL"], container
        assert found["Image"] == composed.inspect("gateway")["Image"], container  # one artefact
    assert composed.python("gateway", LOOK).splitlines() == [
        "uid 10001",
        "programs []",
        "modules []",
        "left []",
        "written Read-only file system",
    ]


def test_every_container_has_a_limit_and_was_never_killed_for_its_memory(composed: Composed, said: str) -> None:
    for container in composed.containers():
        found = composed.inspect(container)
        assert found["HostConfig"]["Memory"] > 0, container
        assert not found["State"]["OOMKilled"], container


def test_the_same_image_is_the_embedded_product(composed: Composed, said: str) -> None:
    where = ["--read-only", "--tmpfs", "/tmp", "--volume", "/data"]
    container = composed.docker("run", "--detach", *where, "--env", "ENTENTE_DEMO=0", composed.image).strip()
    try:
        address = "Entente answers at http://localhost:8080\n"
        wait_until(lambda: address in composed.docker("logs", container), 90, "the address is printed")
    finally:
        composed.docker("rm", "--force", "--volumes", container)


@pytest.mark.parametrize("container", KILLED)
def test_a_killed_container_comes_back(composed: Composed, signed_in: httpx.Client, container: str) -> None:
    restarts = composed.inspect(container)["RestartCount"]

    composed.kill(container)

    wait_until(lambda: composed.is_back(container, restarts), 180, f"{container} is back")


def test_after_all_the_kills_nothing_is_lost_and_the_tier_moves(composed: Composed, signed_in: httpx.Client) -> None:
    composed.wait_until_well(RUNNING)
    wait_until(composed.is_ready, 60, "the gateway is ready")

    log_interactions_that_earn_preferred(signed_in)

    wait_until_verified(composed)


def test_what_is_stored_outlives_the_containers(composed: Composed, signed_in: httpx.Client) -> None:
    relationship_id = log_interactions_that_earn_preferred(signed_in)

    composed.compose("down")
    said_again = composed.make("up")

    assert said_again.endswith(f"Entente answers at {composed.address}\n")
    assert tier_of(signed_in, relationship_id) == "preferred"
    wait_until_verified(composed)


def test_down_leaves_nothing(composed: Composed, said: str) -> None:
    assert composed.left()
    volumes = composed.volumes()
    assert len(volumes) > 2  # with those that nobody named

    composed.make("down")

    assert composed.left() == []
    assert volumes.isdisjoint(composed.docker("volume", "ls", "--quiet").split())
    assert not (composed.folder / ".env").exists()
