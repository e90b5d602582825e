"""Writes of contacts: one function per intention; each announces its change beside it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.accounts.access import Account, account_is_readable, accounts
from services.accounts.accounts.queries import AccountNotFound, find_account
from services.accounts.accounts.usecases import change_row, check_version
from services.accounts.contacts.queries import ContactNotFound, contacts
from services.accounts.contacts.schemas import ChangeContact, ContactOut, CreateContact
from services.accounts.contacts.tables import Contact
from services.accounts.events import ContactErased, ContactRecorded
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import Conflict
from shared.ids import new_id

ERASED = "erased"


class AlreadyErased(Conflict):
    slug, title = "contact-erased", "This contact was erased"


def create_contact(tx: Tx, account_id: str, command: CreateContact, actor: Actor, now: datetime) -> ContactOut:
    if find_account(tx, account_id, actor) is None:
        raise AccountNotFound()
    contact = Contact(
        contact_id=new_id(),
        version=1,
        account_id=account_id,
        created_at=now,
        archived_at=None,
        erased_at=None,
        **command.model_dump(),
    )
    tx.add(contact)
    outbox.add(tx, contact_recorded(contact), now)
    return _contact_out(contact)


def change_contact(
    tx: Tx, contact_id: str, command: ChangeContact, version: int, actor: Actor, now: datetime
) -> ContactOut:
    contact = _living_contact(tx, contact_id, version, actor)
    change_row(tx, contact, command.model_dump(exclude_unset=True))
    outbox.add(tx, contact_recorded(contact), now)
    return _contact_out(contact)


def archive_contact(tx: Tx, contact_id: str, version: int, actor: Actor, now: datetime) -> None:
    contact = _living_contact(tx, contact_id, version, actor)
    change_row(tx, contact, {"archived_at": now})
    outbox.add(tx, contact_recorded(contact), now)


def restore_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    contact = _living_contact(tx, contact_id, None, actor)
    change_row(tx, contact, {"archived_at": None})
    outbox.add(tx, contact_recorded(contact), now)
    return _contact_out(contact)


def erase_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    """Overwrite what is personal, here and in the answers kept for idempotency keys; the id stays for the record."""
    contact = _contact(tx, contact_id, None, actor)
    if contact.erased_at is not None:
        return _contact_out(contact)
    personal: dict[str, Any] = {"name": ERASED, "email": None, "phone": None}
    change_row(tx, contact, personal | {"erased_at": now, "archived_at": contact.archived_at or now})
    kept = tx.table("idempotency_key")
    tx.run(sa.delete(kept).where(kept.c.body.contains(contact_id)))
    outbox.add(tx, ContactErased(id=contact_id, version=contact.version, account_id=contact.account_id), now)
    return _contact_out(contact)


def _living_contact(tx: Tx, contact_id: str, version: int | None, actor: Actor) -> Contact:
    contact = _contact(tx, contact_id, version, actor)
    if contact.erased_at is not None:
        raise AlreadyErased()
    return contact


def _contact(tx: Tx, contact_id: str, version: int | None, actor: Actor) -> Contact:
    joined = sa.select(Contact).join(Account, accounts.c.account_id == contacts.c.account_id)
    chosen = joined.where(contacts.c.contact_id == contact_id, account_is_readable(actor))
    contact = tx.scalars(chosen.with_for_update(of=Contact)).one_or_none()
    if contact is None:
        raise ContactNotFound()
    check_version(contact.version, version)
    return contact


def _contact_out(contact: Contact) -> ContactOut:
    return ContactOut(id=contact.contact_id, **contact.model_dump())


def contact_recorded(contact: Contact) -> ContactRecorded:
    return ContactRecorded(
        id=contact.contact_id,
        version=contact.version,
        account_id=contact.account_id,
        function=contact.function,
        archived=contact.archived_at is not None,
    )
