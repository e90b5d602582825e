"""Whom a manager can name to rate and to sign: people by a part of their name, and no more than that of them."""

from shared.ids import new_id
from tests.gateway.conftest import person
from tests.support.installation import InstallationUnderTest


def test_a_viewer_lists_no_people(installation: InstallationUnderTest) -> None:
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


def test_a_disabled_user_is_not_listed(installation: InstallationUnderTest) -> None:
    gone = person(installation)
    admin = installation.api("admin")
    etag = admin.get(f"/api/v1/users/{gone.id}").headers["etag"]
    admin.delete(f"/api/v1/users/{gone.id}", headers={"if-match": etag})

    items = admin.get("/api/v1/people", params={"limit": 200}).json()["items"]

    assert gone.id not in {item["id"] for item in items}


def test_people_are_found_and_ordered_as_people_write_their_names(installation: InstallationUnderTest) -> None:
    admin, mark = installation.api("admin"), new_id()[-12:]
    for name in ("Zoë", "Ärnst", "\u0391\u03bd\u03bd\u03b1\u03c2", "anna"):
        email = f"{new_id()}@example.org"
        body = {"email": email, "name": f"{name} {mark}", "password": "correct horse battery"}
        assert admin.post("/api/v1/users", body).status_code == 201

    def found(q: str) -> list[str]:
        items = admin.get("/api/v1/people", params={"q": q, "limit": 200}).json()["items"]
        return [item["name"].split()[0] for item in items]

    assert found(mark.upper()) == ["anna", "Ärnst", "Zoë", "\u0391\u03bd\u03bd\u03b1\u03c2"]
    assert found(f"zoe\u00a0 {mark}") == ["Zoë"]
    assert found(f"a\u0308rnst {mark}") == ["Ärnst"]
    assert found(f"\u03b1\u03bd\u03bd\u03b1\u03c3 {mark}") == ["\u0391\u03bd\u03bd\u03b1\u03c2"]
