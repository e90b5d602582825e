"""Contacts: the people of an account."""

import pytest

from shared.ids import new_id
from tests.accounts.scene import if_match, pages, pointers, problem, scene
from tests.support.installation import InstallationUnderTest

ADA = {"name": "Ada Example", "function": "quality", "email": "ada@example.org"}


def test_a_viewer_and_the_provider_side_may_not_write_contacts(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()
    path = f"/v1/contacts/{contact['id']}"

    for client in (here.client("viewer"), here.client("manager", "provider")):
        assert client.post(f"/v1/accounts/{contact['account_id']}/contacts", ADA).status_code == 403
        assert client.patch(path, {"name": "B"}, headers=if_match(1)).status_code == 403
        assert client.delete(path, headers=if_match(1)).status_code == 403
        assert client.post(path + "/restoration").status_code == 403
        assert client.post(path + "/erasure").status_code == 403
    assert here.get(f"accounts/{contact['account_id']}/contacts")["items"] == [contact]


def test_a_contact_of_an_unknown_account_and_an_unknown_contact_are_not_found(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    unknown = f"contacts/{new_id()}"

    assert problem(here.manager.post(f"/v1/accounts/{new_id()}/contacts", ADA)) == (404, "account-not-found")
    assert problem(here.manager.get(f"/v1/accounts/{new_id()}/contacts")) == (404, "account-not-found")
    for answer in (
        here.manager.get("/v1/" + unknown), here.patch(unknown, {}), here.delete(unknown),
        here.manager.post(f"/v1/{unknown}/restoration"), here.manager.post(f"/v1/{unknown}/erasure"),
    ):  # fmt: skip
        assert problem(answer) == (404, "contact-not-found")


def test_a_created_contact_is_announced_by_id_and_function_alone(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    contact = here.contact()

    assert here.client().get(f"/v1/contacts/{contact['id']}").json() == contact
    assert (contact["name"], contact["email"], contact["phone"]) == (
        "Ada Example", "ada@example.org", "+41 44 000 00 00",
    )  # fmt: skip
    [(kind, event)] = here.announced(contact["id"])
    assert kind == "contact_recorded"
    assert event == {
        "epoch": 1, "id": contact["id"], "version": 1, "account_id": contact["account_id"], "function": "quality",
        "archived": False,
    }  # fmt: skip


def test_a_wrong_value_of_a_contact_is_refused_with_its_pointer(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()

    for wrong, pointer in (
        ({"email": "nobody"}, "/email"), ({"phone": "1"}, "/phone"), ({"name": None}, "/name"),
        ({"function": "friend"}, "/function"), ({"function": None}, "/function"), ({"erased_at": None}, "/erased_at"),
    ):  # fmt: skip
        path = f"/v1/accounts/{contact['account_id']}/contacts"
        assert pointers(here.manager.post(path, ADA | wrong)) == [pointer]
        assert pointers(here.patch(f"contacts/{contact['id']}", wrong)) == [pointer]
    assert here.get(f"accounts/{contact['account_id']}/contacts")["items"] == [contact]


def test_what_is_present_changes_and_null_clears(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()

    changed = here.patch(f"contacts/{contact['id']}", {"function": "technical", "phone": None}).json()

    assert changed == here.get(f"contacts/{contact['id']}")
    assert changed == contact | {"version": 2, "function": "technical", "phone": None}
    assert here.announced(contact["id"])[1][1]["function"] == "technical"


def test_an_archived_contact_leaves_the_lists_and_comes_back_when_restored(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    contact = here.contact()
    path, listed = f"contacts/{contact['id']}", f"accounts/{contact['account_id']}/contacts"

    assert here.delete(path).status_code == 204
    assert here.ids(listed) == here.ids(f"contacts?account_id={contact['account_id']}") == []
    assert here.ids(listed + "?archived=true") == here.ids(f"contacts?id={contact['id']}") == [contact["id"]]

    assert here.post(path + "/restoration", status=200) == contact | {"version": 3}
    assert here.ids(listed) == [contact["id"]]
    assert [event["archived"] for _, event in here.announced(contact["id"])] == [False, True, False]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_contacts_are_listed_by_account_and_function_in_pages(installation: InstallationUnderTest, limit: int) -> None:
    here = scene(installation)
    account_id = here.account()["id"]
    made = [here.contact(account_id, function=function) for function in ("quality", "supply", "quality", "technical")]
    here.contact()

    assert pages(here.manager, f"contacts?account_id={account_id}", limit) == made
    assert pages(here.manager, f"accounts/{account_id}/contacts?", limit) == made
    assert pages(here.manager, f"contacts?account_id={account_id}&function=quality", limit) == [made[0], made[2]]
    assert pages(here.manager, f"contacts?id={made[3]['id']}&id={new_id()}", limit) == [made[3]]
