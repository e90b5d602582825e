"""Relationships: one sponsor working with one provider."""

import pytest

from shared.ids import new_id
from tests.accounts.scene import Scene, if_match, pages, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_and_the_provider_side_may_not_write_relationships(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    relationship = here.relationship()
    path = f"/v1/relationships/{relationship['id']}"

    for client in (here.client("viewer"), here.client("reviewer"), here.client("manager", "provider")):
        assert client.post("/v1/relationships", here.two()).status_code == 403
        assert client.patch(path, {"started_on": None}, headers=if_match(1)).status_code == 403
        assert client.delete(path, headers=if_match(1)).status_code == 403
        assert client.post(path + "/restoration").status_code == 403
    assert here.get(f"relationships/{relationship['id']}") == relationship


def test_ends_that_are_unknown_hidden_or_of_the_wrong_kind_are_refused_with_their_pointer(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    two = here.two()
    hidden = here.relationship(visibility="restricted")
    outsider = here.client("manager")

    for wrong, pointer in (
        ({"sponsor_id": new_id()}, "/sponsor_id"), ({"provider_id": new_id()}, "/provider_id"),
        ({"sponsor_id": two["provider_id"]}, "/sponsor_id"), ({"provider_id": two["sponsor_id"]}, "/provider_id"),
        ({"provider_id": here.account("other")["id"]}, "/provider_id"),
        ({"sponsor_id": hidden["sponsor_id"]}, "/sponsor_id"), ({"provider_id": hidden["provider_id"]}, "/provider_id"),
    ):  # fmt: skip
        assert pointers(outsider.post("/v1/relationships", two | wrong)) == [pointer]
    assert here.get(f"relationships?sponsor_id={two['sponsor_id']}")["items"] == []


def test_the_same_two_are_refused_with_the_id_of_what_they_have(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    relationship = here.relationship()
    two = {end: relationship[end] for end in ("sponsor_id", "provider_id")}

    answer = here.client("manager").post("/v1/relationships", two)

    assert problem(answer) == (409, "relationship-exists")
    assert answer.json()["id"] == relationship["id"]
    assert here.ids(f"relationships?sponsor_id={two['sponsor_id']}") == [relationship["id"]]


def test_the_id_of_a_restricted_relationship_in_the_way_is_not_shown(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    restricted = here.relationship(visibility="restricted")
    two = {end: restricted[end] for end in ("sponsor_id", "provider_id")}
    # Open ones beside it, so that both ends are seen.
    here.post("relationships", here.two() | {"sponsor_id": two["sponsor_id"]})
    here.post("relationships", here.two() | {"provider_id": two["provider_id"]})

    answer = here.client("manager").post("/v1/relationships", two)

    assert problem(answer) == (409, "relationship-exists")
    assert restricted["id"] not in answer.text
    assert "id" not in answer.json()


def test_a_created_relationship_is_its_makers_and_is_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    made = here.relationship(started_on="2020-02-29")

    assert made == here.client().get(f"/v1/relationships/{made['id']}").json()
    assert (made["owner_id"], made["team"]) == (here.owner.actor_id, [here.owner.actor_id])
    assert (made["visibility"], made["started_on"], made["version"]) == ("open", "2020-02-29", 1)
    assert (made["sponsor_name"], made["provider_name"]) == ("A sponsor", "A provider")
    [(kind, event)] = here.announced(made["id"])
    assert kind == "relationship_recorded"
    assert event == {
        "epoch": 1, "id": made["id"], "version": 1, "sponsor_id": made["sponsor_id"],
        "provider_id": made["provider_id"], "owner_id": here.owner.actor_id, "team": [here.owner.actor_id],
        "visibility": "open", "started_on": "2020-02-29", "review_cadence": None, "archived": False,
    }  # fmt: skip


def test_somebody_else_may_own_what_one_makes(installation: InstallationUnderTest) -> None:
    here, owner = scene(installation), new_id()

    made = here.relationship(owner_id=owner)

    assert (made["owner_id"], made["team"]) == (owner, [owner])
    assert [event["team"] for _, event in here.announced(made["id"])] == [[owner]]


def test_governance_and_peers_are_kept_and_the_review_cadence_announced(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship()
    ours, theirs = (here.contact(made[end])["id"] for end in ("sponsor_id", "provider_id"))
    governance = {"has_joint_steering_committee": True, "business_review_cadence": "quarterly"}
    peers = [
        {"function": "quality", "sponsor_contact_id": ours, "provider_contact_id": theirs},
        {"function": "supply", "sponsor_contact_id": None, "provider_contact_id": theirs},
    ]

    changed = here.patch(f"relationships/{made['id']}", {"governance": governance, "peers": peers})

    assert changed.headers["etag"] == '"2"'
    assert changed.json() == here.get(f"relationships/{made['id']}")
    assert changed.json() == made | {"version": 2, "governance": governance, "peers": peers}
    assert [event["review_cadence"] for _, event in here.announced(made["id"])] == [None, "quarterly"]


def test_peers_that_are_unknown_or_hidden_are_each_refused_with_their_pointer(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    made = here.relationship()
    known = here.contact(made["sponsor_id"])["id"]
    hidden = scene(installation).relationship(visibility="restricted")["provider_id"]
    their_own = here.client("admin").post(f"/v1/accounts/{hidden}/contacts", {"name": "Eve", "function": "quality"})
    peers = [
        {"function": "quality", "sponsor_contact_id": known, "provider_contact_id": new_id()},
        {"function": "supply", "sponsor_contact_id": their_own.json()["id"]},
    ]
    wrong = ["/peers/0/provider_contact_id", "/peers/1/sponsor_contact_id"]

    assert pointers(here.patch(f"relationships/{made['id']}", {"peers": peers})) == wrong
    assert pointers(here.manager.post("/v1/relationships", here.two() | {"peers": peers})) == wrong
    assert here.get(f"relationships/{made['id']}") == made


def test_a_peer_who_was_erased_stays_in_the_record(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()
    made = here.relationship(peers=[{"function": "quality", "provider_contact_id": contact["id"]}])
    here.post(f"contacts/{contact['id']}/erasure", status=200)

    assert here.patch(f"relationships/{made['id']}", {"peers": made["peers"]}).status_code == 200


def test_a_wrong_value_of_a_relationship_is_refused_with_its_pointer(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship()

    for wrong, pointer in (
        ({"visibility": "secret"}, "/visibility"), ({"visibility": None}, "/visibility"),
        ({"owner_id": None}, "/owner_id"), ({"started_on": "2021-02-29"}, "/started_on"),
        ({"sponsor_id": new_id()}, "/sponsor_id"),
        ({"governance": {"business_review_cadence": "daily"}}, "/governance/business_review_cadence"),
        ({"peers": [{"function": "friend"}]}, "/peers/0/function"),
    ):  # fmt: skip
        assert pointers(here.patch(f"relationships/{made['id']}", wrong)) == [pointer]
    assert len(here.announced(made["id"])) == 1


def test_a_new_owner_joins_the_team_and_the_old_one_stays(installation: InstallationUnderTest) -> None:
    here, owner = scene(installation), new_id()
    made = here.relationship(started_on="2020-01-01")

    changed = here.patch(f"relationships/{made['id']}", {"owner_id": owner, "started_on": None}).json()

    team = sorted([here.owner.actor_id, owner])
    assert changed == made | {"version": 2, "owner_id": owner, "team": team, "started_on": None}
    _, event = here.announced(made["id"])[-1]
    assert (event["owner_id"], event["team"], event["started_on"]) == (owner, team, None)


def test_an_archived_relationship_leaves_the_list_and_comes_back_when_restored(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    made = here.relationship()
    path, listed = f"relationships/{made['id']}", f"relationships?sponsor_id={made['sponsor_id']}"

    assert here.delete(path).status_code == 204
    assert here.ids(listed) == []
    assert here.get(path)["archived_at"] is not None
    assert here.ids(listed + "&archived=true") == here.ids(f"relationships?id={made['id']}") == [made["id"]]

    assert here.post(path + "/restoration", status=200) == made | {"version": 3}
    assert here.ids(listed) == [made["id"]]
    assert [(event["archived"], event["team"]) for _, event in here.announced(made["id"])] == [
        (archived, [here.owner.actor_id]) for archived in (False, True, False)
    ]


def with_sponsor(here: Scene, sponsor_id: str, **more: str) -> dict[str, object]:
    return here.post("relationships", {"sponsor_id": sponsor_id, "provider_id": here.account()["id"]} | more)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_relationships_are_listed_by_their_ends_and_owner_in_pages(
    installation: InstallationUnderTest, limit: int
) -> None:
    here, other = scene(installation), new_id()
    sponsor_id = here.account("sponsor")["id"]
    made = [with_sponsor(here, sponsor_id) for _ in range(3)]
    others = with_sponsor(here, sponsor_id, owner_id=other)

    for filter, found in (
        (f"sponsor_id={sponsor_id}", [*made, others]), (f"owner_id={here.owner.actor_id}", made),
        (f"sponsor_id={sponsor_id}&owner_id={other}", [others]), (f"provider_id={made[1]['provider_id']}", [made[1]]),
        (f"id={made[2]['id']}&id={others['id']}&id={new_id()}", [made[2], others]),
    ):  # fmt: skip
        assert pages(here.manager, "relationships?" + filter, limit) == found
