"""Somebody logs what happened; score, tier, lists, pages and live updates follow, eventually, through the gateway."""

import math
from typing import Any

import pytest

from shared.ids import new_id
from tests.gateway.test_live_updates import Stream
from tests.integration.alliance import Alliance, Item, alliance, p_of
from tests.support.installation import InstallationUnderTest


@pytest.fixture
def here(installation: InstallationUnderTest) -> Alliance:
    return alliance(installation)


def row_of(here: Alliance) -> dict[str, Any]:
    [row] = here.get("portfolio", q=here.provider_name)["items"]
    return dict(row)


def announced(here: Alliance, type: str) -> list[dict[str, Any]]:
    events = here.installation.announced("scorecards", here.relationship_id)
    return [event["data"] for event in events if event["type"] == f"scorecards.{type}.v1"]


def entry_of(here: Alliance, source_id: str) -> dict[str, Any]:
    entries = here.read("timeline", limit=200)["items"]
    [entry] = [entry for entry in entries if entry["source_id"] == source_id]
    return dict(entry)


def test_a_logged_interaction_becomes_score_tier_row_page_and_live_update(here: Alliance) -> None:
    here.installation.wait_until_applied()
    with Stream(here.api) as stream:
        stream.until(lambda: "retry" in stream.text)
        logged = here.interaction(-3, experience="meets")

        tier = here.follows(Item("interaction", here.day(-3), 0.8))
        stream.until(lambda: stream.has_heard(logged["id"]), 30)
        stream.until(lambda: any(event["type"] == "scorecards.score_changed.v1" for event in stream.told), 30)

    here.installation.wait_until_applied()
    assert (tier["tier"], tier["unproven"]) == ("transactional", True)
    assert tier["score"] > 70
    row = row_of(here)
    assert {name: row[name] for name in ("score", "p", "lower", "upper", "tier", "depth", "evidence_count")} == {
        name: tier[name] for name in ("score", "p", "lower", "upper", "tier", "depth", "evidence_count")
    }
    assert row["last_contact_on"] == here.day(-3)
    overview = here.read("overview")
    assert (overview["tier"]["p"], overview["missing"]) == (tier["p"], [])
    assert [entry["source_id"] for entry in overview["latest"]] == [logged["id"]]
    assert math.isclose(entry_of(here, logged["id"])["effect"], tier["score"] - 70, abs_tol=1e-9)
    assert announced(here, "score_changed")[-1]["score"] == tier["score"]


def test_what_happened_without_an_experience_is_no_evidence(here: Alliance) -> None:
    logged = here.interaction(-2)
    here.installation.wait_until_applied()

    assert here.follows()["p"] == 0.7
    assert entry_of(here, logged["id"])["effect"] is None
    assert row_of(here)["last_contact_on"] == here.day(-2)


def test_an_audit_counts_by_its_findings(here: Alliance) -> None:
    here.interaction(-5, kind="audit", findings="major")

    here.follows(Item("audit", here.day(-5), 0.2))


def test_deliveries_count_by_their_first_promise_and_their_acceptance(here: Alliance) -> None:
    here.delivery(-40, -41)
    here.delivery(-30, -29, weight=2.5)
    here.delivery(-20, -20, accepted=False)
    here.delivery(-10, -9, late_cause="sponsor", reason="We ordered late")
    promise = here.delivery(-8, None)
    moved = here.patch(f"deliveries/{promise['id']}", 1, current_promised_on=here.day(-2))
    counted = [Item("delivery", here.day(-41), 1), Item("delivery", here.day(-29), 0, 2.5)]
    counted.append(Item("delivery", here.day(-20), 0))

    here.installation.wait_until_applied()
    here.follows(*counted)
    assert moved["current_promised_on"] == here.day(-2)
    here.post(f"deliveries/{promise['id']}/completion", {"delivered_on": here.day(-3)}, 200)

    here.follows(*counted, Item("delivery", here.day(-3), 0))


@pytest.mark.parametrize(("by", "counts"), [("provider", True), ("sponsor", False), ("both", False)])
def test_a_cancelled_promise_counts_where_the_provider_cancelled(here: Alliance, by: str, counts: bool) -> None:
    promise = here.delivery(20, None)
    cancelled = {"reason": "No capacity", "by": by, "cancelled_on": here.day(-1)}
    here.post(f"deliveries/{promise['id']}/cancellation", cancelled, 200)
    here.installation.wait_until_applied()

    here.follows(*[Item("delivery", here.day(-1), 0)] * counts)


def test_a_promise_left_open_lapses_when_its_time_is_over_and_is_replaced_when_kept_after_all(
    fresh_installation: InstallationUnderTest,
) -> None:
    here = alliance(fresh_installation)
    promise, promised_on = here.delivery(-1, None), here.day(-1)
    fresh_installation.wait_until_applied()
    here.follows()

    fresh_installation.clock.advance(days=62)

    lapsed_on = here.day(-3)
    here.follows(Item("delivery", lapsed_on, 0))
    lapsed = here.get(f"deliveries/{promise['id']}")
    assert (lapsed["status"], lapsed["lapsed_on"], lapsed["promised_on"]) == ("lapsed", lapsed_on, promised_on)
    here.post(f"deliveries/{promise['id']}/completion", {"delivered_on": here.day(0)}, 200)
    here.follows(Item("delivery", here.day(0), 0))


def test_a_score_fades_with_the_days_though_nothing_happens(fresh_installation: InstallationUnderTest) -> None:
    here = alliance(fresh_installation)
    item = Item("interaction", here.day(0), 1)
    here.interaction(0, occurred_at=fresh_installation.clock().isoformat(), experience="exceeds")
    before = here.follows(item)

    fresh_installation.clock.advance(days=180)

    fresh_installation.eventually(lambda: row_of(here)["as_of"] == here.day(0))
    row = row_of(here)
    assert math.isclose(row["p"], p_of([item], here.day(0)), abs_tol=1e-12)
    assert 0.7 < row["p"] < before["p"]


def test_a_milestone_counts_when_it_is_completed_until_it_is_reopened(here: Alliance) -> None:
    engagement_id = here.engagement()
    kept, poor = (
        here.post(f"engagements/{engagement_id}/milestones", {"name": name, "promised_on": here.day(-10)})["id"]
        for name in ("First batch", "Transfer")
    )
    here.post(f"milestones/{kept}/completion", {"completed_on": here.day(-10), "outcome": "meets"}, 200)
    here.post(f"milestones/{poor}/completion", {"completed_on": here.day(-12), "outcome": "below"}, 200)
    kept_item = Item("milestone", here.day(-10), 1)

    here.follows(kept_item, Item("milestone", here.day(-12), 0))
    here.post(f"milestones/{poor}/reopening", {"reason": "Not done"}, 200)

    here.follows(kept_item)


def test_a_correction_replaces_evidence_and_a_retraction_takes_it_away(here: Alliance) -> None:
    interaction, delivery = here.interaction(-5, experience="below"), here.delivery(-30, -20)
    on_time = Item("delivery", here.day(-30), 1)
    here.follows(Item("interaction", here.day(-5), 0), Item("delivery", here.day(-20), 0))

    moved = here.day(-7) + "T23:59:59Z"
    here.patch(f"interactions/{interaction['id']}", 1, experience="exceeds", occurred_at=moved)
    here.patch(f"deliveries/{delivery['id']}", 1, delivered_on=here.day(-30))
    corrected = here.follows(Item("interaction", here.day(-7), 1), on_time)
    assert math.isclose(row_of(here)["p"], corrected["p"])

    here.post(f"interactions/{interaction['id']}/retraction", {"reason": "Another relationship's"}, 200)
    here.follows(on_time)
    here.post(f"deliveries/{delivery['id']}/retraction", {"reason": "Never ordered"}, 200)
    assert here.follows()["p"] == 0.7
    here.installation.wait_until_applied()
    assert row_of(here)["evidence_count"] == 0


def test_each_good_row_of_a_bulk_counts_once_and_no_other(here: Alliance) -> None:
    rows = [here.handed_over(-30, -30) | {"external_id": "1"}, here.handed_over(-20, -19) | {"external_id": "2"}]
    rows.append(here.handed_over(-20, -20) | {"relationship_id": new_id()})
    rows.append(here.handed_over(-20, -20) | {"weight": 9})
    body = {"items": rows}
    items = [Item("delivery", here.day(-30), 1), Item("delivery", here.day(-19), 0)]

    first, again = (here.post("deliveries/bulk", body, 200)["results"] for _ in range(2))

    assert [row["status"] for row in first] == [201, 201, 404, 422]
    assert [row["status"] for row in again] == [200, 200, 404, 422]
    assert [row["id"] for row in first[:2]] == [row["id"] for row in again[:2]]
    here.installation.wait_until_applied()
    here.follows(*items)


def test_a_good_record_earns_preferred_and_everybody_hears(here: Alliance) -> None:
    before = here.day(-130)
    here.installation.wait_until_applied()
    with Stream(here.api) as stream:
        stream.until(lambda: "retry" in stream.text)
        here.good_record()

        tier = here.follows(*[Item("delivery", here.day(day), 1) for day in range(-120, 0, 10)])
        stream.until(lambda: any(event["type"] == "scorecards.tier_changed.v1" for event in stream.told), 30)

    here.installation.wait_until_applied()
    assert tier["tier"] == "preferred"
    # L passes .60 with the fifth, the depth 5 with the sixth, but ninety days have passed only with the tenth.
    assert tier["tier_since"] == here.day(-30)
    [change] = announced(here, "tier_changed")
    assert (change["from"], change["to"]) == ("transactional", "preferred")
    assert row_of(here)["tier"] == "preferred"
    movements = here.get("portfolio/movements", **{"from": before, "to": here.day(0)})["items"]
    [movement] = [row for row in movements if row["relationship_id"] == here.relationship_id]
    assert (movement["from_tier"], movement["to_tier"]) == ("transactional", "preferred")
    [entry] = here.read("timeline", kind="tier_change")["items"]
    assert entry["on"] == here.day(-30)
    [step] = here.read("tier/history")["changes"]
    assert (step["on"], step["to_tier"], step["cause"]) == (here.day(-30), "preferred", "evidence")


def test_what_was_entered_late_counts_on_its_day(here: Alliance) -> None:
    here.delivery(-100, -100)
    first = Item("delivery", here.day(-100), 1)
    here.follows(first)
    assert math.isclose(here.read("tier", as_of=here.day(-50))["p"], p_of([first], here.day(-50)), abs_tol=1e-12)

    here.delivery(-61, -60)

    late = Item("delivery", here.day(-60), 0)
    here.follows(first, late)
    for day, items in ((-50, [first, late]), (-60, [first, late]), (-61, [first]), (-100, [first]), (-101, [])):
        then = here.read("tier", as_of=here.day(day))
        assert then["evidence_count"] == len(items)
        assert math.isclose(then["p"], p_of(items, here.day(day)), abs_tol=1e-12)


def test_stage_changes_climb_the_ladder_and_the_rung_stands_in_the_portfolio(here: Alliance) -> None:
    first, second = here.engagement(stage="rfp"), here.engagement(stage="rfp", name="Second lot")
    here.installation.wait_until_applied()
    assert here.read("ladder")["rung"] == "R0"

    here.post(f"engagements/{first}/stage-changes", {"stage": "contracted", "on": here.day(-500)}, 200)
    assert here.read("ladder")["rung"] == "R1"
    here.post(f"engagements/{second}/stage-changes", {"stage": "contracted", "on": here.day(-100)}, 200)

    ladder = here.read("ladder")
    assert [(step["on"], step["after"]["rung"]) for step in ladder["history"]] == [
        (here.day(-500), "R1"),
        (here.day(-100), "R2"),
    ]
    here.installation.eventually(lambda: row_of(here)["rung"] == "R2")
    assert here.read("overview")["ladder"]["rung"] == "R2"
    here.post(f"engagements/{second}/stage-changes", {"stage": "cancelled", "on": here.day(-1)}, 200)
    here.installation.eventually(lambda: row_of(here)["rung"] == "R1")
