"""Restricted relationships look like unknown ones to everybody outside the team, and hide what only they join."""

from shared.ids import new_id
from tests.accounts.scene import Row, Scene, if_match, of, pages, scene
from tests.support.installation import Client, InstallationUnderTest, somebody


def readers_outside(here: Scene) -> list[Client]:
    sides = [("manager", "sponsor"), ("viewer", "sponsor"), ("reviewer", "sponsor"), ("admin", "provider")]
    return [here.client(role, side) for role, side in sides]


def read(client: Client, path: str) -> int:
    return client.get("/v1/" + path).status_code


def join(here: Scene, made: Row, client: Client, version: int = 1) -> None:
    assert client.actor is not None
    path, team = f"/v1/relationships/{made['id']}/team", {"members": [client.actor.actor_id]}
    assert here.manager.put(path, team, headers=if_match(version)).status_code == 200


def test_outsiders_read_of_it_what_they_read_of_nothing(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made, unknown = here.relationship(visibility="restricted"), new_id()

    for outsider in readers_outside(here):
        for part in ("", "/team"):
            hidden = outsider.get(f"/v1/relationships/{made['id']}{part}")
            assert hidden.status_code == 404
            assert of(hidden, made["id"]) == of(outsider.get(f"/v1/relationships/{unknown}{part}"), unknown)
        for filter in (
            f"id={made['id']}",
            *(f"{end}={made[end]}" for end in ("sponsor_id", "provider_id", "owner_id")),
        ):
            for archived in ("", "&archived=true"):
                answer = outsider.get(f"/v1/relationships?{filter}{archived}")
                assert answer.json() == {"items": [], "next": None}


def test_outsiders_write_to_it_as_to_nothing(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made, unknown = here.relationship(visibility="restricted"), new_id()
    outsider, seen = here.client("manager"), if_match(7)

    def write(relationship_id: str) -> list[tuple[int, bytes, list[str]]]:
        path = f"/v1/relationships/{relationship_id}"
        answers = (
            outsider.patch(path, {"visibility": "open"}, headers=seen),
            outsider.delete(path, headers=seen),
            outsider.post(path + "/restoration"),
            outsider.put(path + "/team", {"members": [new_id()]}, headers=seen),
        )
        assert [answer.status_code for answer in answers] == [404] * 4
        return [of(answer, relationship_id) for answer in answers]

    assert write(made["id"]) == write(unknown)
    assert here.get(f"relationships/{made['id']}") == made
    assert len(here.announced(made["id"])) == 1


def test_its_maker_and_its_owner_are_on_the_team(installation: InstallationUnderTest) -> None:
    here, owner = scene(installation), somebody("viewer")

    made = here.relationship(visibility="restricted", owner_id=owner.actor_id)

    team = sorted([here.owner.actor_id, owner.actor_id])
    assert (made["owner_id"], made["team"], made["visibility"]) == (owner.actor_id, team, "restricted")
    assert installation.client("accounts", owner).get(f"/v1/relationships/{made['id']}").json() == made
    [(_, event)] = here.announced(made["id"])
    assert (event["visibility"], event["team"]) == ("restricted", team)


def test_admins_of_the_sponsor_side_read_and_change_it_without_joining(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship(visibility="restricted")
    admin, path = here.client("admin"), f"/v1/relationships/{made['id']}"

    assert admin.get(path).json() == made
    assert admin.get(f"/v1/relationships?id={made['id']}").json()["items"] == [made]
    changed = admin.patch(path, {"started_on": "2020-01-01"}, headers=if_match(1)).json()

    assert changed == made | {"version": 2, "started_on": "2020-01-01"}
    assert here.announced(made["id"])[-1][1]["team"] == [here.owner.actor_id]


def test_who_restricts_one_does_not_lose_sight_of_it(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship()
    colleague, path = here.client("manager"), f"/v1/relationships/{made['id']}"
    assert colleague.actor is not None

    changed = colleague.patch(path, {"visibility": "restricted"}, headers=if_match(1)).json()

    team = sorted([here.owner.actor_id, colleague.actor.actor_id])
    assert (changed["visibility"], changed["team"]) == ("restricted", team)
    assert (read(colleague, path[4:]), read(here.client(), path[4:])) == (200, 404)
    _, event = here.announced(made["id"])[-1]
    assert (event["visibility"], event["team"]) == ("restricted", team)


def test_opened_again_everybody_of_the_sponsor_side_reads_it(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship(visibility="restricted")
    path = f"relationships/{made['id']}"

    here.patch(path, {"visibility": "open"})

    assert (read(here.client(), path), read(here.client("viewer", "provider"), path)) == (200, 404)
    assert [event["visibility"] for _, event in here.announced(made["id"])] == ["restricted", "open"]


def accounts_of(made: Row) -> list[str]:
    return [made["sponsor_id"], made["provider_id"]]


def test_accounts_whose_relationships_are_all_restricted_are_hidden_outside_their_teams(
    installation: InstallationUnderTest,
) -> None:
    here, tag = scene(installation), new_id()
    made, unknown = here.relationship(visibility="restricted"), new_id()
    member = here.client("viewer")
    join(here, made, member)

    for account_id in accounts_of(made):
        path = f"/v1/accounts/{account_id}"
        here.patch(path[4:], {"tags": [tag], "external_ids": {tag: account_id}})
        listed = [f"id={account_id}", f"tag={tag}", f"external_id={account_id}", f"tag={tag}&archived=true"]
        for outsider in readers_outside(here):
            hidden = outsider.get(path)
            assert hidden.status_code == 404
            assert of(hidden, account_id) == of(outsider.get(f"/v1/accounts/{unknown}"), unknown)
            for filter in listed:
                assert outsider.get("/v1/accounts?" + filter).json() == {"items": [], "next": None}
        for reader in (here.manager, member, here.client("admin")):
            assert reader.get(path).json()["tags"] == [tag]
            assert account_id in [item["id"] for item in pages(reader, f"accounts?tag={tag}", 1)]
        outsider = here.client("manager")
        for answer in (
            outsider.patch(path, {"name": "x"}, headers=if_match(7)),
            outsider.delete(path, headers=if_match(7)),
            outsider.post(path + "/restoration"),
        ):
            assert of(answer, account_id) == of(outsider.get(f"/v1/accounts/{unknown}"), unknown)
        assert len(here.announced(account_id)) == 2


def test_one_open_relationship_brings_an_account_to_light(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship(visibility="restricted")
    sponsor, provider = (f"accounts/{account_id}" for account_id in accounts_of(made))
    viewer = here.client()
    assert (read(viewer, sponsor), read(viewer, provider)) == (404, 404)

    here.post("relationships", here.two() | {"sponsor_id": made["sponsor_id"]})

    assert (read(viewer, sponsor), read(viewer, provider)) == (200, 404)
    assert viewer.get(f"/v1/relationships?sponsor_id={made['sponsor_id']}").json()["items"] != []
    assert made["id"] not in viewer.get(f"/v1/relationships?sponsor_id={made['sponsor_id']}").text


def test_an_archived_restricted_relationship_hides_its_accounts_still(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    made = here.relationship(visibility="restricted")

    here.delete(f"relationships/{made['id']}")

    assert [read(here.client(), f"accounts/{account_id}") for account_id in accounts_of(made)] == [404, 404]


def test_contacts_of_hidden_accounts_are_hidden(installation: InstallationUnderTest) -> None:
    here, unknown = scene(installation), new_id()
    made = here.relationship(visibility="restricted")
    contact = here.contact(made["provider_id"])
    path, of_account = f"/v1/contacts/{contact['id']}", f"/v1/accounts/{made['provider_id']}/contacts"

    for outsider in readers_outside(here):
        nothing = of(outsider.get(f"/v1/contacts/{unknown}"), unknown)
        assert nothing[0] == 404
        assert of(outsider.get(path), contact["id"]) == nothing
        listed = outsider.get(of_account), outsider.get(f"/v1/accounts/{unknown}/contacts")
        assert of(listed[0], made["provider_id"]) == of(listed[1], unknown)
        for filter in (f"id={contact['id']}", f"account_id={made['provider_id']}"):
            assert outsider.get("/v1/contacts?" + filter).json() == {"items": [], "next": None}
    outsider = here.client("manager")
    nothing = of(outsider.get(f"/v1/contacts/{unknown}"), unknown)
    for answer in (
        outsider.patch(path, {"name": "x"}, headers=if_match(7)), outsider.delete(path, headers=if_match(7)),
        outsider.post(path + "/restoration"), outsider.post(path + "/erasure"),
    ):  # fmt: skip
        assert of(answer, contact["id"]) == nothing
    assert outsider.post(of_account, {"name": "x", "function": "quality"}).status_code == 404
    assert here.client("admin").get(path).json() == here.get(path[4:]) == contact
    assert len(here.announced(contact["id"])) == 1


def test_people_of_the_provider_side_read_only_their_teams_and_whom_these_join(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    theirs, elsewhere, alone = here.relationship(), here.relationship(), here.account()
    person = here.client("manager", "provider")
    assert person.actor is not None
    join(here, theirs, person)

    def listed(noun: str) -> set[str]:
        return {item["id"] for item in pages(person, noun + "?", 2)}

    assert listed("relationships") == {theirs["id"]}
    assert listed("accounts") == set(accounts_of(theirs))
    assert listed("contacts") == set()
    contacts = {here.contact(account_id)["id"] for account_id in accounts_of(theirs)}
    foreign = here.contact(elsewhere["provider_id"])["id"]
    assert listed("contacts") == contacts
    for account_id in (*accounts_of(elsewhere), alone["id"]):
        assert read(person, f"accounts/{account_id}") == 404
    assert read(person, f"relationships/{elsewhere['id']}") == 404
    assert read(person, f"contacts/{foreign}") == 404
    assert {read(person, f"contacts/{contact_id}") for contact_id in contacts} == {200}
    assert read(person, f"relationships/{theirs['id']}/team") == 200
