"""Server-sent events: what concerns a reader, from where they left off, and nothing else."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.gateway.live import feed
from shared.auth import Actor, readable, reads
from shared.ids import new_id
from tests.gateway.conftest import Related, person
from tests.support.installation import HttpClient, InstallationUnderTest


@dataclass
class Stream:
    """A listener of `GET events`, on the gateway's own event loop, as a server would run it."""

    client: HttpClient
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    text: str = ""
    has_ended: bool = False

    def __enter__(self) -> "Stream":
        self._gone = asyncio.Event()
        self._task = self.client.installation.portal.start_task_soon(self._listen)
        self.until(lambda: self.status != 0)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.installation.portal.call(self._gone.set)
        self._task.result(timeout=10)

    async def _listen(self) -> None:
        headers = {**self.client.headers, **self.headers, "host": "gateway"}
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": "/api/v1/events", "raw_path": b"/api/v1/events", "query_string": b"",
            "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50_000), "server": ("gateway", 80),
        }  # fmt: skip
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            self.status = message.get("status", self.status)
            self.text += message.get("body", b"").decode()

        await self.client.installation.product.gateway(scope, receive, send)  # type: ignore[arg-type]
        self.has_ended = True

    @property
    def updates(self) -> list[dict[str, Any]]:
        """The changes that came, oldest first, each with its event's id as `sequence`."""
        found = []
        for block in self.text.split("\n\n"):
            if "event: changed" in block:
                lines = dict(line.split(": ", 1) for line in block.split("\n"))
                found.append({**json.loads(lines["data"]), "sequence": int(lines["id"])})
        return found

    def until(self, is_so: Callable[[], bool], timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_so():
            assert time.monotonic() < deadline, self.text
            time.sleep(0.01)

    def received(self, subject_id: str) -> bool:
        return any(subject_id in (entry["id"], entry["relationship_id"]) for entry in self.updates)


def logged(api: HttpClient, relationship_id: str, **more: object) -> str:
    command = {
        "relationship_id": relationship_id,
        "kind": "note",
        "occurred_at": "2026-03-02T09:00:00Z",
        "summary": "x",
    }
    answer = api.post("/api/v1/interactions", command | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def listening(stream: Stream) -> Stream:
    stream.until(lambda: "retry" in stream.text)
    return stream


def test_a_stream_without_credentials_is_refused(installation: InstallationUnderTest) -> None:
    with Stream(installation.visitor()) as stream:
        assert stream.status == 401


def test_a_change_reaches_an_open_page_by_ids_alone(installation: InstallationUnderTest, related: Related) -> None:
    api = installation.api()
    relationship_id = related(api)
    installation.wait_until_applied()
    with Stream(installation.api("viewer")) as stream:
        listening(stream)
        interaction_id = logged(api, relationship_id, summary="Nobody else's business")

        stream.until(lambda: stream.received(interaction_id))
    [entry] = [entry for entry in stream.updates if entry["id"] == interaction_id]
    assert entry["type"] == "engagements.interaction_logged.v1"
    assert entry["relationship_id"] == relationship_id
    assert "business" not in stream.text


def test_a_restricted_relationship_is_not_in_the_stream(installation: InstallationUnderTest, related: Related) -> None:
    owner, outsider = installation.api(), installation.api()
    hidden, open_one = related(owner, visibility="restricted"), related(owner)
    installation.wait_until_applied()
    with (
        Stream(owner) as owners,
        Stream(outsider) as outsiders,
        Stream(installation.api("manager", "provider")) as providers,
    ):
        for stream in (owners, outsiders, providers):
            listening(stream)
        logged(owner, hidden)
        logged(owner, open_one)

        for stream in (owners, outsiders):
            stream.until(lambda stream=stream: stream.received(open_one))

    assert owners.received(hidden)
    assert not outsiders.received(hidden)
    assert providers.updates == []


def test_a_private_note_reaches_its_author_and_admins(installation: InstallationUnderTest, related: Related) -> None:
    author, colleague, admin = installation.api(), installation.api(), installation.api("admin")
    relationship_id = related(author)
    installation.wait_until_applied()
    with Stream(author) as authors, Stream(colleague) as colleagues, Stream(admin) as admins:
        for stream in (authors, colleagues, admins):
            listening(stream)
        private = logged(author, relationship_id, is_private=True)
        public = logged(author, relationship_id)

        for stream in (authors, colleagues, admins):
            stream.until(lambda stream=stream: stream.received(public))

    for stream, may_read in ((authors, True), (colleagues, False), (admins, True)):
        assert stream.received(private) is may_read


def test_a_page_resumes_where_its_stream_broke(installation: InstallationUnderTest, related: Related) -> None:
    api = installation.api()
    relationship_id = related(api)
    installation.wait_until_applied()
    with Stream(api) as stream:
        listening(stream)
        first = logged(api, relationship_id)
        stream.until(lambda: stream.received(first))
    last = stream.updates[-1]["sequence"]
    missed = [logged(api, relationship_id) for _ in range(3)]
    installation.wait_until_applied()

    with Stream(api, {"last-event-id": str(last)}) as again:
        again.until(lambda: {entry["id"] for entry in again.updates} >= set(missed))

    updates = [entry["sequence"] for entry in again.updates]
    assert updates == sorted(set(updates))
    assert updates[0] > last


def test_missed_updates_are_filtered_by_what_may_be_read_now(
    installation: InstallationUnderTest, related: Related
) -> None:
    api, reader = installation.api(), installation.api("viewer")
    relationship_id = related(api)
    installation.wait_until_applied()
    with Stream(api) as other_stream:  # keeps the updates in memory, filtered as when they happened
        listening(other_stream)
        seen = logged(api, relationship_id)
        other_stream.until(lambda: other_stream.received(seen))
        before = other_stream.updates[0]["sequence"] - 1
        path = f"/api/v1/relationships/{relationship_id}"
        assert api.patch(path, {"visibility": "restricted"}, headers={"if-match": '"1"'}).status_code == 200

        with Stream(reader, {"last-event-id": str(before)}) as stream:
            other = related(api)
            stream.until(lambda: stream.received(other))

    assert not stream.received(relationship_id)


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 20])
def test_an_invalid_cursor_is_refused(installation: InstallationUnderTest, cursor: str) -> None:
    assert installation.api().get("/api/v1/events", headers={"last-event-id": cursor}).status_code == 422


def test_a_page_that_was_away_too_long_gets_a_reset(fresh_installation: InstallationUnderTest) -> None:
    with Stream(fresh_installation.api(), {"last-event-id": "123456"}) as stream:
        stream.until(lambda: "event: reset" in stream.text)


def test_a_stream_ends_within_five_seconds_of_its_session(
    installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert feed.KEEP_ALIVE_S < 5
    monkeypatch.setattr(feed, "KEEP_ALIVE_S", 0.2)
    session = person(installation).sign_in()
    with Stream(session) as stream:
        listening(stream)
        assert session.delete("/api/v1/session").status_code == 204

        stream.until(lambda: stream.has_ended)


def test_a_principal_has_ten_streams_at_most(installation: InstallationUnderTest) -> None:
    api = installation.api()
    streams = [listening(Stream(api).__enter__()) for _ in range(10)]
    try:
        assert api.get("/api/v1/events").status_code == 429
    finally:
        for stream in streams:
            stream.__exit__()
    with Stream(api) as stream:
        assert stream.status == 200


@pytest.mark.parametrize("role", ["viewer", "admin"])
@pytest.mark.parametrize("side", ["sponsor", "provider"])
@pytest.mark.parametrize("is_restricted", [True, False])
@pytest.mark.parametrize("is_member", [True, False])
def test_the_rule_for_one_row_is_the_rule_of_every_list(
    installation: InstallationUnderTest, role: Any, side: Any, is_restricted: bool, is_member: bool
) -> None:
    actor, relationship_id = Actor(new_id(), "x", role, side, "person"), new_id()
    team = {actor.actor_id} if is_member else {new_id()}
    with installation.product.databases["gateway"].write() as tx:
        relationships, members = tx.table("relationship"), tx.table("relationship_member")
        values = {"relationship_id": relationship_id, "epoch": 1, "version": 1, "is_restricted": is_restricted}
        tx.run(relationships.insert().values(**values))
        tx.run(members.insert(), [{"relationship_id": relationship_id, "actor_id": id} for id in team])
        rule = readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)
        found = tx.run(relationships.select().where(relationships.c.relationship_id == relationship_id, rule)).first()

    assert reads(actor, is_restricted, team) is (found is not None)
