"""Logging an interaction."""

import pytest

from shared.ids import new_id
from tests.engagements.scene import at, day, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_may_not_log_interactions(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    assert problem(here.client("viewer").post("/v1/interactions", body)) == (403, "forbidden")
    assert problem(here.client("reviewer").post("/v1/interactions", body)) == (403, "forbidden")
    assert problem(here.client("manager", "provider").post("/v1/interactions", body)) == (403, "forbidden")
    assert problem(installation.stranger("engagements").post("/v1/interactions", body)) == (401, "not-signed-in")
    assert here.get(f"interactions?relationship_id={here.relationship_id}")["items"] == []


def test_a_logged_interaction_is_readable_and_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    engagement = here.engagement()

    logged = here.interaction(
        engagement_id=engagement["id"], kind="working_meeting", experience="exceeds", attributes=["quality_culture"]
    )

    assert here.get(f"interactions/{logged['id']}") == logged
    assert here.get(f"interactions?engagement_id={engagement['id']}")["items"] == [logged]
    [(kind, event)] = here.announced(logged["id"])
    assert kind == "interaction_logged"
    assert (event["version"], event["epoch"]) == (1, 1)
    for name in ("relationship_id", "engagement_id", "kind", "experience", "findings", "attributes", "occurred_at"):
        assert event[name] == logged[name]
    assert "summary" not in event


def test_only_an_audit_or_inspection_carries_findings(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {"relationship_id": here.relationship_id, "occurred_at": at(), "summary": "Seen", "findings": "minor"}

    assert pointers(here.manager.post("/v1/interactions", body | {"kind": "site_visit"})) == ["/findings"]

    audit = here.interaction(kind="audit", findings="minor")
    [(_, event)] = here.announced(audit["id"])
    assert event["findings"] == "minor"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"occurred_at": "2024-05-01T10:00:00"}, "/occurred_at"),
        ({"occurred_at": "1969-12-31T23:59:59Z"}, "/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "/occurred_at"),
        ({"occurred_at": 1714550400}, "/occurred_at"),
        ({"occurred_at": "2024-02-30T10:00:00Z"}, "/occurred_at"),
        ({"occurred_at": at(days=800)}, "/occurred_at"),
        ({"kind": "touchpoint"}, "/kind"),
        ({"experience": "great"}, "/experience"),
        ({"summary": ""}, "/summary"),
        ({"attributes": ["Not A Key"]}, "/attributes/0"),
        ({"engagement_id": "7"}, "/engagement_id"),
        ({"engagement_id": new_id()}, "/engagement_id"),
        ({"is_private": True}, "/is_private"),
        ({"is_private": "yes"}, "/is_private"),
        ({"kind": "note", "is_private": True, "experience": "below"}, "/experience"),
        ({"mood": "good"}, "/mood"),
    ],
)
def test_a_wrong_value_of_an_interaction_is_refused_by_its_pointer(
    installation: InstallationUnderTest, wrong: dict[str, object], pointer: str
) -> None:
    here = scene(installation)
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    assert pointers(here.manager.post("/v1/interactions", body | wrong)) == [pointer]

    assert here.get(f"interactions?relationship_id={here.relationship_id}")["items"] == []


def test_an_engagement_of_another_relationship_is_refused_like_an_unknown_one(
    installation: InstallationUnderTest,
) -> None:
    here, elsewhere = scene(installation), scene(installation)
    foreign = elsewhere.engagement()["id"]
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    answers = [
        here.manager.post("/v1/interactions", body | {"engagement_id": each}) for each in (foreign, here.unknown_id)
    ]

    assert answers[0].status_code == 422
    assert answers[0].content == answers[1].content


def test_an_unknown_relationship_is_named_for_the_gateway(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {"relationship_id": here.unknown_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    answer = here.manager.post("/v1/interactions", body)

    assert problem(answer) == (404, "relationship-not-found")
    assert answer.json()["relationship_id"] == here.unknown_id


def test_an_archived_relationship_takes_nothing_new(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    accounts = installation.client("accounts", here.owner)
    accounts.delete(f"/v1/relationships/{here.relationship_id}", headers={"if-match": '"1"'})
    replica = f"relationship-replicas/{here.relationship_id}"
    installation.eventually(lambda: here.get(replica)["version"] == 2)
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    assert problem(here.manager.post("/v1/interactions", body)) == (409, "relationship-archived")


def test_participants_may_be_new_to_the_service_but_not_gone(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    accounts = installation.client("accounts", here.owner)
    person = {"name": "Ada", "function": "quality"}
    known, erased, archived = (
        accounts.post(f"/v1/accounts/{here.provider_id}/contacts", person).json()["id"] for _ in range(3)
    )
    accounts.post(f"/v1/contacts/{erased}/erasure")
    accounts.delete(f"/v1/contacts/{archived}", headers={"if-match": '"1"'})
    installation.wait_until_applied()
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}

    logged = here.interaction(participants=[known, here.unknown_id])

    assert logged["participants"] == [known, here.unknown_id]
    for gone in (erased, archived):
        answer = here.manager.post("/v1/interactions", body | {"participants": [known, gone]})
        assert pointers(answer) == ["/participants"]


def test_the_same_record_from_elsewhere_is_logged_once(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {
        "relationship_id": here.relationship_id, "kind": "call", "external_id": "crm-7",
        "occurred_at": at(days=-3), "summary": "Call",
    }  # fmt: skip
    first = here.post("interactions", body)

    again = here.manager.post("/v1/interactions", body)
    different = here.manager.post("/v1/interactions", body | {"summary": "Another call"})
    other_kind = here.manager.post("/v1/interactions", body | {"kind": "email"})

    assert (again.status_code, again.json()) == (200, first)
    assert problem(different) == (409, "external-id-exists")
    assert different.json()["id"] == first["id"]
    assert other_kind.status_code == 201
    assert len(here.announced(first["id"])) == 1


def test_the_same_idempotency_key_gives_the_same_answer_and_logs_once(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(), "summary": "Hello"}
    key = {"idempotency-key": new_id()}

    answers = [here.manager.post("/v1/interactions", body, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert len(here.get(f"interactions?relationship_id={here.relationship_id}")["items"]) == 1


def test_interactions_are_listed_newest_first_filtered_and_paged(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    logged = [here.interaction(occurred_at=at(days=-each), kind=("call", "email")[each % 2]) for each in range(1, 7)]
    path = f"interactions?relationship_id={here.relationship_id}"

    first = here.get(path + "&limit=4")
    second = here.get(path + f"&limit=4&after={first['next']}")

    assert first["items"] + second["items"] == logged
    assert second["next"] is None
    assert here.get(path + "&kind=email")["items"] == logged[::2]
    assert here.get(f"interactions?id={logged[4]['id']}&id={logged[0]['id']}")["items"] == [logged[0], logged[4]]
    assert here.get(path + f"&from={day(-4)}T00:00:00Z&to={day(-1)}T00:00:00Z")["items"] == [
        each for each in logged if day(-4) <= each["occurred_at"][:10] < day(-1)
    ]
