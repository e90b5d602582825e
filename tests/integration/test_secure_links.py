"""The product with TLS and a password on every link: to PostgreSQL, and to Kafka as one user per service."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from services.registry import SERVICES
from tests.support.certificates import certificate, server_context
from tests.support.distributed import ENTENTE, ROOT, DistributedInstallation
from tests.support.kafka import GuardedBroker
from tests.support.load import relationships
from tests.support.manifests import container_of, variables_of
from tests.support.postgres import Postgres
from tests.support.processes import Process, free_port, wait_until
from tests.support.tls_front import tls_front

pytestmark = pytest.mark.installation
PASSWORDS = {name: f"the secret of {name}" for name in (*SERVICES, "operator")}


class Guarded(DistributedInstallation):
    """Each role as the manifests of `production` have it, its command and its variables, but for names and ports: each
    service is a user of Kafka. What is run by hand is the operator."""

    def __init__(self, folder: Path, postgres: Postgres, broker: GuardedBroker, tls_port: int, ca_file: Path) -> None:
        super().__init__(folder, postgres, broker, "guarded")
        url = urlsplit(self.environment["ENTENTE_DATABASE_URL"])
        verified = f"sslmode=verify-full&sslrootcert={ca_file}"
        credentials = url.netloc.rpartition("@")[0]
        self.environment |= {
            "ENTENTE_DATABASE_URL": url._replace(netloc=f"{credentials}@127.0.0.1:{tls_port}", query=verified).geturl(),
            "ENTENTE_BUS_URL": f"kafka://{broker.login_servers}",
            "ENTENTE_KAFKA_SECURITY": "SASL_SSL",
            "ENTENTE_KAFKA_CA_FILE": str(broker.ca_file),
            "ENTENTE_KAFKA_USER": "operator",
            "ENTENTE_KAFKA_PASSWORD": PASSWORDS["operator"],
        }
        self.probes: dict[str, str] = {}

    def _variables(self, role: str) -> dict[str, str]:
        secrets = {
            ("kafka", "url"): self.environment["ENTENTE_BUS_URL"],
            ("actor-key", "private"): self.environment["ENTENTE_ACTOR_KEY"],
            ("actor-key", "public"): self.environment["ENTENTE_ACTOR_PUBLIC_KEY"],
            ("mail", "url"): f"smtp://127.0.0.1:{free_port()}",
            **{(name, "database-url"): self.environment["ENTENTE_DATABASE_URL"] for name in SERVICES},
            **{(name, "kafka-password"): PASSWORDS[name] for name in SERVICES},
        }
        variables = variables_of("production", role, secrets)
        if "ENTENTE_KAFKA_CA_FILE" in variables:
            variables["ENTENTE_KAFKA_CA_FILE"] = self.environment["ENTENTE_KAFKA_CA_FILE"]
        for name, port in self.ports.items():
            variables = {
                key: value.replace(f"//serve-{name}:8080", f"//127.0.0.1:{port}") for key, value in variables.items()
            }
        return variables | {"PYTHONPATH": str(ROOT), "ENTENTE_LOG_LEVEL": "WARNING"}

    def open(self) -> "Guarded":
        for name in SERVICES:
            command = [*ENTENTE, *container_of("production", f"migrate {name}")["args"]]
            done = subprocess.run(
                command,
                env={"PATH": os.environ["PATH"], **self._variables(f"migrate {name}")},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
        for role in self.names:
            self.start(role)
        for role, probe in self.probes.items():
            wait_until(partial(answers, probe), 60, f"{role} is ready", self.processes[role])
        return self

    def start(self, role: str) -> None:
        container, variables = container_of("production", role), self._variables(role)
        verb, service = role.split()
        port = self.ports[service] if verb == "serve" else free_port()
        arguments = [part.replace("9090", str(port)) for part in container["args"]]
        self.probes[role] = f"http://127.0.0.1:{port}{container['readinessProbe']['httpGet']['path']}"
        variables |= {"ENTENTE_PORT": str(port)} if verb == "serve" else {}
        log = self.folder / f"{verb}-{service}.log"
        self.processes[role] = Process([*ENTENTE, *arguments], log, environment=variables)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return server_context(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def front(postgres: Postgres, tls: tuple[ssl.SSLContext, Path]) -> Iterator[int]:
    with tls_front(tls[0], urlsplit(postgres.url("postgres")).port or 5432) as port:
        yield port


def test_a_database_with_an_untrusted_certificate_is_refused(postgres: Postgres, front: int, tmp_path: Path) -> None:
    stranger, _ = certificate(tmp_path)
    url = urlsplit(postgres.url("postgres"))
    through = url._replace(netloc=f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{front}")

    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(through._replace(query=f"sslmode=verify-full&sslrootcert={stranger}").geturl())


def test_an_interaction_becomes_a_score_over_links_with_tls_and_passwords(
    postgres: Postgres, front: int, tls: tuple[ssl.SSLContext, Path], tmp_path: Path
) -> None:
    with GuardedBroker(tmp_path / "kafka", PASSWORDS) as broker:
        broker.start()
        product = Guarded(tmp_path, postgres, broker, front, tls[1])
        assert (
            "not allowed: accounts may write topic entente.accounts"
            in product.entente("topics", "check", "--access").stdout
        )
        applied = product.entente("topics", "apply", "--access")
        assert (applied.returncode, applied.stderr) == (0, "")
        checked = product.entente("topics", "check", "--access")
        assert (checked.returncode, checked.stdout) == (0, "all topics are as they should be\n")
        with product:
            token = product.token()
            api = httpx.Client(base_url=product.url, headers={"authorization": f"Bearer {token}"}, timeout=30)
            [relationship_id] = relationships(product.url, token, 1)
            logged = {
                "relationship_id": relationship_id,
                "kind": "business_review",
                "occurred_at": "2026-11-02T09:00:00Z",
            }
            made = api.post("/api/v1/interactions", json=logged | {"summary": "Good.", "experience": "exceeds"})
            assert made.status_code == 201, made.text

            def is_scored() -> bool:
                tier = api.get(f"/api/v1/relationships/{relationship_id}/tier")
                return tier.status_code == 200 and tier.json()["evidence_count"] == 1

            wait_until(is_scored, 60, "the interaction is in the score")
            assert [check for check in product.verify() if check["wrong"]] == []
