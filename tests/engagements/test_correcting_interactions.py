"""Correcting and retracting interactions."""

from tests.engagements.scene import at, if_match, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_may_not_correct_or_retract_an_interaction(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/interactions/{here.interaction()['id']}"

    assert here.client().patch(path, {"summary": "x"}, headers=if_match(1)).status_code == 403
    assert here.client().post(path + "/retraction", {"reason": "x"}).status_code == 403
    assert here.manager.get(path).json()["version"] == 1


def test_a_correction_needs_the_version_seen(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/interactions/{here.interaction()['id']}"

    assert problem(here.manager.patch(path, {"summary": "x"})) == (428, "version-required")
    assert problem(here.manager.patch(path, {"summary": "x"}, headers=if_match(3))) == (412, "stale-version")


def test_a_correction_changes_the_fields_present_and_is_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    logged = here.interaction(experience="meets", summary="As it was")

    answer = here.patch(f"interactions/{logged['id']}", {"experience": None, "kind": "email"})

    corrected = logged | {"version": 2, "experience": None, "kind": "email"}
    assert (answer.status_code, answer.json()) == (200, corrected)
    assert answer.headers["etag"] == '"2"'
    assert here.get(f"interactions/{logged['id']}") == corrected
    kind, event = here.announced(logged["id"])[-1]
    assert (kind, event["version"], event["experience"], event["kind"]) == ("interaction_corrected", 2, None, "email")


def test_the_relationship_of_an_interaction_never_changes(installation: InstallationUnderTest) -> None:
    here, elsewhere = scene(installation), scene(installation)
    path = f"interactions/{here.interaction()['id']}"

    assert pointers(here.patch(path, {"relationship_id": elsewhere.relationship_id})) == ["/relationship_id"]
    assert pointers(here.patch(path, {"engagement_id": elsewhere.engagement()["id"]})) == ["/engagement_id"]


def test_a_correction_that_leaves_a_contradiction_is_refused(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    audit = here.interaction(kind="audit", findings="major")

    assert pointers(here.patch(f"interactions/{audit['id']}", {"kind": "call"})) == ["/findings"]
    assert pointers(here.patch(f"interactions/{audit['id']}", {"kind": None})) == ["/kind"]
    assert here.patch(f"interactions/{audit['id']}", {"kind": "call", "findings": None}).status_code == 200


def test_a_retracted_interaction_stays_with_its_reason_and_leaves_the_lists(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    logged = here.interaction(experience="below", external_id="one")
    path = f"interactions/{logged['id']}"

    retracted = here.post(path + "/retraction", {"reason": "Wrong company"}, 200)

    assert retracted["retracted_at"] is not None
    assert here.get(path)["reason"] == "Wrong company"
    assert here.get(f"interactions?relationship_id={here.relationship_id}")["items"] == []
    assert here.get(f"interactions?relationship_id={here.relationship_id}&retracted=true")["items"] == [retracted]
    kind, event = here.announced(logged["id"])[-1]
    assert (kind, event["version"]) == ("interaction_retracted", 2)
    assert problem(here.manager.post(f"/v1/{path}/retraction", {"reason": "x"})) == (409, "wrong-state")
    assert problem(here.patch(path, {"summary": "x"}, version=2)) == (409, "wrong-state")
    assert here.interaction(external_id="one", occurred_at=at())["id"] != logged["id"]


def test_a_retraction_needs_a_reason(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    logged = here.interaction()

    assert pointers(here.manager.post(f"/v1/interactions/{logged['id']}/retraction", {})) == ["/reason"]
