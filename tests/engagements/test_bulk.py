"""Many deliveries or interactions at once: each row its own outcome."""

import pytest

from shared.ids import new_id
from tests.engagements.scene import Scene, at, day, problem, scene
from tests.support.installation import InstallationUnderTest


def delivery(here: Scene, **more: object) -> dict[str, object]:
    return {"relationship_id": here.relationship_id, "promised_on": day(-1), "delivered_on": day(-1)} | more


def call(here: Scene, **more: object) -> dict[str, object]:
    return {"relationship_id": here.relationship_id, "kind": "call", "occurred_at": at(-1), "summary": "x"} | more


def test_each_bulk_delivery_has_its_own_outcome_and_the_valid_ones_are_recorded(
    installation: InstallationUnderTest,
) -> None:
    here, elsewhere = scene(installation), scene(installation)
    here.delivery(external_id="known", promised_on=day(-1), delivered_on=day(-1))
    rows = [
        delivery(here, external_id="new"),
        delivery(here, external_id="known"),
        delivery(here, external_id="known", accepted=False),
        delivery(here, weight=7),
        delivery(here, relationship_id=new_id()),
        delivery(here, engagement_id=elsewhere.engagement()["id"]),
        delivery(here, external_id="new"),
        delivery(here, external_id="new", weight=2),
        "not a row",
        delivery(here, late_cause="sponsor"),
        delivery(elsewhere),
    ]

    results = here.post("deliveries/bulk", {"items": rows}, 200)["results"]

    assert [result["index"] for result in results] == list(range(len(rows)))
    assert [result["status"] for result in results] == [201, 200, 409, 422, 404, 422, 200, 409, 422, 422, 201]
    outcomes = {201: "recorded", 200: "existed"}
    assert [result["outcome"] for result in results] == [outcomes.get(each["status"], "refused") for each in results]
    assert results[6]["id"] == results[0]["id"]
    assert results[7]["problem"]["id"] == results[0]["id"]
    pointers = [[e["pointer"] for e in result["problem"]["errors"]] for result in results if result["status"] == 422]
    assert pointers == [["/items/3/weight"], ["/items/5/engagement_id"], ["/items/8"], ["/items/9/reason"]]
    assert len(here.get(f"deliveries?relationship_id={here.relationship_id}")["items"]) == 2
    for result in (results[0], results[10]):
        [(kind, event)] = here.announced(result["id"])
        assert (kind, event["version"]) == ("delivery_recorded", 1)


def test_interactions_are_logged_in_bulk(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    again = call(here, external_id="a")
    rows = [
        again, again, call(here, findings="minor"),
        call(here, occurred_at="2024-01-01T00:00:00"), call(here, kind="note", is_private=True),
    ]  # fmt: skip

    results = here.post("interactions/bulk", {"items": rows}, 200)["results"]

    assert [result["status"] for result in results] == [201, 200, 422, 422, 201]
    assert [each["outcome"] for each in results] == ["recorded", "existed", "refused", "refused", "recorded"]
    assert results[2]["problem"]["errors"][0]["pointer"] == "/items/2/findings"
    assert len(here.get(f"interactions?relationship_id={here.relationship_id}")["items"]) == 2
    assert here.announced(results[0]["id"])[0][0] == "interaction_logged"
    assert here.get(f"relationships/{here.relationship_id}/standing")["last_contact_on"] == day(-1)


@pytest.mark.parametrize("noun", ["deliveries", "interactions"])
def test_a_batch_has_one_to_a_thousand_rows(installation: InstallationUnderTest, noun: str) -> None:
    here = scene(installation)

    for items in ([], [{}] * 1001, "x"):
        assert here.manager.post(f"/v1/{noun}/bulk", {"items": items}).status_code == 422


def test_a_batch_is_sent_again_by_its_key_without_effect(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    key = {"idempotency-key": new_id()}
    rows = {"items": [delivery(here)] * 3}

    answers = [here.manager.post("/v1/deliveries/bulk", rows, headers=key) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert len(here.get(f"deliveries?relationship_id={here.relationship_id}")["items"]) == 3
    reused = here.manager.post("/v1/deliveries/bulk", {"items": [delivery(here)]}, headers=key)
    assert problem(reused) == (422, "idempotency-key-reused")
