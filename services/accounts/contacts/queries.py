"""Reads of contacts, who are seen with their account."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from services.accounts.access import account_is_readable, accounts
from services.accounts.contacts.schemas import ContactOut
from services.accounts.contacts.tables import Contact
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

contacts = Contact.__table__


class ContactNotFound(NotFound):
    slug, title = "contact-not-found", "No such contact"


def get_contact(tx: Tx, contact_id: str, actor: Actor) -> ContactOut:
    statement = _readable_contacts(actor).where(contacts.c.contact_id == contact_id)
    row = tx.run(statement).mappings().first()
    if row is None:
        raise ContactNotFound()
    return ContactOut(id=row["contact_id"], **row)


def list_contacts(
    tx: Tx,
    actor: Actor,
    *,
    account_id: str | None,
    function: str | None,
    ids: Sequence[str],
    archived: bool,
    after: str | None,
    limit: int,
) -> Page[ContactOut]:
    statement = _readable_contacts(actor)
    if account_id is not None:
        statement = statement.where(contacts.c.account_id == account_id)
    if function is not None:
        statement = statement.where(contacts.c.function == function)
    if ids:
        statement = statement.where(contacts.c.contact_id.in_(ids))
    elif not archived:
        statement = statement.where(contacts.c.archived_at.is_(None))
    keys = [(contacts.c.contact_id, False)]
    rows, following = cut(tx.run(keyset(statement, keys, after, limit)).mappings().all(), ["contact_id"], limit)
    return Page(items=[ContactOut(id=row["contact_id"], **row) for row in rows], next=following)


def find_contacts(tx: Tx, contact_ids: Collection[str], actor: Actor) -> set[str]:
    """Those of these contacts that the actor may read, also archived and erased ones."""
    found = _readable_contacts(actor).where(contacts.c.contact_id.in_(contact_ids))
    return {row["contact_id"] for row in tx.run(found).mappings()}


def _readable_contacts(actor: Actor) -> sa.Select[Any]:
    joined = contacts.join(accounts, accounts.c.account_id == contacts.c.account_id)
    return sa.select(contacts).select_from(joined).where(account_is_readable(actor))
