"""The standing of a relationship is announced when it changes."""

import concurrent.futures
from typing import Any

from tests.engagements.scene import Scene, at, day, scene
from tests.support.installation import InstallationUnderTest


def standing(here: Scene) -> dict[str, Any]:
    return here.get(f"relationships/{here.relationship_id}/standing")


def announced(here: Scene) -> list[dict[str, Any]]:
    events = here.announced(f"standing:{here.relationship_id}")
    assert {kind for kind, _ in events} == {"standing_changed"}
    assert [event["version"] for _, event in events] == list(range(1, len(events) + 1))
    return [event for _, event in events]


def test_a_new_relationship_has_a_standing(installation: InstallationUnderTest) -> None:
    here = scene(installation, started_on="2024-01-01")

    [event] = announced(here)

    assert (event["rung"], event["last_contact_on"], event["next_touch_due_on"]) == ("R0", None, "2024-06-29")
    assert standing(here)["label"] == "qualifying"


def test_the_latest_contact_changes_the_standing_and_an_earlier_one_does_not(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)

    here.interaction(occurred_at=at(days=-3))
    here.interaction(occurred_at=at(days=-5))
    here.interaction(occurred_at=at(days=-3))
    here.interaction(kind="note", occurred_at=at())

    assert [event["last_contact_on"] for event in announced(here)] == [None, day(-3)]
    assert standing(here)["last_contact_on"] == day(-3)


def test_a_business_review_is_contact_too(installation: InstallationUnderTest) -> None:
    here = scene(installation, governance={"business_review_cadence": "monthly"}, started_on="2024-01-01")

    here.interaction(kind="business_review", occurred_at=at(days=-2))

    event = announced(here)[-1]
    assert (event["last_contact_on"], event["last_business_review_on"]) == (day(-2), day(-2))
    assert day(24) < event["next_touch_due_on"] < day(31)


def test_a_future_contact_counts_from_its_day_on(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    here.interaction(occurred_at=at(days=3))
    assert standing(here)["last_contact_on"] is None

    here.run_task("review_standings", ahead_days=4)

    assert [event["last_contact_on"] for event in announced(here)] == [None, day(3)]


def test_corrections_and_retractions_move_the_standing_back(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    here.interaction(occurred_at=at(days=-9))
    late = here.interaction(occurred_at=at(days=-1))

    here.patch(f"interactions/{late['id']}", {"occurred_at": at(days=-4)})
    here.post(f"interactions/{late['id']}/retraction", {"reason": "x"}, 200)

    assert [event["last_contact_on"] for event in announced(here)] == [None, day(-9), day(-1), day(-4), day(-9)]


def test_a_rung_gained_or_lost_is_announced_at_once_or_by_the_daily_review(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    engagement = here.engagement(stage="contracted", starts_on=day(-2000), ends_on=day(-1826))
    closing = {"stage": "closed", "on": day(-1826)}
    here.post(f"engagements/{engagement['id']}/stage-changes", closing, 200)
    assert standing(here)["rung"] == "R1"

    here.run_task("review_standings", ahead_days=1)
    here.run_task("review_standings", ahead_days=1)

    assert [event["rung"] for event in announced(here)] == ["R0", "R1", "R0"]


def test_contacts_logged_at_the_same_moment_leave_the_latest(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda days: here.interaction(occurred_at=at(days=-days)), range(16, 0, -1)))

    assert announced(here)[-1]["last_contact_on"] == standing(here)["last_contact_on"] == day(-1)
