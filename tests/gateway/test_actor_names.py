"""Who owns and who wrote: ids become names, for whoever is signed in."""

from services.gateway.demo.people import OWNERS
from shared.ids import new_id
from tests.gateway.conftest import person
from tests.support.installation import InstallationUnderTest


def test_without_credentials_no_name_is_told(installation: InstallationUnderTest) -> None:
    known = person(installation)

    assert installation.visitor().get(f"/api/v1/actors?id={known.id}").status_code == 401


def test_a_viewer_reads_the_names_of_people_clients_and_made_up_owners(installation: InstallationUnderTest) -> None:
    known, client, owner = person(installation), installation.api("viewer"), next(iter(OWNERS))

    answer = client.get("/api/v1/actors", params={"id": [known.id, client.actor_id, owner, new_id()]})

    assert {item["id"]: item["name"] for item in answer.json()["items"]} == {
        known.id: "Ines",
        client.actor_id: "A viewer",
        owner: OWNERS[owner],
    }
    assert set(answer.json()["items"][0]) == {"id", "name"}
