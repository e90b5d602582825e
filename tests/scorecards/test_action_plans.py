"""Action plans from low ratings: written by the sponsor's managers, read by both, measured by the next card."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.scorecards.feeding import publish, relationship, today
from tests.scorecards.published import (
    QUARTER_AGO,
    THREE_AGO,
    TWO_AGO,
    body_of,
    days_ago,
    pointers,
    problem,
    publish_card,
    submit,
)
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest

NO_EFFECT = {"after": None, "steps": None, "after_scorecard_id": None, "after_period_ends_on": None}


def low_card(installation: InstallationUnderTest, days: int = QUARTER_AGO) -> tuple[Review, str, str, str]:
    """A published card with one attribute below and the others met: the first of each."""
    under = review(installation, sides=("sponsor",))
    card = under.open(days_ago(installation, days))["sponsor"]
    low, met = (question["attribute"] for question in under.read(card)["questions"][:2])
    publish_card(under, card, words={low: "below"})
    return under, card, low, met


def plan_body(installation: InstallationUnderTest, attribute: str, **more: Any) -> dict[str, Any]:
    return {"attribute": attribute, "what": "Meet weekly", "due_on": str(days_ago(installation, -30))} | more


def make_plan(under: Review, card: str, attribute: str, **more: Any) -> dict[str, Any]:
    body = plan_body(under.installation, attribute, **more)
    made: dict[str, Any] = body_of(under.caller().post(f"/v1/scorecards/{card}/action-plans", body), 201)
    return made


def announced(installation: InstallationUnderTest, plan: dict[str, Any]) -> list[tuple[int, Any, bool]]:
    events = installation.announced("scorecards", plan["id"])
    assert {event["type"] for event in events} == {"scorecards.action_plan_recorded.v1"}
    return [(event["data"]["version"], event["data"]["done_on"], event["data"]["archived"]) for event in events]


def if_match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def test_only_sponsor_managers_who_may_read_the_relationship_write_its_action_plans(
    installation: InstallationUnderTest,
) -> None:
    under, card, low, _ = low_card(installation)
    plan = make_plan(under, card, low)
    path, body = f"/v1/scorecards/{card}/action-plans", plan_body(installation, low)
    one = f"/v1/action-plans/{plan['id']}"

    for role, side in (("viewer", "sponsor"), ("reviewer", "sponsor"), ("manager", "provider")):
        stranger = under.stranger(role, side)
        assert problem(stranger.post(path, body)) == (403, "forbidden")
        assert problem(stranger.patch(one, {"what": "x"}, headers=if_match(1))) == (403, "forbidden")
        assert problem(stranger.delete(one, headers=if_match(1))) == (403, "forbidden")
    ids = (under.known.relationship_id, under.known.sponsor_id, under.known.provider_id)
    publish(installation, relationship(*ids, version=2, owner_id=under.known.owner_id, visibility="restricted"))
    stranger = under.stranger("manager")
    assert problem(stranger.post(path, body)) == (404, "scorecard-not-found")
    for answer in (
        stranger.get(one),
        stranger.patch(one, {"what": "x"}, headers=if_match(1)),
        stranger.delete(one, headers=if_match(1)),
        stranger.post(one + "/completion", {"done_on": str(today(installation))}),
        stranger.get(f"/v1/action-plans/{new_id()}"),
    ):
        assert problem(answer) == (404, "action-plan-not-found")
    listed = stranger.get(f"/v1/relationships/{under.known.relationship_id}/action-plans")
    assert problem(listed) == (404, "relationship-not-found")
    assert announced(installation, plan) == [(1, None, False)]


def test_a_card_that_is_not_published_gives_no_plan(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    card = under.open(days_ago(installation, QUARTER_AGO))["sponsor"]
    low = under.read(card)["questions"][0]["attribute"]
    submit(under, card, "sponsor", "below")

    answer = under.caller().post(f"/v1/scorecards/{card}/action-plans", plan_body(installation, low))

    assert problem(answer) == (409, "scorecard-status")
    assert body_of(under.caller().get(f"/v1/relationships/{under.known.relationship_id}/action-plans"))["items"] == []


def test_a_wrong_action_plan_is_refused_at_the_field_that_is_wrong(installation: InstallationUnderTest) -> None:
    under, card, low, met = low_card(installation)
    path, ends_on = f"/v1/scorecards/{card}/action-plans", under.read(card)["period_ends_on"]

    for wrong, pointer in (
        ({"attribute": met}, "/reason"), ({"attribute": "sp_decision_speed"}, "/attribute"),
        ({"due_on": ends_on}, "/due_on"), ({"due_on": "soon"}, "/due_on"), ({"what": ""}, "/what"),
        ({"sponsor_owner_id": "me"}, "/sponsor_owner_id"), ({"done_on": ends_on}, "/done_on"),
    ):  # fmt: skip
        assert pointers(under.caller().post(path, plan_body(installation, low) | wrong)) == [pointer]
    assert make_plan(under, card, met, reason="The site moves")["reason"] == "The site moves"


def test_a_plan_is_made_changed_done_and_opened_again_each_with_its_event(installation: InstallationUnderTest) -> None:
    under, card, low, _ = low_card(installation)
    owners = {"sponsor_owner_id": under.known.owner_id, "provider_owner_id": new_id()}
    plan = make_plan(under, card, low, **owners)
    one, caller, day = f"/v1/action-plans/{plan['id']}", under.caller(), str(today(installation))

    assert (plan["version"], plan["side"], plan["effect"]) == (1, "sponsor", {"before": 0, **NO_EFFECT})
    assert {name: plan[name] for name in owners} == owners
    assert caller.patch(one, {"what": "Meet daily"}).status_code == 428
    changed = body_of(caller.patch(one, {"what": "Meet daily", "provider_owner_id": None}, headers=if_match(1)))
    assert caller.patch(one, {"what": "x"}, headers=if_match(1)).status_code == 412
    assert changed == plan | {"version": 2, "what": "Meet daily", "provider_owner_id": None}
    assert pointers(caller.post(one + "/completion", {"done_on": str(days_ago(installation, -2))})) == ["/done_on"]
    done = body_of(caller.post(one + "/completion", {"done_on": day}))
    assert (done["version"], done["done_on"]) == (3, day)
    assert problem(caller.post(one + "/completion", {"done_on": day})) == (409, "action-plan-done")
    opened = caller.patch(one, {"done_on": None}, headers=if_match(3))
    assert (body_of(opened)["done_on"], opened.headers["etag"]) == (None, '"4"')
    assert announced(installation, plan) == [(1, None, False), (2, None, False), (3, day, False), (4, None, False)]


def test_an_archived_plan_comes_back_when_restored(installation: InstallationUnderTest) -> None:
    under, card, low, _ = low_card(installation)
    plan = make_plan(under, card, low)
    one, caller = f"/v1/action-plans/{plan['id']}", under.caller()
    listed = f"/v1/relationships/{under.known.relationship_id}/action-plans"

    assert caller.delete(one).status_code == 428
    assert caller.delete(one, headers=if_match(1)).status_code == 204
    assert body_of(caller.get(listed))["items"] == []
    assert [item["id"] for item in body_of(caller.get(listed + "?archived=true"))["items"]] == [plan["id"]]
    assert body_of(caller.post(one + "/restoration")) == plan | {"version": 3}
    assert body_of(caller.get(listed))["items"] == [plan | {"version": 3}]
    assert announced(installation, plan) == [(1, None, False), (2, None, True), (3, None, False)]


def test_both_sides_list_action_plans_newest_first_and_by_what_is_open(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open(days_ago(installation, QUARTER_AGO))["sponsor"]
    low, met = (question["attribute"] for question in under.read(card)["questions"][:2])
    publish_card(under, card, words={low: "below"})
    first, second, third = (
        make_plan(under, card, attribute, reason="Agreed") for attribute in (low, met, low)
    )  # fmt: skip
    body_of(under.caller().post(f"/v1/action-plans/{second['id']}/completion", {"done_on": str(today(installation))}))
    listed = f"/v1/relationships/{under.known.relationship_id}/action-plans"

    def ids(query: str = "") -> list[str]:
        return [item["id"] for item in body_of(under.caller("provider").get(listed + query))["items"]]

    assert ids() == [third["id"], second["id"], first["id"]]
    assert ids("?is_done=false") == [third["id"], first["id"]]
    assert ids(f"?attribute={met}&is_done=true") == [second["id"]]
    page = body_of(under.caller().get(listed + "?limit=2"))
    assert [item["id"] for item in page["items"]] == [third["id"], second["id"]]
    assert ids(f"?limit=2&after={page['next']}") == [first["id"]]


def test_the_effect_is_read_from_the_next_period_published_and_not_before(installation: InstallationUnderTest) -> None:
    under, card, low, met = low_card(installation, THREE_AGO)
    plan, other = make_plan(under, card, low), make_plan(under, card, met, reason="Agreed")
    following, last = (under.open(days_ago(installation, days))["sponsor"] for days in (TWO_AGO, QUARTER_AGO))

    def effect(of: dict[str, Any]) -> Any:
        return body_of(under.caller().get(f"/v1/action-plans/{of['id']}"))["effect"]

    submit(under, following, "sponsor", {low: "exceeds", met: "not_applicable"})
    assert effect(plan) == {"before": 0, **NO_EFFECT}
    under.sign(following, "sponsor")
    publish_card(under, last, words="below")

    row = under.read(following)
    following_card = {"after_scorecard_id": following, "after_period_ends_on": row["period_ends_on"]}
    assert effect(plan) == {"before": 0, "after": 1, "steps": 2, **following_card}
    assert effect(other) == {"before": pytest.approx(0.8), "after": None, "steps": None, **following_card}
    body_of(under.caller().post(f"/v1/scorecards/{card}/reopening", {"reason": "A mistake"}))
    assert effect(plan) == {"before": None, "after": 1, "steps": None, **following_card}


def test_an_archived_relationship_takes_no_plans(installation: InstallationUnderTest) -> None:
    under, card, low, _ = low_card(installation)
    plan = make_plan(under, card, low)
    ids = (under.known.relationship_id, under.known.sponsor_id, under.known.provider_id)
    publish(installation, relationship(*ids, version=2, owner_id=under.known.owner_id, archived=True))

    made = under.caller().post(f"/v1/scorecards/{card}/action-plans", plan_body(installation, low))
    changed = under.caller().patch(f"/v1/action-plans/{plan['id']}", {"what": "x"}, headers=if_match(1))

    assert problem(made) == problem(changed) == (409, "relationship-archived")
    assert announced(installation, plan) == [(1, None, False)]
