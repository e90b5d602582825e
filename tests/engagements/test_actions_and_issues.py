"""Actions and issues."""

from typing import Any

from shared.ids import new_id
from tests.engagements.scene import Scene, day, if_match, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def action(here: Scene, **more: Any) -> dict[str, Any]:
    return here.post("actions", {"relationship_id": here.relationship_id, "title": "Send the protocol"} | more)


def issue(here: Scene, **more: Any) -> dict[str, Any]:
    body = {"relationship_id": here.relationship_id, "title": "Leak", "severity": "major", "opened_on": day(-9)}
    return here.post("issues", body | more)


def test_a_viewer_may_not_write_actions_and_issues(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    assert here.client().post("/v1/actions", {"relationship_id": here.relationship_id, "title": "x"}).status_code == 403
    body = {"relationship_id": here.relationship_id, "title": "x", "severity": "minor", "opened_on": day(0)}
    assert here.client().post("/v1/issues", body).status_code == 403


def test_an_action_follows_from_an_interaction_and_is_done(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    owner = new_id()
    created = action(here, interaction_id=here.interaction()["id"], owner_actor_id=owner, due_on=day(7))
    path = f"actions/{created['id']}"

    done = here.post(path + "/completion", {"done_on": day(0)}, 200)

    assert here.get(path) == done == created | {"done_on": day(0), "version": 2}
    assert here.get(f"actions?owner_actor_id={owner}&is_done=true")["items"] == [done]
    assert here.get(f"actions?owner_actor_id={owner}&is_done=false")["items"] == []
    assert [(kind, event["done_on"]) for kind, event in here.announced(created["id"])] == [
        ("action_recorded", None), ("action_recorded", day(0)),
    ]  # fmt: skip
    assert problem(here.manager.post(f"/v1/{path}/completion", {"done_on": day(0)})) == (409, "wrong-state")
    assert here.patch(path, {"done_on": None}, version=2).json()["done_on"] is None


def test_a_contradictory_action_is_refused_by_its_pointer(installation: InstallationUnderTest) -> None:
    here, elsewhere = scene(installation), scene(installation)
    foreign = elsewhere.interaction()["id"]
    for wrong, pointer in (
        ({"interaction_id": foreign}, "/interaction_id"), ({"interaction_id": here.unknown_id}, "/interaction_id"),
        ({"owner_actor_id": new_id(), "owner_contact_id": new_id()}, "/owner_contact_id"),
        ({"done_on": day(9)}, "/done_on"), ({"due_on": "soon"}, "/due_on"), ({"title": ""}, "/title"),
    ):  # fmt: skip
        body = {"relationship_id": here.relationship_id, "title": "x"} | wrong
        assert pointers(here.manager.post("/v1/actions", body)) == [pointer]
    assert here.get(f"actions?relationship_id={here.relationship_id}")["items"] == []


def test_overdue_actions_are_listed_by_day(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    overdue = action(here, due_on=day(-1))
    action(here, due_on=day(1))
    action(here)

    listed = here.get(f"actions?relationship_id={here.relationship_id}&is_done=false&due_until={day(0)}")

    assert listed["items"] == [overdue]


def test_archived_actions_and_issues_come_back_when_restored(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    for noun, record in (("actions", action(here)), ("issues", issue(here))):
        path, listed = f"{noun}/{record['id']}", f"{noun}?relationship_id={here.relationship_id}"

        assert here.manager.delete("/v1/" + path, headers=if_match(1)).status_code == 204
        assert here.get(listed)["items"] == []
        assert here.announced(record["id"])[-1][1]["archived"] is True
        assert here.get(listed + "&archived=true")["items"] != []

        restored = here.post(path + "/restoration", None, 200)
        assert here.get(listed)["items"] == [restored]
        assert here.announced(record["id"])[-1][1]["archived"] is False


def test_an_issue_is_opened_escalated_closed_and_opened_again(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    opened = issue(here, engagement_id=here.engagement()["id"])
    path = f"issues/{opened['id']}"

    here.post(path + "/escalation", {"escalated_on": day(-5)}, 200)
    closed = here.post(path + "/closure", {"closed_on": day(-1), "reason": "Seal replaced"}, 200)

    assert closed == opened | {
        "escalated_on": day(-5), "closed_on": day(-1), "reason": "Seal replaced", "version": 3,
    }  # fmt: skip
    assert here.get(f"issues?relationship_id={here.relationship_id}&is_open=false")["items"] == [closed]
    assert here.get(f"issues?relationship_id={here.relationship_id}&is_open=true")["items"] == []
    assert problem(here.manager.post(f"/v1/{path}/closure", {"closed_on": day(0)})) == (409, "wrong-state")
    here.post(path + "/reopening", None, 200)
    assert problem(here.manager.post(f"/v1/{path}/reopening")) == (409, "wrong-state")
    assert [event["closed_on"] for _, event in here.announced(opened["id"])] == [None, None, day(-1), None]


def test_a_contradictory_issue_is_refused_by_its_pointer(installation: InstallationUnderTest) -> None:
    here, elsewhere = scene(installation), scene(installation)
    opened = issue(here)
    before = here.manager.post(f"/v1/issues/{opened['id']}/closure", {"closed_on": day(-10)})
    assert pointers(before) == ["/closed_on"]
    for wrong, pointer in (
        ({"severity": "bad"}, "/severity"), ({"opened_on": day(9)}, "/opened_on"),
        ({"engagement_id": elsewhere.engagement()["id"]}, "/engagement_id"),
    ):  # fmt: skip
        body = {"relationship_id": here.relationship_id, "title": "x", "severity": "minor", "opened_on": day(0)}
        assert pointers(here.manager.post("/v1/issues", body | wrong)) == [pointer]
    severe = here.patch(f"issues/{opened['id']}", {"severity": "critical"}).json()
    assert here.announced(opened["id"])[-1][1]["severity"] == severe["severity"] == "critical"
