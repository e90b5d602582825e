"""A promise left open 60 days past its original day lapses, once."""

from tests.engagements.scene import Scene, day, scene
from tests.support.installation import InstallationUnderTest


def lapse(here: Scene) -> None:
    here.run_task("lapse")


def test_a_promise_is_open_until_it_is_60_days_late(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    early = here.delivery(promised_on=day(-59), delivered_on=None)
    due = here.delivery(promised_on=day(-60), delivered_on=None)
    kept = here.delivery(promised_on=day(-90), delivered_on=day(-1))

    lapse(here)

    assert here.get(f"deliveries/{early['id']}") == early
    assert here.get(f"deliveries/{kept['id']}") == kept
    lapsed = here.get(f"deliveries/{due['id']}")
    assert (lapsed["status"], lapsed["lapsed_on"], lapsed["version"]) == ("lapsed", day(0), 2)
    kind, event = here.announced(due["id"])[-1]
    assert (kind, event["version"], event["promised_on"]) == ("delivery_lapsed", 2, day(-60))
    assert (event["delivered_on"], event["lapsed_on"]) == (None, day(0))


def test_missed_days_are_caught_up_and_a_lapse_happens_once(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(promised_on=day(-400), delivered_on=None)

    lapse(here)
    lapse(here)

    assert here.get(f"deliveries/{promise['id']}")["lapsed_on"] == day(-340)
    assert [kind for kind, _ in here.announced(promise["id"])] == ["delivery_recorded", "delivery_lapsed"]


def test_a_later_promise_does_not_put_off_the_lapse(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    milestone = here.milestone(promised_on=day(-61))
    here.patch(f"milestones/{milestone['id']}", {"current_promised_on": day(40)})

    lapse(here)

    assert here.get(f"milestones/{milestone['id']}")["status"] == "lapsed"
    kind, event = here.announced(milestone["id"])[-1]
    assert (kind, event["version"], event["promised_on"]) == ("milestone_lapsed", 3, day(-61))


def test_a_completion_of_a_lapsed_promise_replaces_the_lapse(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(promised_on=day(-70), delivered_on=None)
    milestone = here.milestone(promised_on=day(-70))
    lapse(here)

    delivered = here.post(f"deliveries/{promise['id']}/completion", {"delivered_on": day(-1)}, 200)
    done = {"completed_on": day(-1), "outcome": "meets"}
    completed = here.post(f"milestones/{milestone['id']}/completion", done, 200)

    assert (delivered["status"], delivered["lapsed_on"]) == ("delivered", None)
    assert (completed["status"], completed["lapsed_on"]) == ("completed", None)
    kind, event = here.announced(promise["id"])[-1]
    assert (kind, event["version"], event["delivered_on"]) == ("delivery_recorded", 3, day(-1))
    kind, event = here.announced(milestone["id"])[-1]
    assert (kind, event["version"], event["completed_on"]) == ("milestone_completed", 3, day(-1))


def test_a_lapse_caused_by_the_sponsor_says_so(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(promised_on=day(-70), delivered_on=None)
    lapse(here)

    here.patch(f"deliveries/{promise['id']}", {"late_cause": "sponsor", "reason": "We never ordered"}, version=2)

    kind, event = here.announced(promise["id"])[-1]
    assert (kind, event["version"], event["late_cause"]) == ("delivery_lapsed", 3, "sponsor")
