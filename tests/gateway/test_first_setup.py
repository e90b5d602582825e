"""The first run: one code, one admin, no default account."""

import pytest
from typer.testing import CliRunner

from services.__main__ import app
from services.gateway.identity import usecases
from services.gateway.identity.schemas import CreateUser
from services.runtime.embedded import opening
from shared.auth import Role, Side
from tests.support.installation import InstallationUnderTest

FIRST = {"email": "ines@example.org", "name": "Ines", "password": "correct horse battery staple"}


def open_setup(installation: InstallationUnderTest) -> str | None:
    with installation.product.databases["gateway"].write() as tx:
        return usecases.open_setup(tx, installation.clock())


def test_a_person_without_the_code_does_not_become_the_first_admin(fresh_installation: InstallationUnderTest) -> None:
    open_setup(fresh_installation)

    answer = fresh_installation.visitor().post("/api/v1/setup", {"code": "a guess", **FIRST})

    assert answer.status_code == 401
    assert (
        fresh_installation.visitor().post("/api/v1/session", {k: FIRST[k] for k in ("email", "password")}).status_code
        == 401
    )


def test_the_code_makes_one_admin_who_is_signed_in(fresh_installation: InstallationUnderTest) -> None:
    open_setup(fresh_installation)
    code = open_setup(fresh_installation)  # a second start: the code of the first no longer counts

    answer = fresh_installation.visitor().post("/api/v1/setup", {"code": code, **FIRST})

    assert answer.status_code == 201
    assert answer.json()["role"] == "admin"
    cookie = {"cookie": f"entente={answer.cookies['entente']}"}
    assert (
        fresh_installation.visitor().get("/api/v1/users", headers=cookie).json()["items"][0]["email"] == FIRST["email"]
    )
    again = fresh_installation.visitor().post("/api/v1/setup", {"code": code, **FIRST, "email": "other@example.org"})
    assert again.status_code == 409
    assert open_setup(fresh_installation) is None


@pytest.mark.parametrize(("role", "side"), [("viewer", "sponsor"), ("manager", "sponsor"), ("admin", "provider")])
def test_a_user_who_cannot_let_others_in_leaves_the_setup_open(
    fresh_installation: InstallationUnderTest, role: Role, side: Side
) -> None:
    early = CreateUser(email="early@example.org", name="Early", password=FIRST["password"], role=role, side=side)
    with fresh_installation.product.databases["gateway"].write() as tx:
        usecases.create_user(tx, early, None, fresh_installation.clock())
    visitor = fresh_installation.visitor()
    assert visitor.get("/api/v1/setup").json() == {"is_open": True}
    code = open_setup(fresh_installation)

    assert visitor.post("/api/v1/setup", {"code": code, **FIRST}).status_code == 201

    assert visitor.get("/api/v1/setup").json() == {"is_open": False}
    assert open_setup(fresh_installation) is None


def test_the_installation_prints_the_code_until_a_user_exists(
    fresh_installation: InstallationUnderTest,
) -> None:
    output: list[str] = []
    output.append(opening(fresh_installation.product, "http://localhost:8080"))
    code = output[-1].rsplit(" ", 1)[-1]
    assert fresh_installation.visitor().post("/api/v1/setup", {"code": code, **FIRST}).status_code == 201

    output.clear()
    output.append(opening(fresh_installation.product, "http://localhost:8080"))

    assert output == ["Entente answers at http://localhost:8080"]


def test_the_command_line_prints_a_new_code_until_a_user_exists(
    fresh_installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = fresh_installation.product.settings
    monkeypatch.setenv("ENTENTE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ENTENTE_BUS_URL", settings.bus_url)
    command = ["user", "first", "--data", str(settings.data_dir), "--address", "http://localhost:9090/"]
    former = open_setup(fresh_installation)

    output = CliRunner().invoke(app, command).stdout.splitlines()

    code = output[-1].rsplit(" ", 1)[-1]
    assert output[:2] == [
        "Entente answers at http://localhost:9090",
        f"The first admin signs up, once, at http://localhost:9090/set-up#{code}",
    ]
    assert fresh_installation.visitor().post("/api/v1/setup", {"code": former, **FIRST}).status_code == 401
    assert fresh_installation.visitor().post("/api/v1/setup", {"code": code, **FIRST}).status_code == 201
    assert CliRunner().invoke(app, command).stdout == "Entente answers at http://localhost:9090\n"

    monkeypatch.setenv("ENTENTE_PUBLIC_URL", "https://entente.example.org")
    assert CliRunner().invoke(app, command).stdout == "Entente answers at https://entente.example.org\n"


def test_a_short_password_is_refused_by_its_field(fresh_installation: InstallationUnderTest) -> None:
    code = open_setup(fresh_installation)

    answer = fresh_installation.visitor().post("/api/v1/setup", {"code": code, **FIRST, "password": "too short"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/password"
