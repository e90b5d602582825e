"""How each service is, and what becomes of records that it could not apply: for admins, through the gateway."""

from typing import Any

import pytest

from services.registry import SERVICES
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.dead_letters import dead_letters
from tests.scorecards.feeding import interaction, introduce, publish, tier_of, today
from tests.support.installation import ApiClient, InstallationUnderTest

LETTERS = "/api/v1/services/scorecards/dead-letters"


def parked(installation: InstallationUnderTest, record: Record) -> str:
    """The id under which this record is parked."""
    publish(installation, record)
    with installation.product.databases["scorecards"].read() as tx:
        [letter] = [row for row in dead_letters(tx) if row["value"] == record.value]
    return str(letter["dead_letter_id"])


def listed(api: ApiClient, **params: Any) -> dict[str, dict[str, Any]]:
    """Every dead letter by its id, page by page."""
    found: dict[str, dict[str, Any]] = {}
    while True:
        answer = api.get(LETTERS, params={"limit": 3, **params})
        assert answer.status_code == 200, answer.text
        found |= {row["id"]: row for row in answer.json()["items"]}
        if answer.json()["next"] is None:
            return found
        params["after"] = answer.json()["next"]


@pytest.mark.parametrize("name", SERVICES)
def test_only_admins_use_the_admin_api(installation: InstallationUnderTest, name: str) -> None:
    path = f"/api/v1/services/{name}"

    for client, status in (
        (installation.api("manager"), 403),
        (installation.api("admin", "provider"), 403),
        (installation.visitor(), 401),
    ):
        assert client.get(path + "/health").status_code == status
        assert client.get(path + "/dead-letters").status_code == status
        for act in ("redrive", "discard", "restoration"):
            assert client.post(f"{path}/dead-letters/{new_id()}/{act}").status_code == status


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reports_its_health(installation: InstallationUnderTest, name: str) -> None:
    admin = installation.api("admin")

    def is_seen() -> bool:
        return admin.get(f"/api/v1/services/{name}/health").json()["lag"] is not None

    installation.eventually(is_seen)
    health = admin.get(f"/api/v1/services/{name}/health").json()

    assert (health["service"], health["version"]) == (name, "0.2.0")
    assert health["revision"].startswith("00")
    assert health["checked_at"] >= health["worker_seen_at"]
    assert "tidy idempotency keys" in {task["name"] for task in health["tasks"]}
    assert "look after the worker" not in {task["name"] for task in health["tasks"]}


def test_health_counts_waiting_events_and_dead_letters(fresh_installation: InstallationUnderTest) -> None:
    admin, path = fresh_installation.api("admin"), "/api/v1/services/scorecards/health"
    before = admin.get(path).json()
    parked(fresh_installation, Record("entente.engagements", b"1", b"\xff torn"))
    worker = fresh_installation.product.workers["accounts"]
    worker.stopping.set()
    worker.stop()
    admin.post("/api/v1/accounts", {"name": "Kept back", "kind": "provider"})
    fresh_installation.clock.advance(minutes=5)

    after = admin.get(path).json()
    waiting = admin.get("/api/v1/services/accounts/health").json()

    assert (before["dead_letters"], after["dead_letters"]) == (0, 1)
    assert (before["outbox_pending"], waiting["outbox_pending"]) == (0, 1)
    assert waiting["outbox_oldest_age_s"] >= 300
    assert waiting["checked_at"] > waiting["worker_seen_at"]


def test_a_dead_letter_is_shown_with_its_bytes_and_counts_once_it_is_mended(
    installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.scorecards.ledger import usecases

    known, day, admin, enter = introduce(installation), today(installation), installation.api("admin"), usecases.enter
    record = interaction(known.relationship_id, day, "exceeds")

    def fail(pending: Any, source: Any, *rest: Any, **more: Any) -> Any:
        if source.relationship_id == known.relationship_id:
            raise RuntimeError("a bug in this version")
        return enter(pending, source, *rest, **more)

    monkeypatch.setattr(usecases, "enter", fail)
    letter_id = parked(installation, record)
    still = admin.post(f"{LETTERS}/{letter_id}/redrive")
    monkeypatch.undo()

    assert (still.status_code, still.json()["type"].rsplit("/")[-1]) == (409, "dead-letter-still-broken")
    assert still.json()["detail"] == "RuntimeError: a bug in this version"
    row = listed(admin)[letter_id]
    assert (row["topic"], row["reason"], row["settled_by"]) == (record.topic, still.json()["detail"], None)
    assert "value" not in row
    shown = admin.get(f"{LETTERS}/{letter_id}").json()
    assert (shown["key"], shown["value"]) == (known.relationship_id, record.value.decode())
    assert tier_of(installation, known.relationship_id)["evidence_count"] == 0

    redriven = admin.post(f"{LETTERS}/{letter_id}/redrive")

    assert (redriven.status_code, redriven.json()["settled_by"]) == (200, "redrive")
    assert tier_of(installation, known.relationship_id)["evidence_count"] == 1
    assert letter_id not in listed(admin)
    assert admin.post(f"{LETTERS}/{letter_id}/redrive").status_code == 404
    assert admin.post(f"{LETTERS}/{letter_id}/restoration").status_code == 404


def test_a_discarded_dead_letter_is_stored_and_can_be_restored(installation: InstallationUnderTest) -> None:
    admin = installation.api("admin")
    letter_id = parked(installation, Record("entente.engagements", new_id().encode(), b"\xff " + new_id().encode()))

    discarded = admin.post(f"{LETTERS}/{letter_id}/discard")

    assert (discarded.status_code, discarded.json()["settled_by"]) == (200, "discard")
    assert discarded.json()["value"].startswith("\\xff ")
    assert letter_id not in listed(admin)
    assert letter_id in listed(admin, discarded=True)
    assert admin.post(f"{LETTERS}/{letter_id}/discard").status_code == 404

    restored = admin.post(f"{LETTERS}/{letter_id}/restoration")

    assert (restored.json()["settled_at"], restored.json()["settled_by"]) == (None, None)
    assert letter_id in listed(admin)
    admin.post(f"{LETTERS}/{letter_id}/discard")


def test_an_unknown_dead_letter_is_not_found(installation: InstallationUnderTest) -> None:
    admin = installation.api("admin")

    assert admin.get(f"{LETTERS}/{new_id()}").status_code == 404
    for act in ("redrive", "discard", "restoration"):
        assert admin.post(f"{LETTERS}/{new_id()}/{act}").status_code == 404
