"""What most tests of accounts begin with: a manager who makes accounts, contacts and relationships."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.accounts.service import service
from shared.auth import Actor
from tests.support.installation import Client, InstallationUnderTest, somebody

SERVICE = service.name
Row = dict[str, Any]


@dataclass
class Scene:
    installation: InstallationUnderTest
    owner: Actor
    manager: Client

    def client(self, role: str = "viewer", side: str = "sponsor") -> Client:
        return self.installation.client(SERVICE, somebody(role, side))

    def post(self, path: str, body: Any = None, status: int = 201) -> Row:
        answer = self.manager.post("/v1/" + path, body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def get(self, path: str) -> Row:
        answer = self.manager.get("/v1/" + path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def patch(self, path: str, body: Any, version: int = 1) -> httpx.Response:
        return self.manager.patch("/v1/" + path, body, headers=if_match(version))

    def delete(self, path: str, version: int = 1) -> httpx.Response:
        return self.manager.delete("/v1/" + path, headers=if_match(version))

    def account(self, kind: str = "provider", **more: Any) -> Row:
        return self.post("accounts", {"name": f"A {kind}", "kind": kind} | more)

    def contact(self, account_id: str | None = None, **more: Any) -> Row:
        body = {"name": "Ada Example", "function": "quality", "email": "ada@example.org", "phone": "+41 44 000 00 00"}
        return self.post(f"accounts/{account_id or self.account()['id']}/contacts", body | more)

    def two(self) -> dict[str, str]:
        """The ends of a relationship."""
        return {f"{kind}_id": self.account(kind)["id"] for kind in ("sponsor", "provider")}

    def relationship(self, **more: Any) -> Row:
        return self.post("relationships", self.two() | more)

    def ids(self, path: str) -> list[str]:
        return [item["id"] for item in self.get(path)["items"]]

    def announced(self, subject: str) -> list[tuple[str, Row]]:
        """Short type and data of the events about a record, oldest first."""
        events = self.installation.announced(SERVICE, subject)
        return [(event["type"].removeprefix("accounts.").removesuffix(".v1"), event["data"]) for event in events]


def scene(installation: InstallationUnderTest) -> Scene:
    owner = somebody("manager")
    return Scene(installation, owner, installation.client(SERVICE, owner))


def pages(client: Client, path: str, limit: int) -> list[Row]:
    """Everything of a list, read in pages."""
    items: list[Row] = []
    following = ""
    while True:
        answer = client.get(f"/v1/{path}&limit={limit}" + (f"&after={following}" if following else ""))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) == limit or page["next"] is None
        items += page["items"]
        if page["next"] is None:
            return items
        following = page["next"]


def of(answer: httpx.Response, asked_id: str) -> tuple[int, bytes, list[str]]:
    """All that an answer tells beyond the id asked for, which the caller knows."""
    return answer.status_code, answer.content.replace(asked_id.encode(), b"ID"), sorted(answer.headers)


def if_match(version: int) -> dict[str, str]:
    return {"if-match": f'"{version}"'}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and slug of a refusal."""
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


def pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["pointer"] for error in answer.json()["errors"]]
