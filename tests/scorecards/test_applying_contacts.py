"""The replica of contacts: by function, without personal data; an erased one stays erased."""

import itertools

import sqlalchemy as sa

from services.scorecards.replicas.tables import contacts
from shared.ids import new_id
from tests.scorecards.feeding import contact, publish
from tests.support.installation import InstallationUnderTest


def known(installation: InstallationUnderTest, contact_id: str) -> tuple[str | None, bool, int]:
    with installation.product.databases["scorecards"].read() as tx:
        row = tx.run(sa.select(contacts).where(contacts.c.contact_id == contact_id)).one()
    return row.function, row.is_archived, row.version


def test_whatever_the_order_and_repetition_an_erased_contact_stays_erased(installation: InstallationUnderTest) -> None:
    found = set()
    for order in itertools.permutations(range(3)):
        contact_id, account_id = new_id(), new_id()
        records = [
            contact(contact_id, account_id, 1),
            contact(contact_id, account_id, 2, function="supply"),
            contact(contact_id, account_id, 3, act="erased"),
        ]
        publish(installation, *(records[n] for n in (*order, *order)))
        found.add(known(installation, contact_id))

    assert found == {(None, True, 3)}


def test_the_newest_version_holds_within_an_epoch_and_a_later_epoch_before_all(
    installation: InstallationUnderTest,
) -> None:
    contact_id, account_id = new_id(), new_id()

    publish(installation, contact(contact_id, account_id, 5, function="supply"), contact(contact_id, account_id, 4))
    assert known(installation, contact_id) == ("supply", False, 5)

    publish(installation, contact(contact_id, account_id, 1, epoch=2, function="technical", archived=True))
    assert known(installation, contact_id) == ("technical", True, 1)
