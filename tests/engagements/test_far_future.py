"""A promise or delivery over 366 days ahead is confirmed: a year mistyped would hide a miss."""

from typing import Any

import httpx
import pytest

from tests.engagements.scene import Scene, day, if_match, pointers, scene
from tests.support.installation import InstallationUnderTest


@pytest.fixture
def known(installation: InstallationUnderTest) -> Scene:
    return scene(installation)


def _is_far(answer: httpx.Response, pointer: str) -> bool:
    return answer.status_code == 422 and answer.json()["type"].endswith("/far-future") and pointers(answer) == [pointer]


def test_a_delivery_far_ahead_is_refused_until_it_is_confirmed(known: Scene) -> None:
    body = {"relationship_id": known.relationship_id, "promised_on": day(367), "delivered_on": None, "external_id": "F"}

    refused = known.manager.post("/v1/deliveries", body)
    confirmed = known.manager.post("/v1/deliveries", body | {"confirm_future": True})
    again = known.manager.post("/v1/deliveries", body | {"confirm_future": True})

    assert _is_far(refused, "/promised_on")
    assert "confirm_future" in refused.json()["detail"]
    assert (confirmed.status_code, again.status_code) == (201, 200)
    assert "confirm_future" not in confirmed.json()
    assert known.delivery(promised_on=day(366), delivered_on=None)["promised_on"] == day(366)


def test_a_handing_over_far_ahead_is_refused_until_it_is_confirmed(known: Scene) -> None:
    body = {"relationship_id": known.relationship_id, "promised_on": day(1), "delivered_on": day(400)}
    assert _is_far(known.manager.post("/v1/deliveries", body), "/delivered_on")

    path = f"/v1/deliveries/{known.delivery(delivered_on=None)['id']}"
    done: dict[str, Any] = {"delivered_on": day(400)}

    assert _is_far(known.manager.post(f"{path}/completion", done), "/delivered_on")
    assert _is_far(known.manager.patch(path, done, headers=if_match(1)), "/delivered_on")
    assert known.manager.post(f"{path}/completion", done | {"confirm_future": True}).status_code == 200


def test_a_promise_that_moves_far_ahead_is_confirmed_and_one_that_lies_there_is_not_again(known: Scene) -> None:
    path = f"/v1/deliveries/{known.delivery(delivered_on=None, promised_on=day(10))['id']}"
    moved = {"current_promised_on": day(500)}

    refused = known.manager.patch(path, moved, headers=if_match(1))
    confirmed = known.manager.patch(path, moved | {"confirm_future": True}, headers=if_match(1))
    renamed = known.manager.patch(path, {"name": "Batch 7"} | moved, headers=if_match(2))

    assert _is_far(refused, "/current_promised_on")
    assert (confirmed.status_code, renamed.status_code) == (200, 200)


def test_a_milestone_far_ahead_is_refused_until_it_is_confirmed(known: Scene) -> None:
    path = f"/v1/engagements/{known.engagement()['id']}/milestones"
    body = {"name": "First batch", "promised_on": day(800)}

    refused = known.manager.post(path, body)
    created = known.manager.post(path, body | {"confirm_future": True})
    near = known.milestone()["id"]
    moved = known.manager.patch(f"/v1/milestones/{near}", {"current_promised_on": day(800)}, headers=if_match(1))
    done = known.manager.post(f"/v1/milestones/{near}/completion", {"completed_on": day(400), "outcome": "meets"})

    assert _is_far(refused, "/promised_on")
    assert created.status_code == 201
    assert _is_far(moved, "/current_promised_on")
    assert _is_far(done, "/completed_on")


def test_each_row_of_a_bulk_request_is_confirmed_by_itself(known: Scene) -> None:
    row = {"relationship_id": known.relationship_id, "promised_on": day(500), "delivered_on": None}
    rows = [row, row | {"confirm_future": True}, row | {"promised_on": day(5)}]

    results = known.manager.post("/v1/deliveries/bulk", {"items": rows}).json()["results"]

    assert [each["status"] for each in results] == [422, 201, 201]
    assert results[0]["problem"]["type"].endswith("/far-future")
    assert results[0]["problem"]["errors"][0]["pointer"] == "/items/0/promised_on"
