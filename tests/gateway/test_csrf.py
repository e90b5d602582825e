"""Calls that a browser could be made to send by another site."""

import pytest

from tests.gateway.conftest import PASSWORD, person
from tests.support.installation import InstallationUnderTest

ACCOUNT = {"name": "Northwind", "kind": "sponsor"}


@pytest.mark.parametrize("token", [None, "", "0" * 64])
@pytest.mark.parametrize("path", ["/api/v1/accounts", "/api/v1/me/password"])
def test_a_cookie_without_csrf_token_changes_nothing(
    installation: InstallationUnderTest, path: str, token: str | None
) -> None:
    session = person(installation).sign_in()
    del session.headers["x-csrf-token"]

    answer = session.post(path, ACCOUNT, headers={} if token is None else {"x-csrf-token": token})

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/csrf-refused")


def test_another_sites_page_is_refused_even_with_the_token(installation: InstallationUnderTest) -> None:
    session = person(installation).sign_in()

    answer = session.post("/api/v1/accounts", ACCOUNT, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403


def test_another_sites_page_cannot_sign_a_person_in(installation: InstallationUnderTest) -> None:
    credentials = {"email": person(installation).email, "password": PASSWORD}

    answer = installation.visitor().post("/api/v1/session", credentials, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403


def test_the_own_page_with_the_token_is_served(installation: InstallationUnderTest) -> None:
    session = person(installation).sign_in()
    assert session.get("/api/v1/me").json()["csrf_token"] == session.headers["x-csrf-token"]

    answer = session.post("/api/v1/accounts", ACCOUNT, headers={"origin": "http://gateway"})

    assert answer.status_code == 201


def test_an_api_token_needs_no_csrf_token(installation: InstallationUnderTest) -> None:
    api = installation.api()

    assert api.post("/api/v1/accounts", ACCOUNT).status_code == 201
    assert api.get("/api/v1/me").json() == {
        "id": api.actor_id, "name": "A manager", "role": "manager", "side": "sponsor", "kind": "client",
        "csrf_token": None,
    }  # fmt: skip
