"""Whom a manager can name to rate and to sign: people by a part of their name, and no more than that of them."""

from tests.gateway.conftest import person
from tests.support.installation import InstallationUnderTest


def test_who_may_not_write_is_told_of_nobody(installation: InstallationUnderTest) -> None:
    assert installation.visitor().get("/api/v1/people").status_code == 401
    assert installation.api("reviewer").get("/api/v1/people").status_code == 403
    assert installation.api("manager", side="provider").get("/api/v1/people").status_code == 403


def test_a_manager_finds_people_by_a_part_of_their_name(installation: InstallationUnderTest) -> None:
    known = person(installation)

    answer = installation.api("manager").get("/api/v1/people", params={"q": "nes", "limit": 200})
    nobody = installation.api("manager").get("/api/v1/people", params={"q": "n_s"})

    found = {item["id"]: item for item in answer.json()["items"]}
    assert found[known.id] == {"id": known.id, "name": "Ines", "role": found[known.id]["role"], "side": "sponsor"}
    assert nobody.json()["items"] == []


def test_who_has_left_is_not_offered(installation: InstallationUnderTest) -> None:
    gone = person(installation)
    admin = installation.api("admin")
    etag = admin.get(f"/api/v1/users/{gone.id}").headers["etag"]
    admin.delete(f"/api/v1/users/{gone.id}", headers={"if-match": etag})

    items = admin.get("/api/v1/people", params={"limit": 200}).json()["items"]

    assert gone.id not in {item["id"] for item in items}
