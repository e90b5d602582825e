"""The team of a relationship: who reads it when it is restricted."""

from shared.ids import new_id
from tests.accounts.scene import if_match, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_and_the_provider_side_may_not_set_a_team(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/relationships/{here.relationship()['id']}/team"

    for client in (here.client("viewer"), here.client("manager", "provider")):
        assert client.put(path, {"members": []}, headers=if_match(1)).status_code == 403
    assert here.manager.get(path).json() == {"version": 1, "members": [here.owner.actor_id]}


def test_a_team_is_set_against_the_version_seen(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship()
    path = f"/v1/relationships/{made['id']}/team"

    assert problem(here.manager.put(path, {"members": []})) == (428, "version-required")
    assert problem(here.manager.put(path, {"members": []}, headers=if_match(2))) == (412, "stale-version")
    assert pointers(here.manager.put(path, {"members": ["x"]}, headers=if_match(1))) == ["/members/0"]
    assert len(here.announced(made["id"])) == 1


def test_the_owner_stays_and_the_event_carries_the_whole_team(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship()
    path = f"/v1/relationships/{made['id']}/team"
    first, second, third = (new_id() for _ in range(3))

    here.manager.put(path, {"members": [first, second, second]}, headers=if_match(1))
    answer = here.manager.put(path, {"members": [third, second]}, headers=if_match(2))

    team = sorted([here.owner.actor_id, second, third])
    assert answer.headers["etag"] == '"3"'
    assert answer.json() == here.manager.get(path).json() == {"version": 3, "members": team}
    assert here.get(f"relationships/{made['id']}") == made | {"version": 3, "team": team}
    assert [(event["version"], event["team"]) for _, event in here.announced(made["id"])] == [
        (1, [here.owner.actor_id]), (2, sorted([here.owner.actor_id, first, second])), (3, team),
    ]  # fmt: skip


def test_who_leaves_the_team_loses_sight_at_once(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship(visibility="restricted")
    path = f"/v1/relationships/{made['id']}"
    colleague = here.client("manager")
    assert colleague.actor is not None
    here.manager.put(path + "/team", {"members": [colleague.actor.actor_id]}, headers=if_match(1))
    assert colleague.get(path).status_code == 200

    answer = colleague.put(path + "/team", {"members": []}, headers=if_match(2))

    assert answer.json() == {"version": 3, "members": [here.owner.actor_id]}
    assert colleague.get(path).status_code == 404
    assert here.announced(made["id"])[-1][1]["team"] == [here.owner.actor_id]
