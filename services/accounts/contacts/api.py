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
    return usecases.create_contact(tx, account_id, command, actor, now)


@api.get("/accounts/{account_id}/contacts", rule=READ, tags=["contacts"])
def list_contacts_of_account(
    account_id: Id, tx: Read, actor: CurrentActor, archived: bool = False, after: After = None, limit: Limit = 50
) -> Page[ContactOut]:
    get_account(tx, account_id, actor)
    wanted = ContactFilter(account_id=account_id, archived=archived, after=after, limit=limit)
    return queries.list_contacts(tx, actor, wanted)


@api.get("/contacts", rule=READ, tags=["contacts"])
def list_contacts(tx: Read, actor: CurrentActor, wanted: Annotated[ContactFilter, Query()]) -> Page[ContactOut]:
    return queries.list_contacts(tx, actor, wanted)


@api.get("/contacts/{contact_id}", rule=READ, tags=["contacts"])
def get_contact(contact_id: Id, tx: Read, actor: CurrentActor) -> ContactOut:
    return queries.get_contact(tx, contact_id, actor)


@api.patch("/contacts/{contact_id}", rule=WRITE, tags=["contacts"])
def change_contact(
    contact_id: Id, command: ChangeContact, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ContactOut:
    return usecases.change_contact(tx, contact_id, command, version, actor, now)


@api.delete("/contacts/{contact_id}", rule=WRITE, tags=["contacts"])
def archive_contact(contact_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_contact(tx, contact_id, version, actor, now)


@api.post("/contacts/{contact_id}/restoration", rule=WRITE, status_code=200, tags=["contacts"])
def restore_contact(contact_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    return usecases.restore_contact(tx, contact_id, actor, now)


@api.post("/contacts/{contact_id}/erasure", rule=WRITE, status_code=200, tags=["contacts"])
def erase_contact(contact_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    return usecases.erase_contact(tx, contact_id, actor, now)
