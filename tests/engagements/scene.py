"""What most tests of engagements begin with: a relationship whose replica is applied, and its owner."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from services.engagements.service import service
from shared.auth import Actor
from shared.ids import new_id
from tests.support.installation import Client, InstallationUnderTest, somebody

SERVICE = service.name


@dataclass
class Scene:
    installation: InstallationUnderTest
    relationship_id: str
    sponsor_id: str
    provider_id: str
    owner: Actor
    manager: Client
    """Acts on the relationship: its owner, who is a manager."""
    unknown_id: str = field(default_factory=new_id)

    def client(self, role: str = "viewer", side: str = "sponsor") -> Client:
        return self.installation.client(SERVICE, somebody(role, side))

    def post(self, path: str, body: Any, status: int = 201) -> dict[str, Any]:
        answer = self.manager.post("/v1/" + path, body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def get(self, path: str) -> dict[str, Any]:
        answer = self.manager.get("/v1/" + path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def patch(self, path: str, body: Any, version: int = 1) -> httpx.Response:
        return self.manager.patch("/v1/" + path, body, headers=if_match(version))

    def engagement(self, **more: Any) -> dict[str, Any]:
        body = {"relationship_id": self.relationship_id, "name": "Fill and finish", "type": "commercial_supply"}
        return self.post("engagements", body | {"mode": "tactical", "complexity": 2} | more)

    def interaction(self, **more: Any) -> dict[str, Any]:
        body = {"relationship_id": self.relationship_id, "kind": "call", "occurred_at": at(days=-1)}
        return self.post("interactions", body | {"summary": "Weekly call"} | more)

    def delivery(self, **more: Any) -> dict[str, Any]:
        body = {"relationship_id": self.relationship_id, "promised_on": day(-10), "delivered_on": day(-11)}
        return self.post("deliveries", body | more)

    def milestone(self, **more: Any) -> dict[str, Any]:
        engagement_id = more.pop("engagement_id", None) or self.engagement()["id"]
        body = {"name": "First batch", "promised_on": day(30)} | more
        return self.post(f"engagements/{engagement_id}/milestones", body)

    def announced(self, subject: str) -> list[tuple[str, dict[str, Any]]]:
        """Short type and data of the events about a record, oldest first."""
        events = self.installation.announced(SERVICE, subject)
        return [(event["type"].removeprefix("engagements.").removesuffix(".v1"), event["data"]) for event in events]

    def run_task(self, name: str, ahead_days: int = 0) -> dict[str, Any]:
        """Run a task of the schedule as if it were so many days later."""
        [task] = [task for task in service.schedule if task.name == name]
        now = self.installation.clock() + timedelta(days=ahead_days)
        return dict(task.run(self.installation.product.databases[SERVICE], now))


def scene(installation: InstallationUnderTest, visibility: str = "open", **relationship: Any) -> Scene:
    owner = somebody("manager")
    accounts = installation.client("accounts", owner)
    sponsor, provider = (
        accounts.post("/v1/accounts", {"name": f"A {kind}", "kind": kind}).json()["id"]
        for kind in ("sponsor", "provider")
    )
    body = {"sponsor_id": sponsor, "provider_id": provider, "visibility": visibility} | relationship
    answer = accounts.post("/v1/relationships", body)
    assert answer.status_code == 201, answer.text
    relationship_id = answer.json()["id"]
    replica = installation.client(SERVICE, owner)
    installation.eventually(lambda: replica.get(f"/v1/relationship-replicas/{relationship_id}").status_code == 200)
    return Scene(installation, relationship_id, sponsor, provider, owner, replica)


def today() -> date:
    return datetime.now(UTC).date()


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def at(days: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def if_match(version: int) -> dict[str, str]:
    return {"if-match": f'"{version}"'}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and slug of a refusal."""
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


def pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["pointer"] for error in answer.json()["errors"]]
