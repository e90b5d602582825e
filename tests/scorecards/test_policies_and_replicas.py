"""The catalogue, the tier policy and how far the replicas are."""

from services.scorecards.reference import reference_figures
from shared.ids import new_id
from tests.scorecards.feeding import introduce, publish, relationship
from tests.support.installation import InstallationUnderTest, somebody


def test_without_an_actor_token_no_reference_is_read(installation: InstallationUnderTest) -> None:
    for path in ("attributes", "tier-policies", "tier-policies/1", f"relationship-replicas/{new_id()}"):
        assert installation.stranger("scorecards").get("/v1/" + path).status_code == 401


def test_the_catalogue_has_thirty_attributes_and_the_six_that_providers_rate(
    installation: InstallationUnderTest,
) -> None:
    items = installation.client("scorecards", somebody("viewer")).get("/v1/attributes").json()["items"]
    items = [item for item in items if not item["is_own"]]

    assert len({item["key"] for item in items}) == len(items) == 36
    assert sum(item["rated_by"] in ("sponsor", "both") for item in items) == 30
    assert sum(item["rated_by"] == "both" for item in items) == 14
    assert {item["group"] for item in items if item["rated_by"] == "provider"} == {"sponsor_conduct"}
    assert all(item[anchor] for item in items for anchor in ("below", "meets", "exceeds"))


def test_the_survey_figures_name_their_question_and_population() -> None:
    assert all(each["question_id"] and each["population"] for each in reference_figures()["attribute_importance"])


def test_the_tier_policy_is_data(installation: InstallationUnderTest) -> None:
    client = installation.client("scorecards", somebody("viewer"))

    answer = client.get("/v1/tier-policies/1")

    assert answer.headers["etag"] == '"1"'
    assert answer.json()["half_life_days"]["audit"] == 730
    assert answer.json()["gates"]["partnership"] == {"lower": 0.85, "p": 0.92, "depth": 24, "tenure_days": 730}
    assert client.get("/v1/tier-policies").json() == {"items": [answer.json()], "next": None}
    assert client.get("/v1/tier-policies/2").json()["type"].endswith("/tier-policy-not-found")


def test_the_replica_tells_its_version_to_whoever_knows_the_relationship(installation: InstallationUnderTest) -> None:
    client = installation.client("scorecards", somebody("viewer"))
    unknown = client.get(f"/v1/relationship-replicas/{new_id()}")
    assert (unknown.status_code, unknown.json()["type"].rsplit("/", 1)[1]) == (404, "relationship-not-found")
    known = introduce(installation, visibility="restricted")

    publish(installation, relationship(known.relationship_id, known.sponsor_id, known.provider_id, version=4, epoch=2))

    answer = client.get(f"/v1/relationship-replicas/{known.relationship_id}")
    assert answer.json() == {"id": known.relationship_id, "epoch": 2, "version": 4}
