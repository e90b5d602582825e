"""The event of each record as it stands, for a new epoch (docs/design/reliability.md, Restore)."""

from collections.abc import Iterator

from services.accounts.access import Account, Relationship, accounts, relationships
from services.accounts.accounts.usecases import account_recorded
from services.accounts.contacts.queries import contacts
from services.accounts.contacts.tables import Contact
from services.accounts.contacts.usecases import contact_recorded
from services.accounts.events import ContactErased
from services.accounts.relationships.queries import teams_of
from services.accounts.relationships.usecases import relationship_recorded
from shared.db.database import Tx
from shared.events import Event


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    """Everything as it stands, to be told anew."""
    for account in tx.every(accounts):
        yield account_recorded(Account(**account))
    for relationship in tx.every(relationships):
        relationship_id = relationship["relationship_id"]
        team = teams_of(tx, [relationship_id])[relationship_id]
        yield relationship_recorded(Relationship(**relationship), team)
    for contact in tx.every(contacts):
        if contact["erased_at"] is None:
            yield contact_recorded(Contact(**contact))
        else:
            yield ContactErased(id=contact["contact_id"], version=contact["version"], account_id=contact["account_id"])
