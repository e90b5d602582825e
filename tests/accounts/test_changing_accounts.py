"""Changing, archiving and restoring accounts."""

from shared.ids import new_id
from tests.accounts.scene import if_match, pointers, problem, scene
from tests.support.installation import InstallationUnderTest


def test_a_viewer_and_the_provider_side_may_not_change_accounts(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"/v1/accounts/{here.account()['id']}"

    for client in (here.client("viewer"), here.client("reviewer"), here.client("manager", "provider")):
        assert client.patch(path, {"name": "New"}, headers=if_match(1)).status_code == 403
        assert client.delete(path, headers=if_match(1)).status_code == 403
        assert client.post(path + "/restoration").status_code == 403
    assert here.manager.get(path).json()["version"] == 1


def test_an_unknown_account_is_not_changed(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    path = f"accounts/{new_id()}"

    for answer in (here.patch(path, {}), here.delete(path), here.manager.post(f"/v1/{path}/restoration")):
        assert problem(answer) == (404, "account-not-found")


def test_what_is_present_changes_and_null_clears(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    before = here.account(size="small", region="europe", country="CH", tags=["a"], custom_fields={"tier": 1})

    answer = here.patch(f"accounts/{before['id']}", {"name": "New", "size": "large", "country": None, "tags": ["b"]})

    assert answer.headers["etag"] == '"2"'
    changed = before | {"version": 2, "name": "New", "size": "large", "country": None, "tags": ["b"]}
    assert answer.json() == here.get(f"accounts/{before['id']}") == changed
    (_, first), (kind, event) = here.announced(before["id"])
    assert kind == "account_recorded"
    assert event == first | {"version": 2, "name": "New", "size": "large", "tags": ["b"]}
    assert first["region"] == "europe"


def test_a_wrong_value_of_an_account_is_refused_with_its_pointer(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    account_id = here.account()["id"]

    for wrong, pointer in (
        ({"name": None}, "/name"), ({"name": "   "}, "/name"), ({"size": "huge"}, "/size"),
        ({"country": "Switzerland"}, "/country"), ({"website": "javascript:alert(1)"}, "/website"),
        ({"tags": ["x"] * 51}, "/tags"), ({"kind": "sponsor"}, "/kind"),
    ):  # fmt: skip
        assert pointers(here.patch(f"accounts/{account_id}", wrong)) == [pointer]
    assert len(here.announced(account_id)) == 1


def test_an_archived_account_leaves_the_list_and_comes_back_when_restored(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    tag = new_id()
    account = here.account(tags=[tag])
    path, listed = f"accounts/{account['id']}", f"accounts?tag={tag}"

    assert here.delete(path).status_code == 204
    assert here.ids(listed) == []
    assert here.get(path)["archived_at"] is not None
    assert here.ids(listed + "&archived=true") == here.ids(f"accounts?id={account['id']}") == [account["id"]]

    restored = here.post(path + "/restoration", status=200)
    assert restored == account | {"version": 3}
    assert here.ids(listed) == [account["id"]]
    assert [(event["version"], event["archived"]) for _, event in here.announced(account["id"])] == [
        (1, False), (2, True), (3, False),
    ]  # fmt: skip
