"""Writes of contacts: one function per intention; each announces its change beside it."""

from datetime import datetime

import sqlalchemy as sa

from services.accounts.accounts.queries import AccountNotFound, find_account
from services.accounts.contacts import queries
from services.accounts.contacts.queries import ContactNotFound, contact_out, contacts
from services.accounts.contacts.schemas import ChangeContact, ContactOut, CreateContact
from services.accounts.contacts.tables import ContactRow
from services.accounts.events import ContactErased, ContactRecorded
from shared.auth import Actor
from shared.db import records
from shared.db.database import Tx
from shared.db.records import Records
from shared.errors import Conflict
from shared.ids import new_id

ERASED = "erased"


class AlreadyErased(Conflict):
    slug, title = "contact-erased", "This contact was erased"


CONTACTS: Records[ContactRow] = Records(
    contacts, readable=queries.readable_contacts, not_found=lambda _: ContactNotFound()
)


def create_contact(tx: Tx, account_id: str, command: CreateContact, actor: Actor, now: datetime) -> ContactOut:
    if find_account(tx, account_id, actor) is None:
        raise AccountNotFound()
    contact = ContactRow(
        contact_id=new_id(),
        version=1,
        account_id=account_id,
        name=command.name,
        function=command.function,
        email=command.email,
        phone=command.phone,
        created_at=now,
        archived_at=None,
        erased_at=None,
    )
    records.add(tx, CONTACTS, contact, contact_recorded(contact), now)
    return contact_out(contact)


def change_contact(
    tx: Tx, contact_id: str, command: ChangeContact, version: int, actor: Actor, now: datetime
) -> ContactOut:
    contact = _lock_unerased(tx, contact_id, version, actor)
    present = command.model_dump()
    changed = records.change_and_announce(tx, CONTACTS, contact, present, contact_recorded, now)
    return contact_out(changed)


def archive_contact(tx: Tx, contact_id: str, version: int, actor: Actor, now: datetime) -> None:
    contact = _lock_unerased(tx, contact_id, version, actor)
    records.change_and_announce(tx, CONTACTS, contact, {"archived_at": now}, contact_recorded, now)


def restore_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    contact = _lock_unerased(tx, contact_id, None, actor)
    restored = records.change_and_announce(tx, CONTACTS, contact, {"archived_at": None}, contact_recorded, now)
    return contact_out(restored)


def erase_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    """Overwrite what is personal, also in answers stored for idempotency keys; the id stays for the record."""
    contact = records.lock(tx, CONTACTS, contact_id, actor)
    if contact["erased_at"] is not None:
        return contact_out(contact)
    personal = {"name": ERASED, "email": None, "phone": None}
    values = {**personal, "erased_at": now, "archived_at": contact["archived_at"] or now}
    erased = records.change_and_announce(tx, CONTACTS, contact, values, contact_erased, now)
    answers = tx.table("idempotency_key")
    tx.run(sa.delete(answers).where(answers.c.body.contains(contact_id)))
    return contact_out(erased)


def _lock_unerased(tx: Tx, contact_id: str, version: int | None, actor: Actor) -> ContactRow:
    contact = records.lock(tx, CONTACTS, contact_id, actor, version=version)
    if contact["erased_at"] is not None:
        raise AlreadyErased()
    return contact


def contact_recorded(contact: ContactRow) -> ContactRecorded:
    return ContactRecorded(
        id=contact["contact_id"],
        version=contact["version"],
        account_id=contact["account_id"],
        function=contact["function"],
        archived=contact["archived_at"] is not None,
    )


def contact_erased(contact: ContactRow) -> ContactErased:
    return ContactErased(id=contact["contact_id"], version=contact["version"], account_id=contact["account_id"])
