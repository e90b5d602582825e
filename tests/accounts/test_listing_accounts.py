"""Listing accounts: filters and pages."""

import pytest

from shared.ids import new_id
from tests.accounts.scene import pages, pointers, scene
from tests.support.installation import InstallationUnderTest


def test_without_an_actor_token_nothing_is_listed(installation: InstallationUnderTest) -> None:
    assert installation.stranger("accounts").get("/v1/accounts").status_code == 401


def test_a_wrong_value_of_a_filter_is_refused_with_its_name(installation: InstallationUnderTest) -> None:
    here = scene(installation)

    for filter in ("q=", "kind=friend", "tag=", "parent_id=x", "external_id=", "archived=perhaps"):
        assert pointers(here.manager.get("/v1/accounts?" + filter)) == [filter.split("=")[0]]


def test_accounts_are_found_by_a_part_of_their_name_kind_tag_and_parent(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    mark = new_id()
    sponsor = here.account("sponsor", name=f"North {mark} 100%", tags=[mark, "oncology"])
    provider = here.account("provider", name=f"South {mark} 100 g", tags=[mark], parent_id=sponsor["id"])

    for filter, found in (
        (f"q={mark}", [sponsor, provider]), (f"q=nORTH {mark}", [sponsor]), (f"q={mark} 100%25", [sponsor]),
        (f"q={mark}_", []), (f"tag={mark}", [sponsor, provider]), (f"tag={mark}&tag=x", []), (f"tag={mark[:-1]}", []),
        (f"q={mark}&tag=oncology", [sponsor]), (f"q={mark}&kind=provider", [provider]), (f"q={mark}&kind=other", []),
        (f"parent_id={sponsor['id']}", [provider]), (f"id={provider['id']}&id={sponsor['id']}", [sponsor, provider]),
    ):  # fmt: skip
        assert here.get("accounts?" + filter)["items"] == found, filter


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_hold_every_account_once_in_the_order_of_names(installation: InstallationUnderTest, limit: int) -> None:
    here = scene(installation)
    tag = new_id()
    made = [here.account(name=name, tags=[tag]) for name in ("Bern", "Aarau", "Bern", "Zug", "Bern", "Chur", "Aarau")]

    listed = pages(here.manager, f"accounts?tag={tag}", limit)

    assert listed == sorted(made, key=lambda account: (account["name"], account["id"]))


def test_the_next_page_follows_on_when_accounts_come_and_go(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    tag = new_id()
    first, second, third = (here.account(name=name, tags=[tag]) for name in ("B", "D", "F"))
    page = here.get(f"accounts?tag={tag}&limit=2")

    here.account(name="A", tags=[tag])
    here.delete(f"accounts/{second['id']}")
    fourth = here.account(name="E", tags=[tag])

    assert [item["id"] for item in page["items"]] == [first["id"], second["id"]]
    assert here.ids(f"accounts?tag={tag}&after={page['next']}") == [fourth["id"], third["id"]]
