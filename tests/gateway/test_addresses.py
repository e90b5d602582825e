"""E-mail addresses are stored and mailed as typed and compared by one key, whatever form a browser sends them in."""

import pytest
import sqlalchemy as sa

from services.gateway.identity import queries
from services.gateway.identity.usecases import repair_users
from shared.addresses import email_key, mailed
from shared.ids import new_id
from tests.gateway.conftest import fresh_address
from tests.support.installation import InstallationUnderTest

PASSWORD = "correct horse battery"


def _create(installation: InstallationUnderTest, email: str) -> dict[str, object]:
    answer = installation.api("admin").post(
        "/api/v1/users", {"email": email, "name": "Ida", "role": "manager", "password": PASSWORD}
    )
    assert answer.status_code == 201, answer.text
    created: dict[str, object] = answer.json()
    return created


def _signs_in(installation: InstallationUnderTest, email: str) -> bool:
    body = {"email": email, "password": PASSWORD}
    return installation.visitor(fresh_address()).post("/api/v1/session", body).status_code == 201


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("chrom{}@bücher.example.org", "chrom{}@xn--bcher-kva.example.org"),
        ("chrom{}@xn--bcher-kva.example.org", "CHROM{}@BÜCHER.Example.org"),
        ("jo\u0308rg{}@example.org", "jo\u0308rg{}@example.org"),
        ("jo\u0308rg{}@example.org", "j\u00f6rg{}@example.org"),
        ("J\u00d6RG{}@example.org", "jo\u0308rg{}@EXAMPLE.ORG"),
        ("ada{}@\uff25xample.org", "ada{}@\uff25xample.org"),
        ("ada{}@example.org", "Ada{}@\uff25xample\u3002org"),
        ("stra\u00dfe{}@fa\u00df.example.org", "STRASSE{}@xn--fa-hia.example.org"),
        ("\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae{}@example.org", "\u0394\u039f\u039a\u0399\u039c\u0389{}@example.org"),
        ("  plain{}@example.org ", "plain{}@example.org"),
    ],
)
def test_a_person_signs_in_with_every_form_of_the_same_address(
    installation: InstallationUnderTest, stored: str, typed: str
) -> None:
    unique = new_id()[-12:]
    created = _create(installation, stored.format(unique))

    assert created["email"] == stored.format(unique).strip()
    assert _signs_in(installation, stored.format(unique))
    assert _signs_in(installation, typed.format(unique))
    assert not _signs_in(installation, "x" + typed.format(unique))
    again = installation.api("admin").post(
        "/api/v1/users", {"email": typed.format(unique), "name": "Ida", "password": PASSWORD}
    )
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "email-exists")


def test_tries_are_counted_by_the_address_and_not_by_its_form(installation: InstallationUnderTest) -> None:
    unique = new_id()[-12:]
    forms = [f"lock{unique}@b\u00fccher.example.org", f"LOCK{unique}@xn--bcher-kva.example.org"]

    answers = [
        installation.visitor(fresh_address())
        .post("/api/v1/session", {"email": forms[n % 2], "password": "wrong"})
        .status_code
        for n in range(12)
    ]

    assert answers[:10] == [401] * 10
    assert 429 in answers


def test_the_address_of_a_disabled_user_says_so_and_how_it_is_restored(installation: InstallationUnderTest) -> None:
    admin, email = installation.api("admin"), f"gone{new_id()[-12:]}@example.org"
    gone = _create(installation, email)
    etag = admin.get(f"/api/v1/users/{gone['id']}").headers["etag"]
    admin.delete(f"/api/v1/users/{gone['id']}", headers={"if-match": etag})

    answer = admin.post("/api/v1/users", {"email": email.upper(), "name": "Ida", "password": PASSWORD})

    assert answer.status_code == 409
    assert answer.json()["detail"].endswith("is the address of a user who is disabled and can be restored")
    assert answer.json()["restore"] == f"/api/v1/users/{gone['id']}/restoration"
    assert answer.json()["id"] == gone["id"]


def test_what_the_release_before_wrote_signs_in_and_is_repaired(installation: InstallationUnderTest) -> None:
    email = f"old{new_id()[-12:]}@b\u00fccher.example.org"
    created = _create(installation, email)
    users, database = queries.users, installation.product.databases["gateway"]
    of_it = users.c.user_id == created["id"]
    moved = "m" + email
    with database.write() as tx:
        tx.run(sa.update(users).where(of_it).values(email=moved, name="Ända"))

    assert _signs_in(installation, moved)
    assert not _signs_in(installation, email)

    repair_users(database, installation.clock())

    with database.read() as tx:
        row = tx.run(sa.select(users).where(of_it)).mappings().one()
    assert (row["email_key"], row["email_key_of"], row["folded"]) == (email_key(moved), moved, "anda")
    assert _signs_in(installation, moved.replace("b\u00fccher", "xn--bcher-kva"))
    assert repair_users(database, installation.clock()) == {"repaired": 0}


def test_an_address_is_mailed_as_typed_but_for_a_domain_that_alone_is_not_ascii() -> None:
    assert mailed("Ida.B@b\u00fccher.example.org") == "Ida.B@xn--bcher-kva.example.org"
    assert mailed("j\u00f6rg@b\u00fccher.example.org") == "j\u00f6rg@b\u00fccher.example.org"
    assert mailed("Ida@Example.org") == "Ida@Example.org"
