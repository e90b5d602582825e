"""Everything is announced again, as after a restore: nothing changes, and what one service leaves out is found."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from services.accounts.service import service as accounts
from services.registry import services_named
from services.scorecards.verification import verify_scores
from shared.derived.restored import begin_epoch
from shared.derived.verify import verify
from shared.service import Service
from tests.support.installation import InstallationUnderTest
from tests.support.small_alliance import embedded, record_alliance

pytestmark = pytest.mark.xdist_group("announced again")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstallationUnderTest]:
    """A part of the demo: every kind of record, cards in every state, a contact erased, a published card reopened."""
    with embedded(tmp_path_factory.mktemp("announced")) as installation:
        record_alliance(installation)
        api = installation.api("admin")
        [contact, *_] = api.get("/api/v1/contacts").json()["items"]
        assert api.post(f"/api/v1/contacts/{contact['id']}/erasure").status_code == 200
        [card, *_] = api.get("/api/v1/scorecards?status=published").json()["items"]
        reopened = api.post(f"/api/v1/scorecards/{card['id']}/reopening", {"reason": "A slip of the pen"})
        assert reopened.status_code == 200, reopened.text
        installation.wait_until_applied()
        yield installation


def kept(installation: InstallationUnderTest) -> dict[str, list[Any]]:
    """What each service keeps of others, and the scores, without the epochs and events they were announced in."""
    found = {}
    for service in services_named():
        with installation.product.databases[service.name].read() as tx:
            for table in tx.database.metadata.tables.values():
                if ("epoch" in table.c and "event_id" not in table.c and table.name != "epoch") or table.name in (
                    "ledger_entry", "portfolio_row", "relationship_member", "mail",
                ):  # fmt: skip
                    columns = [column for column in table.c if column.name not in ("epoch", "event_id")]
                    rows = sorted(map(str, tx.run(sa.select(*columns))))
                    if table.name != "heard_epoch":
                        found[f"{service.name}.{table.name}"] = rows
    return found


def begin(installation: InstallationUnderTest, service: Service) -> tuple[int, int]:
    with installation.product.databases[service.name].write() as tx:
        return begin_epoch(tx, service, installation.clock())


def faults(installation: InstallationUnderTest) -> list[tuple[str, str]]:
    checks = [
        check
        for service in services_named()
        for check in verify(service, installation.product.databases[service.name], installation.product.bus)
    ]
    checks += verify_scores(installation.product.databases["scorecards"], installation.product.bus)
    return [(f"{check.service}: {check.invariant}", wrong) for check in checks for wrong in check.wrong]


def test_announcing_everything_again_changes_nothing(installation: InstallationUnderTest) -> None:
    before = kept(installation)
    assert len(before["gateway.relationship"]) == 4
    assert len(before["scorecards.ledger_entry"]) > 50

    began = {service.name: begin(installation, service) for service in services_named()}
    installation.wait_until_applied()

    after = kept(installation)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert faults(installation) == []
    assert min(announced for name, (_, announced) in began.items() if name != "gateway") > 10
    assert began["gateway"][1] == 0


def test_a_row_that_is_not_announced_again_is_dropped_and_found(installation: InstallationUnderTest) -> None:
    """Contacts are left out here, as by a mistake."""

    def without_contacts(tx: Any, epoch: int) -> Iterator[Any]:
        return (event for event in accounts.announce(tx, epoch) if event.aggregate != "contact")

    begin(installation, replace(accounts, announce=without_contacts))
    installation.wait_until_applied()

    after = kept(installation)
    assert after["engagements.contact"] == after["scorecards.contact"] == []
    found = faults(installation)
    assert {where for where, _ in found} == {"accounts: 2 every change and its event exist together"}
    assert all(wrong.startswith("contact ") for _, wrong in found)

    begin(installation, accounts)
    installation.wait_until_applied()
    assert faults(installation) == []
    assert kept(installation)["scorecards.contact"]


def test_a_row_left_of_an_earlier_epoch_is_found(installation: InstallationUnderTest) -> None:
    begin(installation, accounts)
    installation.wait_until_applied()
    tables = {"engagements": "contact", "gateway": "relationship"}
    for service, name in tables.items():
        with installation.product.databases[service].write() as tx:
            tx.run(sa.update(tx.table(name)).values(epoch=1))

    found = faults(installation)

    assert {where for where, _ in found} == {f"{name}: 4 nothing is kept of an epoch that is over" for name in tables}
    begin(installation, accounts)
    installation.wait_until_applied()
    assert faults(installation) == []
