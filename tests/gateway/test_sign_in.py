"""Signing in, signing out, and the sessions between."""

from tests.gateway.conftest import PASSWORD, fresh_address, person
from tests.support.installation import HttpClient, InstallationUnderTest


def test_without_credentials_nobody_is_anybody(installation: InstallationUnderTest) -> None:
    for path in ("/api/v1/me", "/api/v1/sessions", "/api/v1/accounts", "/api/v1/events"):
        answer = installation.visitor().get(path)

        assert answer.status_code == 401, path
        assert answer.json()["type"].endswith("/not-signed-in")


def test_a_wrong_password_an_unknown_and_a_disabled_person_get_the_same_answer(
    installation: InstallationUnderTest,
) -> None:
    known, disabled = person(installation), person(installation)
    admin = installation.api("admin")
    gone = admin.delete(f"/api/v1/users/{disabled.id}", headers={"if-match": '"1"'})
    assert gone.status_code == 204
    visitor = installation.visitor(fresh_address())

    answers = [
        visitor.post("/api/v1/session", {"email": known.email, "password": "not the password"}),
        visitor.post("/api/v1/session", {"email": "nobody@example.org", "password": PASSWORD}),
        visitor.post("/api/v1/session", {"email": disabled.email, "password": PASSWORD}),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(installation: InstallationUnderTest) -> None:
    ines = person(installation)

    answer = installation.visitor(fresh_address()).post(
        "/api/v1/session", {"email": ines.email.upper(), "password": PASSWORD}
    )

    assert answer.status_code == 201
    assert answer.json()["id"] == ines.id
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # no https here; see test_authentication_settings


def test_no_secret_is_stored_as_it_is(installation: InstallationUnderTest) -> None:
    session = person(installation).sign_in()
    secret = session.headers["cookie"].removeprefix("entente=")
    token = installation.api().headers["authorization"].removeprefix("Bearer ")

    with installation.product.databases["gateway"].read() as tx:
        rows = [str(tx.run(tx.table(name).select()).all()) for name in ("session", "token", "user", "idempotency_key")]

    assert not any(secret in text or token in text or PASSWORD in text for text in rows)
    assert "$argon2id$" in rows[2]


def test_each_sign_in_gives_a_new_session_and_ends_the_one_that_asked(installation: InstallationUnderTest) -> None:
    ines = person(installation)
    first = ines.sign_in()
    assert first.get("/api/v1/me").json()["id"] == ines.id

    second = ines.sign_in(cookie=first.headers["cookie"])

    assert second.headers["cookie"] != first.headers["cookie"]
    assert second.get("/api/v1/me").status_code == 200
    assert first.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_session(installation: InstallationUnderTest) -> None:
    session = person(installation).sign_in()
    assert session.get("/api/v1/accounts").status_code == 200

    answer = session.delete("/api/v1/session")

    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert session.get("/api/v1/accounts").status_code == 401


def test_people_list_and_end_their_own_sessions_and_nobody_elses(installation: InstallationUnderTest) -> None:
    ines, tomas = person(installation), person(installation)
    here, there, other = (
        ines.sign_in(**{"user-agent": "here"}),
        ines.sign_in(**{"user-agent": "there"}),
        tomas.sign_in(),
    )
    listed = here.get("/api/v1/sessions").json()["items"]
    assert [(item["agent"], item["is_this"]) for item in listed] == [("there", False), ("here", True)]

    refused = other.delete(f"/api/v1/sessions/{listed[0]['id']}")
    ended = here.delete(f"/api/v1/sessions/{listed[0]['id']}")

    assert refused.status_code == 404
    assert ended.status_code == 204
    assert there.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200


def test_a_session_ends_after_twelve_idle_hours(fresh_installation: InstallationUnderTest) -> None:
    session = person(fresh_installation).sign_in()
    fresh_installation.clock.advance(hours=11)
    assert session.get("/api/v1/me").status_code == 200
    fresh_installation.clock.advance(hours=11)
    assert session.get("/api/v1/me").status_code == 200

    fresh_installation.clock.advance(hours=13)

    assert session.get("/api/v1/me").status_code == 401


def test_a_session_ends_after_seven_days_however_busy(fresh_installation: InstallationUnderTest) -> None:
    session = person(fresh_installation).sign_in()
    for _ in range(16):
        fresh_installation.clock.advance(hours=10)
        assert session.get("/api/v1/me").status_code == 200

    fresh_installation.clock.advance(hours=9)

    assert session.get("/api/v1/me").status_code == 401


def test_a_change_of_role_ends_the_sessions(installation: InstallationUnderTest) -> None:
    ines, admin = person(installation, "viewer"), installation.api("admin")
    session = ines.sign_in()
    assert session.get("/api/v1/me").json()["role"] == "viewer"

    answer = admin.patch(f"/api/v1/users/{ines.id}", {"role": "manager"}, headers={"if-match": '"1"'})

    assert answer.json()["role"] == "manager"
    assert session.get("/api/v1/me").status_code == 401
    assert ines.sign_in().get("/api/v1/me").json()["role"] == "manager"


def test_a_new_password_ends_the_other_sessions_and_needs_the_present_one(installation: InstallationUnderTest) -> None:
    ines = person(installation)
    here, there = ines.sign_in(), ines.sign_in()
    refused = here.post("/api/v1/me/password", {"present": "not it at all", "new": "another long password"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/present"

    answer = here.post("/api/v1/me/password", {"present": PASSWORD, "new": "another long password"})

    assert answer.status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401
    assert isinstance(ines.sign_in("another long password"), HttpClient)


def test_the_eleventh_attempt_in_a_minute_waits_whoever_is_right(fresh_installation: InstallationUnderTest) -> None:
    ines, tomas = person(fresh_installation), person(fresh_installation)
    visitor = fresh_installation.visitor()
    wrong = {"email": ines.email, "password": "not the password"}
    for _ in range(10):
        assert visitor.post("/api/v1/session", wrong).status_code == 401

    elsewhere = fresh_installation.visitor(fresh_address())
    by_account = elsewhere.post("/api/v1/session", {"email": ines.email, "password": PASSWORD})
    by_address = visitor.post("/api/v1/session", {"email": tomas.email, "password": PASSWORD})

    assert by_account.status_code == by_address.status_code == 429
    assert by_account.headers["retry-after"] == "60"
    fresh_installation.clock.advance(seconds=61)
    assert visitor.post("/api/v1/session", {"email": ines.email, "password": PASSWORD}).status_code == 201
