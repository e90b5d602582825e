"""The embedded product as a process of its own, with the built UI, and people who can sign in."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.support.patience import patiently
from tests.support.processes import Process, free_port, wait_until

ENTENTE = [sys.executable, "-m", "services"]
ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"
PARTNER = "Tomas Berg"
"""The role `partner`: a manager of the provider side."""
PEOPLE = {"manager": "Lucia Marchetti", "viewer": "Vera Lindholm", "admin": "Ada Kowalski"}


@dataclass
class Product:
    folder: Path
    has_demo: bool
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        # By this name a browser takes the page for safe, as it does where people open it.
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ENTENTE_DATA_DIR": str(self.folder / "data"),
            "ENTENTE_PORT": str(self.port),
            "ENTENTE_DEMO": str(self.has_demo),
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    def start(self) -> "Product":
        self.process = Process([*ENTENTE, "up"], self.folder / "up.log", environment=self.environment)
        wait_until(self._answers, 90, "the product is ready", self.process)
        return self

    def stop(self) -> None:
        self.process.stop()

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url + "/readyz", timeout=5).json().get("ui") == "ready"
        except (httpx.HTTPError, ValueError):
            return False

    def run(self, *arguments: str, given: str = "") -> str:
        command = [*ENTENTE, *arguments, "--data", str(self.folder / "data")]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            command,
            input=given,
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def invite(self) -> "Product":
        """Make somebody of each role, and a token for what tests arrange behind the pages."""
        for role, name in PEOPLE.items():
            self.run("user", "create", "--email", email(role), "--name", name, "--role", role, given=PASSWORD + "\n")
        token = self.run("token", "create", "--name", "tests", "--role", "admin")
        headers = {"authorization": f"Bearer {token}"}
        self.api = httpx.Client(base_url=self.url + "/api/v1/", headers=headers, timeout=30)
        partner = {"email": email("partner"), "name": PARTNER, "role": "manager", "side": "provider"}
        self.post("users", partner | {"password": PASSWORD})
        return self

    def session(self, role: str) -> str:
        """The cookie of somebody of a role, who signs in once: only ten attempts a minute are allowed."""
        if role not in self._sessions:
            credentials = {"email": email(role), "password": PASSWORD}
            answer = httpx.post(self.url + "/api/v1/session", json=credentials, timeout=30).raise_for_status()
            self._sessions[role] = answer.cookies["entente"]
        return self._sessions[role]

    def person(self, role: str) -> httpx.Client:
        """Calls as somebody who is signed in."""
        client = httpx.Client(base_url=self.url + "/api/v1/", cookies={"entente": self.session(role)}, timeout=30)
        client.headers["x-csrf-token"] = client.get("me").raise_for_status().json()["csrf_token"]
        return client

    def wait_for_demo(self) -> "Product":
        log = self.folder / "up.log"
        wait_until(lambda: "demo portfolio complete" in log.read_text(), 180, "the demo is loaded", self.process)
        wait_until(lambda: min(row["evidence_count"] for row in self.rows()) > 0, 60, "it is scored", self.process)
        return self

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("portfolio", limit=200)["items"]
        return rows

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.api.get(path, params=params).raise_for_status().json()
        return answer

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = patiently(lambda: self.api.post(path, json=body)).raise_for_status().json()
        return answer

    def relationship(self, provider: str) -> str:
        """A new one with a sponsor of its own."""
        ends = {}
        for kind, name in (("sponsor", f"{provider} Pharma"), ("provider", provider)):
            ends[f"{kind}_id"] = self.post("accounts", {"name": name, "kind": kind})["id"]
        return str(self.post("relationships", ends)["id"])

    def nearly_preferred(self, provider: str) -> str:
        """One that lacks only depth of record: the next good item makes it preferred."""
        relationship_id = self.relationship(provider)
        for days in (220, 200, 180, 160, 140):
            self.log(relationship_id, f"Review {days} days ago", days_ago=days)
        self.wait_for_evidence(relationship_id, 5)
        return relationship_id

    def log(self, relationship_id: str, summary: str, days_ago: float = 0.0) -> str:
        happened = {
            "relationship_id": relationship_id,
            "kind": "technical_review",
            "occurred_at": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(),
            "summary": summary,
            "experience": "exceeds",
        }
        return str(self.post("interactions", happened)["id"])

    def wait_for_evidence(self, relationship_id: str, count: int) -> None:
        def counts() -> bool:
            return bool(self.tier(relationship_id)["evidence_count"] == count)

        wait_until(counts, 30, f"{count} items count", self.process)

    def tier(self, relationship_id: str) -> dict[str, Any]:
        return self.get(f"relationships/{relationship_id}/tier")

    def interactions(self, relationship_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("interactions", relationship_id=relationship_id)["items"]
        return rows


def email(role: str) -> str:
    return f"{role}@example.org"
