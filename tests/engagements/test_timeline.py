"""The timeline of a relationship: one order over everything that happened, in both directions."""

from typing import Any
from urllib.parse import urlencode

from tests.engagements.scene import Scene, at, day, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def timeline(here: Scene, **query: Any) -> dict[str, Any]:
    return here.get(f"relationships/{here.relationship_id}/timeline-entries?{urlencode(query, doseq=True)}")


def a_busy_year(here: Scene) -> None:
    engagement = here.engagement(name="Fill and finish")["id"]
    for stage, on in (("rfp", -300), ("contracted", -200), ("closed", -3)):
        here.post(f"engagements/{engagement}/stage-changes", {"stage": stage, "on": day(on)}, 200)
    milestone = here.milestone(engagement_id=engagement, promised_on=day(-40))["id"]
    here.post(f"milestones/{milestone}/completion", {"completed_on": day(-35), "outcome": "exceeds"}, 200)
    for days in (-200, -40, -35, -3):
        here.delivery(promised_on=day(days), delivered_on=day(days), external_id=f"PO{days}")
        # Midnight of a day is where that day's records stand too: ties are broken by id.
        here.interaction(occurred_at=day(days) + "T00:00:00Z", summary="At midnight")
    here.interaction(occurred_at=at(days=-35.5), kind="audit", findings="minor", summary="Audit")
    body = {"relationship_id": here.relationship_id, "title": "Leak", "severity": "major", "opened_on": day(-35)}
    issue = here.post("issues", body)["id"]
    here.post(f"issues/{issue}/closure", {"closed_on": day(-35)}, 200)
    action = {"relationship_id": here.relationship_id, "title": "Call back", "done_on": day(-35)}
    here.post("actions", action)
    here.post("actions", action | {"title": "Not yet done", "done_on": None})


def test_an_incomplete_position_or_two_directions_at_once_are_refused(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/relationships/{here.relationship_id}/timeline-entries?"
    instant, entry = "2024-01-01T00:00:00Z", here.unknown_id

    assert pointers(here.manager.get(path + f"after_at={instant}")) == ["after_at"]
    assert pointers(here.manager.get(path + f"before_id={entry}")) == ["before_at"]
    both = f"after_at={instant}&after_id={entry}&before_at={instant}&before_id={entry}"
    assert pointers(here.manager.get(path + both)) == ["before_at"]
    assert here.manager.get(path + f"after_at=2024-01-01T00:00:00&after_id={entry}").status_code == 422
    assert here.manager.get(path + "kind=mood").status_code == 422


def test_timeline_entries_of_every_kind_stand_in_one_order(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    a_busy_year(here)

    entries = timeline(here)["items"]

    positions = [(entry["at"], entry["id"]) for entry in entries]
    assert positions == sorted(positions, reverse=True)
    assert len(entries) == 16
    kinds = {kind: sum(entry["kind"] == kind for entry in entries) for kind in {entry["kind"] for entry in entries}}
    assert kinds == {"interaction": 5, "delivery": 4, "milestone": 1, "stage_change": 3, "issue": 2, "action": 1}
    [milestone] = [entry for entry in entries if entry["kind"] == "milestone"]
    assert (milestone["on"], milestone["experience"], milestone["status"]) == (day(-35), "exceeds", "completed")
    closed = entries[[entry["label"] for entry in entries].index("closed")]
    assert (closed["title"], closed["source_kind"]) == ("Fill and finish", "engagement")
    assert {entry["status"] for entry in entries if entry["kind"] == "issue"} == {"opened", "closed"}


def test_the_timeline_is_read_in_pages_to_the_end_and_back(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    a_busy_year(here)
    whole = timeline(here)["items"]

    for limit in (1, 3, 16):
        page = timeline(here, limit=limit)
        assert page["previous"] is None
        seen = page["items"]
        while page["next"] is not None:
            last = page
            page = timeline(here, limit=limit, after_at=last["next"]["at"], after_id=last["next"]["id"])
            seen = seen + page["items"]
        assert seen == whole
        back = page["items"]
        while page["previous"] is not None:
            last = page
            page = timeline(here, limit=limit, before_at=last["previous"]["at"], before_id=last["previous"]["id"])
            back = page["items"] + back
        assert back == whole


def test_the_timeline_is_filtered_by_kind_and_continues_from_any_instant(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    a_busy_year(here)
    whole = timeline(here)["items"]

    assert timeline(here, kind=["issue", "action"])["items"] == [
        entry for entry in whole if entry["kind"] in ("issue", "action")
    ]
    noon = day(-35) + "T12:00:00Z"
    older = timeline(here, after_at=noon, after_id=here.unknown_id)["items"]
    newer = timeline(here, before_at=noon, before_id=here.unknown_id)["items"]
    assert newer + older == whole
    assert older == [entry for entry in whole if entry["at"] < noon]


def test_retracted_and_archived_records_leave_the_timeline(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    engagement = here.engagement(name="x")["id"]
    here.post(f"engagements/{engagement}/stage-changes", {"stage": "rfp", "on": day(-1)}, 200)
    for noun, record in (("deliveries", here.delivery()), ("interactions", here.interaction())):
        here.post(f"{noun}/{record['id']}/retraction", {"reason": "x"}, 200)
    here.manager.delete(f"/v1/engagements/{engagement}", headers={"if-match": '"2"'})

    assert timeline(here) == {"items": [], "next": None, "previous": None}


def test_an_open_promise_stands_at_its_current_day_in_the_timeline(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(promised_on=day(5), delivered_on=None)
    here.patch(f"deliveries/{promise['id']}", {"current_promised_on": day(9)})

    [entry] = timeline(here)["items"]

    assert (entry["on"], entry["status"], entry["promised_on"]) == (day(9), "open", day(5))


def test_an_unknown_relationship_has_no_timeline(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    answer = here.manager.get(f"/v1/relationships/{here.unknown_id}/timeline-entries")

    assert problem(answer) == (404, "relationship-not-found")
