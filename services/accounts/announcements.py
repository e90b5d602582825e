"""The event of each record as it is, for a new epoch (docs/design/reliability.md, Restore)."""

from collections.abc import Iterator

from services.accounts.accounts.usecases import ACCOUNTS, account_recorded
from services.accounts.contacts.usecases import CONTACTS, contact_erased, contact_recorded
from services.accounts.relationships.queries import team_of
from services.accounts.relationships.usecases import RELATIONSHIPS, relationship_recorded
from shared.db import records
from shared.db.database import Tx
from shared.events import Event


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    for account in records.every(tx, ACCOUNTS):
        yield account_recorded(account)
    for relationship in records.every(tx, RELATIONSHIPS):
        yield relationship_recorded(relationship, team_of(tx, relationship["relationship_id"]))
    for contact in records.every(tx, CONTACTS):
        yield contact_recorded(contact) if contact["erased_at"] is None else contact_erased(contact)
