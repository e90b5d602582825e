"""What is asked: attributes of one's own, and templates with their versions and importances."""

import pytest

from shared.ids import new_id
from tests.support.installation import Client, InstallationUnderTest, somebody

OWN = {
    "key": "cold_chain", "label": "Cold chain", "group": "reliability", "definition": "Keeps the cold chain unbroken",
    "rated_by": "sponsor", "below": "An excursion that cost product", "meets": "No excursion", "exceeds": "Warns early",
}  # fmt: skip


def caller(installation: InstallationUnderTest, role: str = "manager", side: str = "sponsor") -> Client:
    return installation.client("scorecards", somebody(role, side))


@pytest.mark.parametrize(("role", "side"), [("viewer", "sponsor"), ("reviewer", "sponsor"), ("manager", "provider")])
def test_others_than_managers_of_the_sponsor_make_no_templates(
    installation: InstallationUnderTest, role: str, side: str
) -> None:
    body = {"name": "Ours", "attributes": [{"attribute": "communication"}]}

    assert caller(installation, role, side).post("/v1/scorecard-templates", body).status_code == 403
    assert caller(installation, role, side).post("/v1/attributes", OWN).status_code == 403


def test_the_shipped_templates_come_first_and_cannot_be_changed(installation: InstallationUnderTest) -> None:
    full, short = caller(installation, "viewer").get("/v1/scorecard-templates").json()["items"][:2]

    assert (len(full["attributes"]), len(short["attributes"])) == (36, 12)
    refused = caller(installation).request(
        "PATCH", f"/v1/scorecard-templates/{full['id']}", json={"name": "Mine"}, headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "template-shipped")


@pytest.mark.parametrize(("side", "count"), [("sponsor", 8), ("provider", 8)])
def test_the_short_form_asks_eight_of_each_side(installation: InstallationUnderTest, side: str, count: int) -> None:
    short = caller(installation).get("/v1/scorecard-templates").json()["items"][1]

    asked = caller(installation).get(f"/v1/scorecard-templates/{short['id']}/importances?side={side}").json()

    assert len(asked["importances"]) == count
    assert sum(each["share"] for each in asked["importances"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ([{"attribute": "no_such"}], "/attributes/0/attribute"),
        ([{"attribute": "communication"}, {"attribute": "communication"}], "/attributes/1/attribute"),
        ([{"attribute": "communication", "importance": 1}, {"attribute": "cost_value"}], "/attributes/1/importance"),
        ([{"attribute": "communication", "importance": 0}], "/attributes/0/importance"),
    ],
)
def test_a_wrong_attribute_is_refused_at_its_field(
    installation: InstallationUnderTest, attributes: object, pointer: str
) -> None:
    refused = caller(installation).post("/v1/scorecard-templates", {"name": "Wrong", "attributes": attributes})

    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


def test_importances_that_sum_to_99_99_are_normalised_and_a_heavy_one_is_warned_of(
    installation: InstallationUnderTest,
) -> None:
    asked = [("communication", 33.33), ("cost_value", 33.33), ("flexibility", 33.33)]
    body = {"name": "Thirds", "attributes": [{"attribute": key, "importance": share} for key, share in asked]}

    made = caller(installation).post("/v1/scorecard-templates", body).json()

    assert [each["share"] for each in made["attributes"]] == [pytest.approx(1 / 3)] * 3
    assert [warning["attribute"] for warning in made["warnings"]] == ["communication", "cost_value", "flexibility"]


def test_an_attribute_of_ones_own_is_asked_and_its_key_is_taken_once(installation: InstallationUnderTest) -> None:
    own = OWN | {"key": f"own_{new_id()[-12:]}"}
    made = caller(installation).post("/v1/attributes", own)
    assert made.status_code == 201

    assert caller(installation).post("/v1/attributes", own).status_code == 409
    assert caller(installation).post("/v1/attributes", own | {"key": "communication"}).status_code == 409
    listed = {each["key"]: each for each in caller(installation, "viewer").get("/v1/attributes").json()["items"]}
    assert (listed[own["key"]]["is_own"], listed["communication"]["is_own"]) == (True, False)
    assert listed["tech_transfer"]["published"][0]["of"] == 19

    template = caller(installation).post(
        "/v1/scorecard-templates", {"name": "Own", "attributes": [{"attribute": own["key"]}]}
    )
    assert template.status_code == 201


def test_a_change_makes_a_version_and_the_earlier_one_stays(installation: InstallationUnderTest) -> None:
    manager = caller(installation)
    made = manager.post("/v1/scorecard-templates", {"name": "A", "attributes": [{"attribute": "communication"}]}).json()
    path = f"/v1/scorecard-templates/{made['id']}"

    change = {"attributes": [{"attribute": "cost_value"}]}
    stale = manager.request("PATCH", path, json=change, headers={"If-Match": '"7"'})
    changed = manager.request("PATCH", path, json=change, headers={"If-Match": '"1"'}).json()

    assert stale.status_code == 412
    assert (changed["version"], changed["name"], changed["attributes"][0]["attribute"]) == (2, "A", "cost_value")
    assert manager.get(f"{path}/versions/1").json()["attributes"][0]["attribute"] == "communication"
    assert manager.request("DELETE", path, headers={"If-Match": '"2"'}).status_code == 204
    assert manager.post(f"{path}/restoration").json()["archived_at"] is None


def test_sixty_profiles_are_shipped_each_with_the_weight_of_every_group(installation: InstallationUnderTest) -> None:
    items = caller(installation, "viewer").get("/v1/scorecard-profiles").json()["items"]

    assert len({item["profile"] for item in items}) == len(items) == 60
    assert {len(item["weights"]) for item in items} == {7}
    assert {item["weights"]["sponsor_conduct"] for item in items} == {25}
