"""External ids: what other systems call an account."""

from shared.ids import new_id
from tests.accounts.scene import problem, scene
from tests.support.installation import InstallationUnderTest


def test_an_external_id_of_another_account_is_refused_with_the_id_of_that(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    name = new_id()
    holder, other = here.account(external_ids={"erp": name}), here.account()

    created = here.manager.post("/v1/accounts", {"name": "B", "kind": "provider", "external_ids": {"erp": name}})
    changed = here.patch(f"accounts/{other['id']}", {"external_ids": {"erp": name}})

    for answer in (created, changed):
        assert problem(answer) == (409, "external-id-exists")
        assert answer.json()["id"] == holder["id"]
    assert here.ids(f"accounts?external_id={name}") == [holder["id"]]
    assert len(here.announced(other["id"])) == 1


def test_the_id_of_a_hidden_holder_is_not_shown(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    name = new_id()
    relationship = here.relationship(visibility="restricted")
    here.patch(f"accounts/{relationship['provider_id']}", {"external_ids": {"erp": name}})

    answer = here.client("manager").post("/v1/accounts", {"name": "B", "kind": "other", "external_ids": {"erp": name}})

    assert problem(answer) == (409, "external-id-exists")
    assert relationship["provider_id"] not in answer.text
    assert here.client().get(f"/v1/accounts?external_id={name}").json()["items"] == []


def test_an_account_is_found_by_system_and_external_id(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    name = new_id()
    in_erp, in_crm = here.account(external_ids={"erp": name}), here.account(external_ids={"crm": name})

    assert here.ids(f"accounts?external_system=erp&external_id={name}") == [in_erp["id"]]
    assert here.ids(f"accounts?external_system=crm&external_id={name}") == [in_crm["id"]]
    assert sorted(here.ids(f"accounts?external_id={name}")) == sorted([in_erp["id"], in_crm["id"]])
    assert here.ids(f"accounts?external_system=erp&external_id={new_id()}") == []
    assert here.get(f"accounts/{in_erp['id']}")["external_ids"] == {"erp": name}


def test_named_anew_an_account_gives_its_old_ids_free(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    old, new = new_id(), new_id()
    account = here.account(external_ids={"erp": old, "crm": old})

    changed = here.patch(f"accounts/{account['id']}", {"external_ids": {"erp": old, "lims": new}}).json()
    unchanged = here.patch(f"accounts/{account['id']}", {"name": "New"}, version=2).json()

    assert changed["external_ids"] == unchanged["external_ids"] == {"erp": old, "lims": new}
    assert here.account(external_ids={"crm": old})["external_ids"] == {"crm": old}
    assert [event["version"] for _, event in here.announced(account["id"])] == [1, 2, 3]
