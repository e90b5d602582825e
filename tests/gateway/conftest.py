"""Fixtures of the gateway's tests: users, sessions and API clients."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from services.gateway.identity import usecases
from services.gateway.identity.schemas import CreateUser
from shared.ids import new_id
from tests.gateway.importing import Track
from tests.support.installation import ApiClient, HttpClient, InstallationUnderTest

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    id: str
    email: str
    visitor: HttpClient

    def sign_in(self, password: str = PASSWORD, **headers: str) -> HttpClient:
        """A client with this person's new session and its CSRF token."""
        answer = self.visitor.post("/api/v1/session", {"email": self.email, "password": password}, headers=headers)
        assert answer.status_code == 201, answer.text
        cookie = f"entente={answer.cookies['entente']}"
        headers = {"cookie": cookie, "x-csrf-token": answer.json()["csrf_token"]}
        return HttpClient(self.visitor.installation, "gateway", headers, self.visitor.address)


def person(installation: InstallationUnderTest, role: str = "manager", side: str = "sponsor") -> Person:
    command = CreateUser(email=f"{new_id()}@example.org", name="Ines", role=role, side=side, password=PASSWORD)  # type: ignore[arg-type]
    with installation.product.databases["gateway"].write() as tx:
        user = usecases.create_user(tx, command, None, installation.clock())
    return Person(user.id, user.email, installation.visitor(fresh_address()))


def fresh_address() -> str:
    """An address nobody came from: attempts to sign in are counted per address."""
    return f"2001:db8::{new_id()[-12:-8]}:{new_id()[-8:-4]}:{new_id()[-4:]}"


Related = Callable[..., str]


@pytest.fixture
def related(installation: InstallationUnderTest) -> Related:
    """Makes a relationship through the gateway and returns its id."""

    def make(api: ApiClient, **more: object) -> str:
        ends = {}
        for kind in ("sponsor", "provider"):
            answer = api.post("/api/v1/accounts", {"name": f"{kind} {new_id()}", "kind": kind})
            assert answer.status_code == 201, answer.text
            ends[f"{kind}_id"] = answer.json()["id"]
        answer = api.post("/api/v1/relationships", ends | more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    return make


@pytest.fixture
def track() -> Track:
    return Track()


@pytest.fixture
def idle_installation(fresh_installation: InstallationUnderTest) -> InstallationUnderTest:
    """One whose imports begin when a test says so."""
    fresh_installation.product.workers["gateway"].stop()
    return fresh_installation
