"""Deliveries: kept and open promises, their correction and retraction."""

import pytest

from tests.engagements.scene import day, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_may_not_write_deliveries(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    delivery = here.delivery(delivered_on=None)
    body = {"relationship_id": here.relationship_id, "promised_on": day(0), "delivered_on": day(0)}

    assert here.client().post("/v1/deliveries", body).status_code == 403
    assert here.client().post("/v1/deliveries/bulk", {"items": [body]}).status_code == 403
    assert here.client().post(f"/v1/deliveries/{delivery['id']}/retraction", {"reason": "x"}).status_code == 403


def test_a_recorded_delivery_is_readable_and_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    engagement = here.engagement()["id"]

    recorded = here.delivery(engagement_id=engagement, weight=2.5, accepted=False, quantity=40, unit="kg", name="Lot 7")

    assert here.get(f"deliveries/{recorded['id']}") == recorded
    for by in (f"relationship_id={here.relationship_id}", f"engagement_id={engagement}"):
        assert here.get(f"deliveries?{by}")["items"] == [recorded]
    assert (recorded["status"], recorded["current_promised_on"]) == ("delivered", day(-10))
    [(kind, event)] = here.announced(recorded["id"])
    assert kind == "delivery_recorded"
    for name in ("relationship_id", "promised_on", "delivered_on", "accepted", "weight", "late_cause", "version"):
        assert event[name] == recorded[name]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"weight": 0}, "/weight"),
        ({"weight": 3.5}, "/weight"),
        ({"weight": 0.1234567}, "/weight"),
        ({"weight": "1"}, "/weight"),
        ({"weight": True}, "/weight"),
        ({"accepted": "yes"}, "/accepted"),
        ({"promised_on": "1969-12-31"}, "/promised_on"),
        ({"promised_on": "2024-02-30"}, "/promised_on"),
        ({"promised_on": 19000}, "/promised_on"),
        ({"promised_on": None}, "/promised_on"),
        ({"delivered_on": day(800)}, "/delivered_on"),
        ({"late_cause": "external"}, "/reason"),
        ({"relationship_id": "7"}, "/relationship_id"),
        ({"price": 3}, "/price"),
    ],
)
def test_a_wrong_value_of_a_delivery_is_refused_by_its_pointer(
    installation: InstallationUnderTest, wrong: dict[str, object], pointer: str
) -> None:
    here = scene(installation)
    body = {"relationship_id": here.relationship_id, "promised_on": day(0), "delivered_on": day(0)}

    assert pointers(here.manager.post("/v1/deliveries", body | wrong)) == [pointer]

    assert here.get(f"deliveries?relationship_id={here.relationship_id}")["items"] == []


def test_a_weight_that_is_not_a_number_is_no_json(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = f'{{"relationship_id": "{here.relationship_id}", "promised_on": "2024-01-01", "delivered_on": null, '

    answer = here.manager.request(
        "POST", "/v1/deliveries", content=body + '"weight": NaN}', headers={"content-type": "application/json"}
    )

    assert problem(answer) == (400, "malformed-json")


def test_the_day_of_delivery_is_required_and_may_be_null(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    answer = here.manager.post("/v1/deliveries", {"relationship_id": here.relationship_id, "promised_on": day(0)})

    assert pointers(answer) == ["/delivered_on"]


def test_an_open_promise_is_completed(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(promised_on=day(5), delivered_on=None)
    path = f"deliveries/{promise['id']}"
    assert promise["status"] == "open"

    delivered = here.post(path + "/completion", {"delivered_on": day(1), "accepted": False}, 200)

    assert (delivered["status"], delivered["delivered_on"], delivered["version"]) == ("delivered", day(1), 2)
    kind, event = here.announced(promise["id"])[-1]
    assert (kind, event["version"], event["delivered_on"], event["accepted"]) == ("delivery_recorded", 2, day(1), False)
    again = here.manager.post(f"/v1/{path}/completion", {"delivered_on": day(1)})
    assert problem(again) == (409, "wrong-state")


def test_a_cancelled_delivery_says_by_whom_and_when(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    promise = here.delivery(delivered_on=None)
    off = {"reason": "Line down", "by": "provider", "cancelled_on": day(-3)}

    cancelled = here.post(f"deliveries/{promise['id']}/cancellation", off, 200)

    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "Line down")
    kind, event = here.announced(promise["id"])[-1]
    assert (kind, event["cancelled_by"], event["cancelled_on"]) == ("delivery_cancelled", "provider", day(-3))
    kept = here.manager.post(f"/v1/deliveries/{here.delivery()['id']}/cancellation", off)
    assert problem(kept) == (409, "wrong-state")


def test_a_correction_is_announced_and_leaves_the_first_promise(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    recorded = here.delivery()
    path = f"deliveries/{recorded['id']}"

    assert pointers(here.patch(path, {"promised_on": day(0)})) == ["/promised_on"]
    corrected = here.patch(path, {"delivered_on": day(-5), "late_cause": "external", "reason": "Customs"}).json()

    assert (corrected["delivered_on"], corrected["promised_on"]) == (day(-5), day(-10))
    kind, event = here.announced(recorded["id"])[-1]
    assert (kind, event["version"], event["delivered_on"]) == ("delivery_corrected", 2, day(-5))
    assert (event["promised_on"], event["late_cause"]) == (day(-10), "external")


def test_a_delivery_corrected_to_none_is_an_open_promise_again(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    recorded = here.delivery()

    corrected = here.patch(f"deliveries/{recorded['id']}", {"delivered_on": None}).json()

    assert corrected["status"] == "open"
    kind, event = here.announced(recorded["id"])[-1]
    assert (kind, event["delivered_on"], event["status"]) == ("delivery_corrected", None, "open")


def test_a_retracted_delivery_stays_with_its_reason_and_frees_its_external_id(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    recorded = here.delivery(external_id="PO-1")
    path = f"deliveries/{recorded['id']}"

    retracted = here.post(path + "/retraction", {"reason": "Typed twice"}, 200)

    assert here.get(path) == retracted
    assert (retracted["status"], retracted["reason"]) == ("retracted", "Typed twice")
    listed = f"deliveries?relationship_id={here.relationship_id}"
    assert here.get(listed)["items"] == []
    assert here.get(listed + "&status=retracted")["items"] == [retracted]
    assert here.announced(recorded["id"])[-1][0] == "delivery_retracted"
    assert problem(here.manager.post(f"/v1/{path}/retraction", {"reason": "x"})) == (409, "wrong-state")
    assert here.delivery(external_id="PO-1", promised_on=day(-9))["id"] != recorded["id"]


def test_the_same_record_from_elsewhere_is_recorded_once(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    body = {
        "relationship_id": here.relationship_id, "external_id": "PO-1",
        "promised_on": "2024-05-02", "delivered_on": "2024-05-01", "weight": 0.3,
    }  # fmt: skip
    first = here.post("deliveries", body)

    again = here.manager.post("/v1/deliveries", body)
    different = here.manager.post("/v1/deliveries", body | {"accepted": False})

    assert (again.status_code, again.json()) == (200, first)
    assert problem(different) == (409, "external-id-exists")
    assert different.json()["id"] == first["id"]
    assert here.get(f"deliveries?external_id=PO-1&relationship_id={here.relationship_id}")["items"] == [first]
    assert len(here.announced(first["id"])) == 1
