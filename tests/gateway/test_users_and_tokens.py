"""People and API tokens, which admins look after."""

from datetime import timedelta

import pytest

from shared.ids import new_id
from tests.gateway.conftest import person
from tests.support.installation import HttpClient, InstallationUnderTest


@pytest.mark.parametrize("role", ["viewer", "reviewer", "manager"])
def test_only_admins_manage_users_and_tokens(installation: InstallationUnderTest, role: str) -> None:
    api = installation.api(role)

    for path in ("/api/v1/users", "/api/v1/tokens"):
        assert api.get(path).status_code == 403
        assert api.post(path, {"name": "x"}).status_code == 403


def test_an_admin_of_the_provider_side_manages_no_user(installation: InstallationUnderTest) -> None:
    assert installation.api("admin", "provider").get("/api/v1/users").status_code == 403


def test_a_user_is_created_changed_disabled_and_restored(installation: InstallationUnderTest) -> None:
    admin = installation.api("admin")
    email = f"{new_id()}@example.org"
    command = {"email": email.upper(), "name": "Tomas", "role": "reviewer", "password": "plenty of words here"}

    created = admin.post("/api/v1/users", command)
    path = f"/api/v1/users/{created.json()['id']}"

    assert created.status_code == 201
    assert created.json()["email"] == email.upper()
    assert "password" not in created.text
    assert admin.post("/api/v1/users", command).status_code == 409
    assert admin.patch(path, {"name": "Tom"}).status_code == 428
    assert admin.patch(path, {"name": "Tom"}, headers={"if-match": '"9"'}).status_code == 412
    changed = admin.patch(path, {"name": "Tom"}, headers={"if-match": created.headers["etag"]})
    assert (changed.json()["name"], changed.headers["etag"]) == ("Tom", '"2"')
    assert admin.delete(path, headers={"if-match": '"2"'}).status_code == 204
    assert admin.get(path).json()["disabled_at"] is not None
    assert admin.post(path + "/restoration").json()["disabled_at"] is None


def test_the_last_admin_stays(fresh_installation: InstallationUnderTest) -> None:
    only, api = person(fresh_installation, "admin"), fresh_installation.api("admin")

    demoted = api.patch(f"/api/v1/users/{only.id}", {"role": "viewer"}, headers={"if-match": '"1"'})
    disabled = api.delete(f"/api/v1/users/{only.id}", headers={"if-match": '"1"'})

    assert demoted.status_code == disabled.status_code == 409
    assert demoted.json()["type"].endswith("/last-admin")
    assert api.get(f"/api/v1/users/{only.id}").json()["role"] == "admin"


def token_of(installation: InstallationUnderTest, **command: object) -> tuple[str, HttpClient]:
    answer = installation.api("admin").post("/api/v1/tokens", {"name": "ERP", "role": "viewer", **command})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], HttpClient(
        installation, "gateway", {"authorization": f"Bearer {answer.json()['secret']}"}
    )


def test_a_token_acts_before_the_first_user_has_signed_up(fresh_installation: InstallationUnderTest) -> None:
    token_id, caller = token_of(fresh_installation)

    assert caller.get("/api/v1/accounts").status_code == 200
    assert caller.get("/api/v1/me").json()["id"] == token_id


def test_the_secret_of_a_token_is_shown_once(installation: InstallationUnderTest) -> None:
    admin = installation.api("admin")
    key = {"idempotency-key": new_id()}

    first = admin.post("/api/v1/tokens", {"name": "ERP"}, headers=key).json()
    again = admin.post("/api/v1/tokens", {"name": "ERP"}, headers=key).json()

    assert first["secret"].startswith("ent_")
    assert again == first | {"secret": None}
    assert "secret" not in admin.get(f"/api/v1/tokens/{first['id']}").json()


def test_a_revoked_token_is_refused_at_once_here_and_within_five_seconds_elsewhere(
    fresh_installation: InstallationUnderTest,
) -> None:
    token_id, caller = token_of(fresh_installation)
    assert caller.get("/api/v1/accounts").status_code == 200
    with fresh_installation.product.databases["gateway"].write() as tx:  # as another replica would
        tokens = tx.table("token")
        tx.run(tokens.update().where(tokens.c.token_id == token_id).values(revoked_at=fresh_installation.clock()))

    fresh_installation.clock.advance(seconds=5)

    assert caller.get("/api/v1/accounts").status_code == 401
    other_id, other = token_of(fresh_installation)
    assert other.get("/api/v1/accounts").status_code == 200
    assert fresh_installation.api("admin").delete(f"/api/v1/tokens/{other_id}").status_code == 204
    assert other.get("/api/v1/accounts").status_code == 401


def test_a_token_expires(fresh_installation: InstallationUnderTest) -> None:
    admin = fresh_installation.api("admin")
    assert admin.post("/api/v1/tokens", {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}).status_code == 422
    _, caller = token_of(fresh_installation, expires_at=(fresh_installation.clock() + timedelta(hours=1)).isoformat())
    assert caller.get("/api/v1/me").status_code == 200

    fresh_installation.clock.advance(hours=1, seconds=1)

    assert caller.get("/api/v1/me").status_code == 401
