"""The ladder of a relationship, from its engagements."""

from datetime import date, timedelta

from tests.engagements.scene import Scene, at, day, pointers, scene, today
from tests.support.installation import InstallationUnderTest


def ladder(here: Scene, as_of: str | None = None) -> dict:
    path = f"relationships/{here.relationship_id}/ladder"
    return here.get(path if as_of is None else f"{path}?as_of={as_of}")


def project(here: Scene, name: str, contracted_on: str, **more: object) -> str:
    body = {"name": name, "stage": "contracted", "starts_on": contracted_on, "mode": "tactical", "complexity": 1}
    return str(here.engagement(**body | more)["id"])


def test_a_new_relationship_qualifies_and_shows_the_needs_of_the_next_rung(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    new = ladder(here)

    assert (new["rung"], new["label"], new["proofs"], new["history"]) == ("R0", "qualifying", [], [])
    assert (new["next"]["rung"], new["next"]["needs"][0]["met"]) == ("R1", False)
    assert new["as_of"] == day(0)


def test_one_more_project_raises_the_rung_and_is_its_proof_by_name(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    first = project(here, "Pilot lot", day(-500))
    second = project(here, "Second lot", day(-100), predecessor_id=first)

    now = ladder(here)

    assert (now["rung"], now["label"]) == ("R2", "repeat")
    assert now["proofs"][1]["engagements"] == [{"id": first, "name": "Pilot lot"}, {"id": second, "name": "Second lot"}]
    assert [(step["on"], step["after"]["rung"]) for step in now["history"]] == [(day(-500), "R1"), (day(-100), "R2")]
    assert now["history"][1]["because"][1]["name"] == "Second lot"
    assert now["trends"]["continuity"]["follow_ons"] == 1
    assert sum(year["engagements"] for year in now["trends"]["complexity"]) == 2
    assert ladder(here, day(-200))["rung"] == "R1"
    assert ladder(here, day(-501))["rung"] == "R0"


def test_a_cancelled_or_archived_project_counts_no_more(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    first, second = project(here, "One", day(-500)), project(here, "Two", day(-100))

    here.post(f"engagements/{second}/stage-changes", {"stage": "cancelled", "on": day(-1)}, 200)
    assert (ladder(here)["rung"], ladder(here, day(-2))["rung"]) == ("R1", "R2")

    here.manager.delete(f"/v1/engagements/{first}", headers={"if-match": '"1"'})
    assert ladder(here)["rung"] == "R0"


def test_the_top_rung_needs_executive_contact(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    for name, back, kind in (("A", 900, "analytical"), ("B", 700, "co_development"), ("C", 400, "commercial_supply")):
        project(here, name, day(-back), mode="strategic", complexity=4, type=kind)
    assert ladder(here)["rung"] == "R4"

    meeting = here.interaction(kind="steering_committee", occurred_at=at(days=-10))

    assert ladder(here)["rung"] == "R5"
    assert ladder(here, day(200))["rung"] == "R4"
    here.post(f"interactions/{meeting['id']}/retraction", {"reason": "It was put off"}, 200)
    assert ladder(here)["rung"] == "R4"


def test_a_day_far_ahead_is_refused(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/relationships/{here.relationship_id}/ladder?as_of="

    assert here.manager.get(path + str(today() + timedelta(days=731))).status_code == 200
    for far in (today() + timedelta(days=732), date(1969, 12, 31), date(9999, 12, 31)):
        assert pointers(here.manager.get(path + far.isoformat())) == ["as_of"]
