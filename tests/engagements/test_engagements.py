"""Creating, changing and archiving engagements, and their stages."""

import pytest

from tests.engagements.scene import day, if_match, pointers, problem, scene
from tests.support.installation import InstallationUnderTest

PROJECT = {"name": "Scale-up", "type": "tech_transfer_scale_up", "mode": "programme", "complexity": 4}


def test_a_viewer_may_not_create_engagements(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    answer = here.client().post("/v1/engagements", PROJECT | {"relationship_id": here.relationship_id})

    assert problem(answer) == (403, "forbidden")


def test_a_created_engagement_is_readable_and_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    created = here.engagement(
        **PROJECT, stage="contracted", starts_on="2024-02-01", value=1_500_000, currency="EUR",
        products=["mAb 7"], modality="monoclonal antibody",
    )  # fmt: skip

    assert here.get(f"engagements/{created['id']}") == created
    assert here.get(f"engagements?relationship_id={here.relationship_id}&stage=contracted")["items"] == [created]
    assert (created["contracted_on"], created["value"], created["currency"]) == ("2024-02-01", 1_500_000, "EUR")
    [(kind, event)] = here.announced(created["id"])
    assert kind == "engagement_recorded"
    for name in ("relationship_id", "version", "type", "mode", "complexity", "stage", "contracted_on", "closed_on"):
        assert event[name] == created[name]
    assert event["archived"] is False


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"complexity": 6}, "/complexity"),
        ({"complexity": "3"}, "/complexity"),
        ({"complexity": True}, "/complexity"),
        ({"type": "anything"}, "/type"),
        ({"name": "  "}, "/name"),
        ({"value": -1}, "/value"),
        ({"currency": "euro"}, "/currency"),
        ({"starts_on": "1969-12-31"}, "/starts_on"),
        ({"starts_on": "2024-02-01", "ends_on": "2024-01-01"}, "/ends_on"),
        ({"predecessor_id": "0190b7c2-0000-7000-8000-000000000000"}, "/predecessor_id"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_value_of_an_engagement_is_refused_by_its_pointer(
    installation: InstallationUnderTest, wrong: dict[str, object], pointer: str
) -> None:
    here = scene(installation)

    answer = here.manager.post("/v1/engagements", PROJECT | {"relationship_id": here.relationship_id} | wrong)

    assert pointers(answer) == [pointer]
    assert here.get(f"engagements?relationship_id={here.relationship_id}")["items"] == []


def test_a_predecessor_is_of_the_same_relationship_and_never_its_own_successor(
    installation: InstallationUnderTest,
) -> None:
    here, elsewhere = scene(installation), scene(installation)
    first = here.engagement()
    second = here.engagement(predecessor_id=first["id"])
    body = PROJECT | {"relationship_id": here.relationship_id, "predecessor_id": elsewhere.engagement()["id"]}

    assert pointers(here.manager.post("/v1/engagements", body)) == ["/predecessor_id"]
    answer = here.patch(f"engagements/{first['id']}", {"predecessor_id": second["id"]})
    assert pointers(answer) == ["/predecessor_id"]


def test_a_change_of_an_engagement_needs_its_version_and_is_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    created = here.engagement(complexity=2)
    path = f"engagements/{created['id']}"

    assert problem(here.manager.patch("/v1/" + path, {"complexity": 5})) == (428, "version-required")
    assert here.patch(path, {"stage": "closed"}).status_code == 422
    assert here.patch(path, {"complexity": 5}).json() == created | {"complexity": 5, "version": 2}
    assert problem(here.patch(path, {"complexity": 4})) == (412, "stale-version")
    assert [event["complexity"] for _, event in here.announced(created["id"])] == [2, 5]


def test_the_dates_of_an_engagement_follow_from_its_stage_history(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    created = here.engagement()
    path = f"engagements/{created['id']}"

    here.post(path + "/stage-changes", {"stage": "contracted", "on": "2024-03-01"}, 200)
    here.post(path + "/stage-changes", {"stage": "rfp", "on": "2024-01-10", "reason": "Invited late"}, 200)
    closing = {"stage": "closed", "on": "2025-06-30", "outcome": "exceeds", "would_use_again": "yes"}
    closed = here.post(path + "/stage-changes", closing, 200)

    assert (closed["stage"], closed["contracted_on"], closed["closed_on"]) == ("closed", "2024-03-01", "2025-06-30")
    assert (closed["outcome"], closed["would_use_again"], closed["version"]) == ("exceeds", "yes", 4)
    history = here.get(path + "/stage-changes")["items"]
    assert [(change["on"], change["stage"]) for change in history] == [
        ("2024-01-10", "rfp"), ("2024-03-01", "contracted"), ("2025-06-30", "closed"),
    ]  # fmt: skip
    events = [event for _, event in here.announced(created["id"])]
    assert [event["stage"] for event in events] == ["identified", "contracted", "contracted", "closed"]
    assert (events[-1]["contracted_on"], events[-1]["closed_on"]) == ("2024-03-01", "2025-06-30")


def test_a_contradictory_stage_change_is_refused(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/engagements/{here.engagement()['id']}/stage-changes"

    assert here.client().post(path, {"stage": "rfp", "on": day(0)}).status_code == 403
    for wrong, pointer in (
        ({"stage": "won"}, "/stage"), ({"on": day(5)}, "/on"), ({"on": "1969-01-01"}, "/on"), ({"on": 5}, "/on"),
        ({"would_use_again": "no"}, "/would_use_again"), ({"outcome": "meets"}, "/outcome"),
    ):  # fmt: skip
        answer = here.manager.post(path, {"stage": "rfp", "on": "2024-01-10"} | wrong)
        assert pointers(answer) == [pointer]
    assert here.manager.get(path).json()["items"] == []


def test_an_archived_engagement_leaves_the_lists_until_it_is_restored(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    created = here.engagement()
    path = f"engagements/{created['id']}"
    listed = f"engagements?relationship_id={here.relationship_id}"

    assert here.manager.delete("/v1/" + path).status_code == 428
    assert here.manager.delete("/v1/" + path, headers=if_match(1)).status_code == 204

    assert here.get(listed)["items"] == []
    assert len(here.get(listed + "&archived=true")["items"]) == 1
    assert here.announced(created["id"])[-1][1]["archived"] is True
    milestone = here.manager.post(f"/v1/{path}/milestones", {"name": "x", "promised_on": day(9)})
    assert problem(milestone) == (409, "wrong-state")
    restored = here.post(path + "/restoration", None, 200)
    assert here.get(listed)["items"] == [restored]
    assert here.announced(created["id"])[-1][1]["archived"] is False
