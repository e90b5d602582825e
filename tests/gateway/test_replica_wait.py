"""Replicas that lag: a known relationship is waited for; an unknown one answers like a restricted one."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.http import replica_wait
from shared.ids import new_id
from tests.gateway.conftest import Related
from tests.support.installation import ApiClient, InstallationUnderTest


@contextmanager
def paused(installation: InstallationUnderTest) -> Iterator[threading.Event]:
    """Events of accounts reach nobody while this holds: its relay finds nothing to send until the event is set."""
    resumed = threading.Event()
    accounts = installation.product.workers["accounts"]
    bus = accounts.bus
    publish = bus.publish
    held = {"topic": "entente.accounts"}

    def wait(records):  # type: ignore[no-untyped-def]
        if any(record.topic == held["topic"] for record in records):
            resumed.wait(30)
        return publish(records)

    bus.publish = wait  # type: ignore[method-assign]
    try:
        yield resumed
    finally:
        resumed.set()
        del bus.publish


def interaction(relationship_id: str) -> dict[str, object]:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC).isoformat()
    return {"relationship_id": relationship_id, "kind": "call", "occurred_at": at, "summary": "A call."}


@pytest.fixture
def api(installation: InstallationUnderTest) -> ApiClient:
    return installation.api()


def test_an_unknown_relationship_is_404_at_once(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica_wait, "BEHIND_S", 30)
    started = time.monotonic()

    answer = api.post("/api/v1/interactions", interaction(new_id()))

    assert answer.status_code == 404
    assert time.monotonic() - started < replica_wait.BEHIND_S


def test_a_restricted_relationship_is_the_same_404(
    installation: InstallationUnderTest, related: Related, api: ApiClient
) -> None:
    hidden = related(installation.api(), visibility="restricted")
    installation.wait_until_applied()

    for path in (f"/api/v1/relationships/{hidden}", f"/api/v1/relationships/{hidden}/tier"):
        answer, unknown = api.get(path), api.get(path.replace(hidden, new_id()))
        assert answer.status_code == unknown.status_code == 404
        assert answer.json() | {"relationship_id": ""} == unknown.json() | {"relationship_id": ""}


def test_a_relationship_is_used_the_moment_it_was_made(related: Related, api: ApiClient) -> None:
    for _ in range(5):
        assert api.post("/api/v1/interactions", interaction(related(api))).status_code == 201


def test_a_replica_that_stays_behind_is_a_conflict_and_later_none(
    installation: InstallationUnderTest, related: Related, api: ApiClient
) -> None:
    key = {"idempotency-key": new_id()}
    with paused(installation):
        relationship_id = related(api)
        answer = replace(api, is_patient=False).post("/api/v1/interactions", interaction(relationship_id), headers=key)

        assert answer.status_code == 409
        assert answer.json()["type"].endswith("/replica-behind")
        assert answer.headers["retry-after"] == "1"
    installation.wait_until_applied()
    assert api.post("/api/v1/interactions", interaction(relationship_id), headers=key).status_code == 201


def test_a_call_waits_while_the_replica_catches_up(
    installation: InstallationUnderTest, related: Related, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_wait, "BEHIND_S", 30)
    ask = replica_wait.ReplicaWait._replica_version
    with paused(installation) as resumed:
        relationship_id = related(api)

        async def ask_and_let_it_catch_up(*arguments: Any) -> int:
            version = await ask(*arguments)
            resumed.set()
            return version

        monkeypatch.setattr(replica_wait.ReplicaWait, "_replica_version", ask_and_let_it_catch_up)
        answer = api.post("/api/v1/interactions", interaction(relationship_id))

        assert (answer.status_code, resumed.is_set()) == (201, True)


def test_each_row_of_a_bulk_waits_for_itself(
    installation: InstallationUnderTest, related: Related, api: ApiClient
) -> None:
    known, unknown, key = related(api), new_id(), {"idempotency-key": new_id()}
    installation.wait_until_applied()
    with paused(installation):
        behind = related(api)
        body = {"items": [interaction(id) for id in (behind, known, unknown, behind)]}
        answer = api.post("/api/v1/interactions/bulk", body, headers=key)

        results = answer.json()["results"]
        assert [(row["index"], row["status"]) for row in results] == [(0, 409), (1, 201), (2, 404), (3, 409)]
        assert [row["outcome"] for row in results] == ["refused", "recorded", "refused", "refused"]
        assert results[0]["problem"]["type"].endswith("/replica-behind")
    installation.wait_until_applied()

    again = [api.post("/api/v1/interactions/bulk", body, headers=key).json()["results"] for _ in range(2)]

    assert [(row["index"], row["status"]) for row in again[0]] == [(0, 201), (1, 201), (2, 404), (3, 201)]
    assert again[0] == again[1]
    assert again[0][1] == results[1]


def test_a_team_is_changed_when_every_service_has_applied_it(
    installation: InstallationUnderTest, related: Related, api: ApiClient
) -> None:
    reader = installation.api("viewer")
    for round in range(3):
        relationship_id = related(api, visibility="restricted")
        path = f"/api/v1/relationships/{relationship_id}"
        assert reader.get(path + "/tier").status_code == 404

        joined = api.put(path + "/team", {"members": [api.actor_id, reader.actor_id]}, headers={"if-match": '"1"'})
        assert joined.status_code == 200, round
        assert reader.get(path + "/tier").status_code == 200
        assert reader.get(path + "/ladder").status_code == 200
        left = api.put(path + "/team", {"members": [api.actor_id]}, headers={"if-match": joined.headers["etag"]})
        assert left.status_code == 200
        assert reader.get(path + "/tier").status_code == 404
        assert reader.get(path + "/ladder").status_code == 404
        assert api.delete(path, headers={"if-match": left.headers["etag"]}).status_code == 204


def test_a_change_that_is_not_applied_in_time_says_where_to_ask_again(
    installation: InstallationUnderTest, related: Related, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.http.forwarding.APPLIED_S", 0.3)
    relationship_id = related(api)
    installation.wait_until_applied()
    with paused(installation):
        path = f"/api/v1/relationships/{relationship_id}"
        answer = api.patch(path, {"visibility": "restricted"}, headers={"if-match": '"1"'})

        assert answer.status_code == 202
        assert answer.headers["location"] == path + "/propagation"
        assert answer.headers["etag"] == '"2"'
        assert answer.json()["is_applied"] is False
        assert api.get(answer.headers["location"]).json()["applied"] == {
            "engagements": False, "scorecards": False, "gateway": False,
        }  # fmt: skip
    installation.wait_until_applied()
    assert api.get(path + "/propagation").json()["is_applied"] is True
