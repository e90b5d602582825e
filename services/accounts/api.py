"""Routes of accounts: parse, call, return."""

from services.accounts import queries, usecases
from services.accounts.schemas import (
    AccountKind,
    AccountOut,
    ChangeAccount,
    ChangeContact,
    ChangeRelationship,
    ContactOut,
    CreateAccount,
    CreateContact,
    CreateRelationship,
    Function,
    RelationshipOut,
    SetTeam,
    TeamOut,
)
from shared.auth import READ, WRITE
from shared.http.pages import After, Ids, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/accounts", rule=WRITE, tags=["accounts"])
def create_account(command: CreateAccount, tx: Write, actor: CurrentActor, now: Now) -> AccountOut:
    return usecases.create_account(tx, command, actor, now)


@api.get("/accounts", rule=READ, tags=["accounts"])
def list_accounts(
    tx: Read,
    actor: CurrentActor,
    q: Text = None,
    kind: AccountKind | None = None,
    tag: Text = None,
    parent_id: Id | None = None,
    ids: Ids = (),
    external_system: Text = None,
    external_id: Text = None,
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[AccountOut]:
    return queries.list_accounts(
        tx, actor, q=q, kind=kind, tag=tag, parent_id=parent_id, ids=ids,
        external_system=external_system, external_id=external_id, archived=archived, after=after, limit=limit,
    )  # fmt: skip


@api.get("/accounts/{account_id}", rule=READ, tags=["accounts"])
def get_account(account_id: Id, tx: Read, actor: CurrentActor) -> AccountOut:
    return queries.get_account(tx, account_id, actor)


@api.patch("/accounts/{account_id}", rule=WRITE, tags=["accounts"])
def change_account(
    account_id: Id, command: ChangeAccount, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> AccountOut:
    return usecases.change_account(tx, account_id, command, version, actor, now)


@api.delete("/accounts/{account_id}", rule=WRITE, tags=["accounts"])
def archive_account(account_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_account(tx, account_id, version, actor, now)


@api.post("/accounts/{account_id}/restoration", rule=WRITE, status_code=200, tags=["accounts"])
def restore_account(account_id: Id, tx: Write, actor: CurrentActor, now: Now) -> AccountOut:
    return usecases.restore_account(tx, account_id, actor, now)


@api.post("/accounts/{account_id}/contacts", rule=WRITE, tags=["contacts"])
def create_contact(account_id: Id, command: CreateContact, tx: Write, actor: CurrentActor, now: Now) -> ContactOut:
    return usecases.create_contact(tx, account_id, command, actor, now)


@api.get("/accounts/{account_id}/contacts", rule=READ, tags=["contacts"])
def list_contacts_of_account(
    account_id: Id, tx: Read, actor: CurrentActor, archived: bool = False, after: After = None, limit: Limit = 50
) -> Page[ContactOut]:
    queries.get_account(tx, account_id, actor)
    return queries.list_contacts(
        tx, actor, account_id=account_id, function=None, ids=(), archived=archived, after=after, limit=limit
    )


@api.get("/contacts", rule=READ, tags=["contacts"])
def list_contacts(
    tx: Read,
    actor: CurrentActor,
    account_id: Id | None = None,
    function: Function | None = None,
    ids: Ids = (),
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ContactOut]:
    return queries.list_contacts(
        tx, actor, account_id=account_id, function=function, ids=ids, archived=archived, after=after, limit=limit
    )


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


@api.post("/relationships", rule=WRITE, tags=["relationships"])
def create_relationship(command: CreateRelationship, tx: Write, actor: CurrentActor, now: Now) -> RelationshipOut:
    return usecases.create_relationship(tx, command, actor, now)


@api.get("/relationships", rule=READ, tags=["relationships"])
def list_relationships(
    tx: Read,
    actor: CurrentActor,
    sponsor_id: Id | None = None,
    provider_id: Id | None = None,
    owner_id: Id | None = None,
    ids: Ids = (),
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[RelationshipOut]:
    return queries.list_relationships(
        tx, actor, sponsor_id=sponsor_id, provider_id=provider_id, owner_id=owner_id,
        ids=ids, archived=archived, after=after, limit=limit,
    )  # fmt: skip


@api.get("/relationships/{relationship_id}", rule=READ, tags=["relationships"])
def get_relationship(relationship_id: Id, tx: Read, actor: CurrentActor) -> RelationshipOut:
    return queries.get_relationship(tx, relationship_id, actor)


@api.patch("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def change_relationship(
    relationship_id: Id, command: ChangeRelationship, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> RelationshipOut:
    return usecases.change_relationship(tx, relationship_id, command, version, actor, now)


@api.delete("/relationships/{relationship_id}", rule=WRITE, tags=["relationships"])
def archive_relationship(relationship_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_relationship(tx, relationship_id, version, actor, now)


@api.post("/relationships/{relationship_id}/restoration", rule=WRITE, status_code=200, tags=["relationships"])
def restore_relationship(relationship_id: Id, tx: Write, actor: CurrentActor, now: Now) -> RelationshipOut:
    return usecases.restore_relationship(tx, relationship_id, actor, now)


@api.get("/relationships/{relationship_id}/team", rule=READ, tags=["relationships"])
def get_team(relationship_id: Id, tx: Read, actor: CurrentActor) -> TeamOut:
    return queries.get_team(tx, relationship_id, actor)


@api.put("/relationships/{relationship_id}/team", rule=WRITE, tags=["relationships"])
def set_team(
    relationship_id: Id, command: SetTeam, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> TeamOut:
    return usecases.set_team(tx, relationship_id, command, version, actor, now)
