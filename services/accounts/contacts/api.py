"""Routes of contacts: parse, call, return."""

from typing import Annotated

from fastapi import Query

from services.accounts.accounts.queries import get_account
from services.accounts.contacts import queries, usecases
from services.accounts.contacts.schemas import ChangeContact, ContactFilter, ContactOut, CreateContact
from shared.auth import READ, WRITE
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/accounts/{account_id}/contacts", rule=WRITE, tags=["contacts"])
def create_contact(account_id: Id, command: CreateContact, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    """Adds a person at an account. Name, e-mail and phone stay in this service alone; others learn only the id and the
    function. `account-not-found` where the account is unknown or hidden."""
    return usecases.create_contact(tx, account_id, command, actor, now)


@api.get("/accounts/{account_id}/contacts", rule=READ, tags=["contacts"])
def list_contacts_of_account(
    account_id: Id, tx: Read, actor: CurrentActor, archived: bool = False, after: After = None, limit: Limit = 50
) -> Page[ContactOut]:
    """Lists the contacts of one account in the order in which they were added. `account-not-found` where it is unknown
    or hidden."""
    get_account(tx, account_id, actor)
    wanted = ContactFilter(account_id=account_id, archived=archived, after=after, limit=limit)
    return queries.list_contacts(tx, actor, wanted)


@api.get("/contacts", rule=READ, tags=["contacts"])
def list_contacts(tx: Read, actor: CurrentActor, wanted: Annotated[ContactFilter, Query()]) -> Page[ContactOut]:
    """Lists the contacts of all accounts that the reader may read, in the order in which they were added. Archived and
    erased ones only with `archived`, or when they are asked for by `id`."""
    return queries.list_contacts(tx, actor, wanted)


@api.get("/contacts/{contact_id}", rule=READ, tags=["contacts"])
def get_contact(contact_id: Id, tx: Read, actor: CurrentActor) -> ContactOut:
    """Answers one contact, also an archived or erased one. `contact-not-found` where it is unknown, or its account is
    hidden."""
    return queries.get_contact(tx, contact_id, actor)


@api.patch("/contacts/{contact_id}", rule=WRITE, tags=["contacts"])
def change_contact(
    contact_id: Id, command: ChangeContact, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ContactOut:
    """Changes the fields that are sent and leaves the others; null clears e-mail or phone. `contact-erased` where the
    person was erased, `stale-version` where somebody else changed it first."""
    return usecases.change_contact(tx, contact_id, command, version, actor, now)


@api.delete("/contacts/{contact_id}", rule=WRITE, tags=["contacts"])
def archive_contact(contact_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes a contact out of lists, as when the person has left; rating links that were sent to them stop working.
    `contact-erased` where the person was erased, `stale-version` where somebody else changed it first."""
    return usecases.archive_contact(tx, contact_id, version, actor, now)


@api.post("/contacts/{contact_id}/restoration", rule=WRITE, status_code=200, tags=["contacts"])
def restore_contact(contact_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    """Brings an archived contact back into lists. `contact-erased` where the person was erased: that is for good."""
    return usecases.restore_contact(tx, contact_id, actor, now)


@api.post("/contacts/{contact_id}/erasure", rule=WRITE, status_code=200, tags=["contacts"])
def erase_contact(contact_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    """Erases name, e-mail and phone for good, also in answers stored for an `Idempotency-Key`, and archives the
    contact. The id stays, so that what it is named in still reads. Erasing again changes nothing."""
    return usecases.erase_contact(tx, contact_id, actor, now)
