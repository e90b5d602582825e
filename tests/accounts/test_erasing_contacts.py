"""Erasing a contact: the person goes, the id stays."""

from secrets import token_hex

import sqlalchemy as sa

from shared.ids import new_id
from tests.accounts.scene import Row, Scene, problem, scene
from tests.support.installation import InstallationUnderTest


def person() -> dict[str, str]:
    """Somebody whose every detail is found nowhere else."""
    mark = token_hex(10)
    return {"name": f"Ada {mark}", "function": "quality", "email": f"ada.{mark}@example.org", "phone": "+41 " + mark}


def holding(installation: InstallationUnderTest, somebody: dict[str, str]) -> set[str]:
    """The tables of all services in which something personal of this person stands."""
    found = set()
    for service, database in installation.product.databases.items():
        with database.read() as tx:
            for table in database.metadata.sorted_tables:
                rows = str([tuple(row) for row in tx.run(sa.select(table))])
                if any(somebody[name] in rows for name in ("name", "email", "phone")):
                    found.add(f"{service}.{table.name}")
    return found


def erased(here: Scene, contact: Row) -> Row:
    return here.post(f"contacts/{contact['id']}/erasure", status=200)


def test_a_viewer_may_not_erase(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()

    assert here.client().post(f"/v1/contacts/{contact['id']}/erasure").status_code == 403
    assert here.get(f"contacts/{contact['id']}") == contact


def test_erasure_overwrites_what_is_personal_and_is_announced_without_it(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()

    gone = erased(here, contact)

    assert gone == here.get(f"contacts/{contact['id']}")
    assert (gone["name"], gone["email"], gone["phone"]) == ("erased", None, None)
    assert None not in (gone["erased_at"], gone["archived_at"])
    assert (gone["version"], gone["account_id"], gone["function"]) == (2, contact["account_id"], contact["function"])
    assert here.ids(f"accounts/{contact['account_id']}/contacts") == []
    kind, event = here.announced(contact["id"])[-1]
    assert kind == "contact_erased"
    assert event == {"epoch": 1, "id": contact["id"], "version": 2, "account_id": contact["account_id"]}


def test_nothing_personal_is_left_in_any_table_of_any_service(installation: InstallationUnderTest) -> None:
    here, somebody, later = scene(installation), person(), person()
    account_id = here.account()["id"]
    key = {"idempotency-key": new_id()}
    path = f"/v1/accounts/{account_id}/contacts"
    contact = here.manager.post(path, somebody, headers=key).json()
    here.patch(f"contacts/{contact['id']}", {name: later[name] for name in ("name", "email", "phone")})
    here.delete(f"contacts/{contact['id']}", version=2)
    here.manager.post(f"/v1/contacts/{contact['id']}/restoration", headers=key)
    installation.wait_until_applied()
    assert holding(installation, somebody) == {"accounts.idempotency_key"}
    assert holding(installation, later) == {"accounts.idempotency_key", "accounts.contact"}

    here.manager.post(f"/v1/contacts/{contact['id']}/erasure", headers=key)
    installation.wait_until_applied()

    assert holding(installation, somebody) == holding(installation, later) == set()


def test_nothing_personal_is_left_of_what_came_through_the_gateway(installation: InstallationUnderTest) -> None:
    api, somebody = installation.api(), person()
    account_id = api.post("/api/v1/accounts", {"name": "Acme", "kind": "provider"}).json()["id"]
    key = {"idempotency-key": new_id()}
    made = api.post(f"/api/v1/accounts/{account_id}/contacts", somebody, headers=key)
    assert made.status_code == 201, made.text
    installation.wait_until_applied()
    assert "accounts.contact" in holding(installation, somebody)

    assert api.post(f"/api/v1/contacts/{made.json()['id']}/erasure").status_code == 200
    installation.wait_until_applied()

    assert holding(installation, somebody) == set()


def test_of_others_nothing_is_erased(installation: InstallationUnderTest) -> None:
    here, colleague = scene(installation), person()
    contact = here.contact()
    key = {"idempotency-key": new_id()}
    path = f"/v1/accounts/{contact['account_id']}/contacts"
    kept = here.manager.post(path, colleague, headers=key)

    erased(here, contact)

    assert here.get(f"contacts/{kept.json()['id']}") == kept.json()
    assert here.manager.post(path, colleague, headers=key).content == kept.content


def test_after_erasure_nothing_changes_any_more(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()
    path = f"contacts/{contact['id']}"
    gone = erased(here, contact)

    for answer in (
        here.patch(path, {"name": "Ada"}, version=2), here.delete(path, version=2),
        here.manager.post(f"/v1/{path}/restoration"),
    ):  # fmt: skip
        assert problem(answer) == (409, "contact-erased")
    assert erased(here, contact) == here.get(path) == gone
    assert [kind for kind, _ in here.announced(contact["id"])] == ["contact_recorded", "contact_erased"]


def test_a_contact_archived_before_keeps_the_moment(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()
    here.delete(f"contacts/{contact['id']}")
    archived_at = here.get(f"contacts/{contact['id']}")["archived_at"]

    assert erased(here, contact)["archived_at"] == archived_at
