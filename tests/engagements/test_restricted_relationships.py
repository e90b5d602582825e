"""Restricted relationships look like unknown ones to everybody outside the team."""

from collections.abc import Callable

import pytest

from shared.ids import new_id
from tests.engagements.scene import Scene, at, day, if_match, scene
from tests.support.installation import Client, InstallationUnderTest, somebody


def everything(here: Scene) -> dict[str, str]:
    """One record of each noun, by the path that reads it."""
    engagement = here.engagement()["id"]
    return {
        "engagements": engagement,
        "milestones": here.milestone(engagement_id=engagement)["id"],
        "deliveries": here.delivery()["id"],
        "interactions": here.interaction()["id"],
        "actions": here.post("actions", {"relationship_id": here.relationship_id, "title": "Call back"})["id"],
        "issues": here.post(
            "issues",
            {"relationship_id": here.relationship_id, "title": "Leak", "severity": "major", "opened_on": day(0)},
        )["id"],
    }


def outsiders(installation: InstallationUnderTest) -> list[Client]:
    actors = [somebody("manager"), somebody("viewer"), somebody("admin", "provider"), somebody("manager", "provider")]
    return [installation.client("engagements", actor) for actor in actors]


def test_an_outsider_reads_of_a_restricted_relationship_what_they_read_of_an_unknown_one(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation, "restricted")
    hidden = everything(here)

    for outsider in outsiders(installation):
        for noun, record_id in hidden.items():
            known = outsider.get(f"/v1/{noun}/{record_id}")
            assert known.status_code == 404
            assert known.content == outsider.get(f"/v1/{noun}/{new_id()}").content
            listed = outsider.get(f"/v1/{noun}?relationship_id={here.relationship_id}")
            unknown = outsider.get(f"/v1/{noun}?relationship_id={here.unknown_id}")
            assert listed.status_code == 404
            assert listed.text == unknown.text.replace(here.unknown_id, here.relationship_id)
            assert record_id not in outsider.get(f"/v1/{noun}?limit=200").text
        for part in ("ladder", "standing", "timeline-entries"):
            known = outsider.get(f"/v1/relationships/{here.relationship_id}/{part}")
            unknown = outsider.get(f"/v1/relationships/{here.unknown_id}/{part}")
            assert known.status_code == 404
            assert known.text == unknown.text.replace(here.unknown_id, here.relationship_id)
        for part in ("stage-changes", "milestones"):
            known = outsider.get(f"/v1/engagements/{hidden['engagements']}/{part}")
            assert known.status_code == 404
            assert known.content == outsider.get(f"/v1/engagements/{new_id()}/{part}").content
        assert outsider.get(f"/v1/engagements?id={hidden['engagements']}").json()["items"] == []


WRITES: list[tuple[str, Callable[[str], dict[str, object]]]] = [
    ("interactions", lambda of: {"relationship_id": of, "kind": "call", "occurred_at": at(), "summary": "x"}),
    ("deliveries", lambda of: {"relationship_id": of, "promised_on": "2024-01-01", "delivered_on": None}),
    (
        "engagements",
        lambda of: {"relationship_id": of, "name": "x", "type": "analytical", "mode": "tactical", "complexity": 1},
    ),
    ("actions", lambda of: {"relationship_id": of, "title": "x"}),
    ("issues", lambda of: {"relationship_id": of, "title": "x", "severity": "minor", "opened_on": "2024-01-01"}),
]


@pytest.mark.parametrize(("noun", "body"), WRITES, ids=[noun for noun, _ in WRITES])
def test_a_manager_outside_the_team_adds_no_record_to_a_restricted_relationship(
    installation: InstallationUnderTest, noun: str, body: Callable[[str], dict[str, object]]
) -> None:
    here = scene(installation, "restricted")
    outsider = here.client("manager")

    hidden = outsider.post(f"/v1/{noun}", body(here.relationship_id))
    unknown = outsider.post(f"/v1/{noun}", body(here.unknown_id))

    assert hidden.status_code == 404
    assert hidden.text == unknown.text.replace(here.unknown_id, here.relationship_id)
    assert here.get(f"{noun}?relationship_id={here.relationship_id}")["items"] == []


def test_a_manager_outside_the_team_changes_no_record_of_a_restricted_relationship(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation, "restricted")
    hidden = everything(here)
    outsider = here.client("manager")
    reason = {"reason": "x"}
    verbs = [
        ("deliveries", "retraction", reason), ("deliveries", "completion", {"delivered_on": day(0)}),
        ("deliveries", "cancellation", reason | {"by": "both"}), ("interactions", "retraction", reason),
        ("milestones", "completion", {"completed_on": day(0), "outcome": "meets"}), ("milestones", "reopening", {}),
        ("milestones", "cancellation", reason | {"by": "both"}),
        ("engagements", "stage-changes", {"stage": "rfp", "on": day(0)}), ("engagements", "restoration", None),
        ("actions", "completion", {"done_on": day(0)}), ("issues", "closure", {"closed_on": day(0)}),
    ]  # fmt: skip

    for noun, verb, body in verbs:
        answer = outsider.post(f"/v1/{noun}/{hidden[noun]}/{verb}", body)
        assert answer.status_code == 404, (noun, verb)
        assert answer.content == outsider.post(f"/v1/{noun}/{new_id()}/{verb}", body).content
    for noun, record_id in hidden.items():
        assert outsider.patch(f"/v1/{noun}/{record_id}", {}, headers=if_match(1)).status_code == 404
        assert here.get(f"{noun}/{record_id}")["version"] == 1


def test_a_bulk_item_of_a_restricted_relationship_is_refused_like_one_of_an_unknown_one(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation, "restricted")
    outsider = here.client("manager")
    for noun, body in WRITES[:2]:
        rows = [body(here.relationship_id), body(here.unknown_id)]

        answer = outsider.post(f"/v1/{noun}/bulk", {"items": rows})

        hidden, unknown = answer.json()["results"]
        assert hidden["status"] == unknown["status"] == 404
        assert hidden["problem"] | {"relationship_id": ""} == unknown["problem"] | {"relationship_id": ""}


def test_the_team_and_admins_read_a_restricted_relationship(installation: InstallationUnderTest) -> None:
    here = scene(installation, "restricted")
    logged = here.interaction()
    member = somebody("viewer", "provider")
    accounts = installation.client("accounts", here.owner)
    team = {"members": [member.actor_id]}
    accounts.put(f"/v1/relationships/{here.relationship_id}/team", team, headers=if_match(1))
    replica = f"relationship-replicas/{here.relationship_id}"
    installation.eventually(lambda: here.get(replica)["version"] == 2)

    for reader in (member, here.owner, somebody("admin")):
        assert installation.client("engagements", reader).get(f"/v1/interactions/{logged['id']}").json() == logged


def test_an_actor_of_the_provider_side_reads_only_relationships_of_their_teams(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    logged = here.interaction()

    assert here.client("viewer").get(f"/v1/interactions/{logged['id']}").status_code == 200
    assert here.client("admin", "provider").get(f"/v1/interactions/{logged['id']}").status_code == 404


def test_a_member_who_has_just_left_the_team_reads_the_version_of_the_replica(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation, "restricted")

    answer = here.client("viewer").get(f"/v1/relationship-replicas/{here.relationship_id}")

    assert answer.json() == {"id": here.relationship_id, "epoch": 1, "version": 1}
    assert (
        installation.stranger("engagements").get(f"/v1/relationship-replicas/{here.relationship_id}").status_code == 401
    )
    assert here.manager.get(f"/v1/relationship-replicas/{here.unknown_id}").status_code == 404
