"""Milestones: dated promises of an engagement."""

import pytest

from shared.ids import new_id
from tests.engagements.scene import day, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_may_not_write_milestones(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    milestone = here.milestone()
    viewer = here.client()

    promise = {"name": "x", "promised_on": day(3)}
    assert viewer.post(f"/v1/engagements/{milestone['engagement_id']}/milestones", promise).status_code == 403
    done = {"completed_on": day(0), "outcome": "meets"}
    assert viewer.post(f"/v1/milestones/{milestone['id']}/completion", done).status_code == 403


def test_a_gate_has_owners_on_both_sides_and_is_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    ours, theirs = new_id(), new_id()

    gate = here.milestone(name="Charter", kind="G0", sponsor_owner_id=ours, provider_owner_id=theirs)

    assert here.get(f"milestones/{gate['id']}") == gate
    assert here.get(f"engagements/{gate['engagement_id']}/milestones")["items"] == [gate]
    assert here.get(f"milestones?relationship_id={here.relationship_id}&kind=G0&status=open")["items"] == [gate]
    assert (gate["sponsor_owner_id"], gate["provider_owner_id"], gate["status"]) == (ours, theirs, "open")
    [(kind, event)] = here.announced(gate["id"])
    assert (kind, event["promised_on"], event["completed_on"]) == ("milestone_recorded", day(30), None)


def test_a_later_promise_of_a_milestone_leaves_the_first_one(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    milestone = here.milestone()
    path = f"milestones/{milestone['id']}"

    assert pointers(here.patch(path, {"promised_on": day(50)})) == ["/promised_on"]
    changed = here.patch(path, {"current_promised_on": day(50), "name": "Second batch"}).json()

    assert (changed["promised_on"], changed["current_promised_on"]) == (day(30), day(50))
    kind, event = here.announced(milestone["id"])[-1]
    assert (kind, event["version"], event["promised_on"]) == ("milestone_recorded", 2, day(30))


def test_a_completed_milestone_says_how_it_was(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"milestones/{here.milestone()['id']}"
    done = {"completed_on": day(-1), "outcome": "exceeds"}

    completed = here.post(path + "/completion", done, 200)

    assert (completed["status"], completed["outcome"], completed["completed_on"]) == ("completed", "exceeds", day(-1))
    kind, event = here.announced(completed["id"])[-1]
    assert (kind, event["completed_on"], event["outcome"], event["version"]) == (
        "milestone_completed", day(-1), "exceeds", 2,
    )  # fmt: skip
    assert problem(here.manager.post(f"/v1/{path}/completion", done)) == (409, "wrong-state")
    cancellation = here.manager.post(f"/v1/{path}/cancellation", {"reason": "x", "by": "both"})
    assert problem(cancellation) == (409, "wrong-state")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"outcome": "fine"}, "/outcome"),
        ({"completed_on": None}, "/completed_on"),
        ({"completed_on": day(800)}, "/completed_on"),
        ({"late_cause": "sponsor"}, "/reason"),
        ({"late_cause": "weather", "reason": "Storm"}, "/late_cause"),
    ],
)
def test_a_wrong_completion_is_refused_by_its_pointer(
    installation: InstallationUnderTest, wrong: dict[str, object], pointer: str
) -> None:
    here = scene(installation)
    path = f"/v1/milestones/{here.milestone()['id']}/completion"

    answer = here.manager.post(path, {"completed_on": day(0), "outcome": "meets"} | wrong)

    assert pointers(answer) == [pointer]


def test_a_milestone_late_through_the_sponsor_says_so_with_the_reason(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    milestone = here.milestone(promised_on=day(-20))
    late = {"completed_on": day(-2), "outcome": "meets", "late_cause": "sponsor", "reason": "Our samples came late"}

    completed = here.post(f"milestones/{milestone['id']}/completion", late, 200)

    assert completed["reason"] == "Our samples came late"
    assert here.announced(milestone["id"])[-1][1]["late_cause"] == "sponsor"


def test_a_cancelled_milestone_says_by_whom(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"milestones/{here.milestone()['id']}"

    cancelled = here.post(path + "/cancellation", {"reason": "No capacity", "by": "provider"}, 200)

    kind, event = here.announced(cancelled["id"])[-1]
    assert (kind, event["cancelled_by"], event["cancelled_on"]) == ("milestone_cancelled", "provider", day(0))
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "No capacity")


def test_a_cancelled_milestone_may_be_completed(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"milestones/{here.milestone()['id']}"
    here.post(path + "/cancellation", {"reason": "No capacity", "by": "provider"}, 200)

    completed = here.post(path + "/completion", {"completed_on": day(0), "outcome": "meets"}, 200)

    assert (completed["status"], completed["cancelled_on"]) == ("completed", None)
    kind, event = here.announced(completed["id"])[-1]
    assert (kind, event["version"], event["cancelled_by"]) == ("milestone_completed", 3, None)


def test_a_reopened_milestone_is_an_open_promise_again(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"milestones/{here.milestone()['id']}"
    assert problem(here.manager.post(f"/v1/{path}/reopening", {})) == (409, "wrong-state")
    here.post(path + "/completion", {"completed_on": day(0), "outcome": "meets"}, 200)

    reopened = here.post(path + "/reopening", {"reason": "Not accepted"}, 200)

    assert (reopened["status"], reopened["completed_on"], reopened["outcome"]) == ("open", None, None)
    kind, event = here.announced(reopened["id"])[-1]
    assert (kind, event["completed_on"], event["promised_on"]) == ("milestone_reopened", None, day(30))
