"""Reads of contacts, who are seen with their account."""

from collections.abc import Collection

import sqlalchemy as sa

from services.accounts.access import account_is_readable, accounts
from services.accounts.contacts.schemas import ContactFilter, ContactOut
from services.accounts.contacts.tables import Contact, ContactRow
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

contacts = Contact.__table__


class ContactNotFound(NotFound):
    slug, title = "contact-not-found", "No such contact"


def get_contact(tx: Tx, contact_id: str, actor: Actor) -> ContactOut:
    statement = readable_contacts(actor).where(contacts.c.contact_id == contact_id)
    row = tx.run(statement).mappings().first()
    if row is None:
        raise ContactNotFound()
    return contact_out(row)


def list_contacts(tx: Tx, actor: Actor, wanted: ContactFilter) -> Page[ContactOut]:
    statement = readable_contacts(actor)
    if wanted.account_id is not None:
        statement = statement.where(contacts.c.account_id == wanted.account_id)
    if wanted.function is not None:
        statement = statement.where(contacts.c.function == wanted.function)
    if wanted.ids:
        statement = statement.where(contacts.c.contact_id.in_(wanted.ids))
    elif not wanted.archived:
        statement = statement.where(contacts.c.archived_at.is_(None))
    keys = [(contacts.c.contact_id, False)]
    rows, following = cut(
        tx.run(keyset(statement, keys, wanted.after, wanted.limit)).mappings().all(), ["contact_id"], wanted.limit
    )
    return Page(items=[contact_out(row) for row in rows], next=following)


def find_contacts(tx: Tx, contact_ids: Collection[str], actor: Actor) -> set[str]:
    """Those of these contacts that the actor may read, also archived and erased ones."""
    found = readable_contacts(actor).where(contacts.c.contact_id.in_(contact_ids))
    return {row["contact_id"] for row in tx.run(found).mappings()}


def readable_contacts(actor: Actor) -> sa.Select[tuple[object, ...]]:
    joined = contacts.join(accounts, accounts.c.account_id == contacts.c.account_id)
    return sa.select(contacts).select_from(joined).where(account_is_readable(actor))


def contact_out(contact: ContactRow | sa.RowMapping) -> ContactOut:
    """The answer for a whole row of the table."""
    return ContactOut.model_validate({**contact, "id": contact["contact_id"]})
