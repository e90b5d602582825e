"""Parents: a company above its sites."""

from concurrent.futures import ThreadPoolExecutor

from shared.ids import new_id
from tests.accounts.scene import pointers, scene
from tests.support.installation import InstallationUnderTest


def test_an_unknown_parent_is_refused_with_its_pointer(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    site = here.account()

    created = here.manager.post("/v1/accounts", {"name": "Site", "kind": "provider", "parent_id": new_id()})
    changed = here.patch(f"accounts/{site['id']}", {"parent_id": new_id()})

    assert pointers(created) == pointers(changed) == ["/parent_id"]
    assert here.get(f"accounts/{site['id']}") == site


def test_a_hidden_parent_is_refused_like_an_unknown_one(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    hidden = here.relationship(visibility="restricted")["provider_id"]
    outsider = here.client("manager")

    ids = (hidden, new_id())
    answers = [
        outsider.post("/v1/accounts", {"name": "Site", "kind": "provider", "parent_id": parent_id}) for parent_id in ids
    ]

    assert [pointers(answer) for answer in answers] == [["/parent_id"]] * 2
    assert answers[0].text.replace(ids[0], "ID") == answers[1].text.replace(ids[1], "ID")


def test_nobody_is_their_own_parent_or_ancestor(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    group = here.account()
    company = here.account(parent_id=group["id"])
    site = here.account(parent_id=company["id"])

    for below in (group, company, site):
        assert pointers(here.patch(f"accounts/{group['id']}", {"parent_id": below["id"]})) == ["/parent_id"]
    assert here.get(f"accounts/{group['id']}") == group
    assert len(here.announced(group["id"])) == 1


def test_a_site_moves_to_another_parent_and_away_from_all(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    old, new = here.account()["id"], here.account()["id"]
    site = here.account(parent_id=old)
    path = f"accounts/{site['id']}"

    assert here.patch(path, {"parent_id": new}).json()["parent_id"] == new
    assert here.ids(f"accounts?parent_id={new}") == [site["id"]]
    assert here.ids(f"accounts?parent_id={old}") == []
    assert here.patch(path, {"parent_id": None}, version=2).json()["parent_id"] is None

    assert [event["parent_id"] for _, event in here.announced(site["id"])] == [old, new, None]


def test_two_companies_put_below_each_others_sites_at_once_close_no_circle(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    one, other = here.account()["id"], here.account()["id"]
    site_of_one, site_of_other = (here.account(parent_id=company)["id"] for company in (one, other))
    moves = [(one, site_of_other), (other, site_of_one)]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda move: here.patch(f"accounts/{move[0]}", {"parent_id": move[1]}), moves))

    # PostgreSQL breaks the deadlock of the two by refusing one of them, to be tried again.
    assert sorted(answer.status_code for answer in answers) in ([200, 422], [200, 503])
    parents = [here.get(f"accounts/{company}")["parent_id"] for company in (one, other)]
    assert parents in ([site_of_other, None], [None, site_of_one])
    assert sorted(len(here.announced(company)) for company in (one, other)) == [1, 2]
