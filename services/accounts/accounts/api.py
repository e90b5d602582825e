"""Routes of accounts: parse, call, return."""

from typing import Annotated

from fastapi import Query

from services.accounts.accounts import queries, usecases
from services.accounts.accounts.schemas import AccountFilter, AccountOut, ChangeAccount, CreateAccount
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/accounts", rule=WRITE, tags=["accounts"])
def create_account(command: CreateAccount, tx: Write, actor: CurrentActor, now: Now) -> AccountOut:
    """Adds a company. Every other service learns of it within moments, by an event. `external-id-exists` names the
    account that has one of the external ids already; `invalid-field` where `parent_id` is unknown."""
    return usecases.create_account(tx, command, actor, now)


@api.get("/accounts", rule=READ, tags=["accounts"])
def list_accounts(tx: Read, actor: CurrentActor, wanted: Annotated[AccountFilter, Query()]) -> Page[AccountOut]:
    """Lists the accounts that the reader may read, by name. Archived ones only with `archived`, or when they are asked
    for by `id`. Whoever may read none of an account's relationships does not find it; people of the provider side find
    only the two companies of relationships whose team they are on."""
    return queries.list_accounts(tx, actor, wanted)


@api.get("/accounts/{account_id}", rule=READ, tags=["accounts"])
def get_account(account_id: Id, tx: Read, actor: CurrentActor) -> AccountOut:
    """Answers one account, also an archived one. `account-not-found` where it is unknown or hidden."""
    return queries.get_account(tx, account_id, actor)


@api.patch("/accounts/{account_id}", rule=WRITE, tags=["accounts"])
def change_account(
    account_id: Id, command: ChangeAccount, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> AccountOut:
    """Changes the fields that are sent and leaves the others; null clears. `external_ids`, `tags`, `capabilities` and
    `custom_fields` are replaced as a whole. `external-id-exists` where another account has one of the ids,
    `invalid-field` where the account would come to be above itself, `stale-version` where somebody else changed it
    first."""
    return usecases.change_account(tx, account_id, command, version, actor, now)


@api.delete("/accounts/{account_id}", rule=WRITE, tags=["accounts"])
def archive_account(account_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes the account out of lists; its id, contacts and relationships stay, and it can be restored. `stale-version`
    where somebody else changed it first."""
    return usecases.archive_account(tx, account_id, version, actor, now)


@api.post("/accounts/{account_id}/restoration", rule=WRITE, status_code=200, tags=["accounts"])
def restore_account(account_id: Id, tx: Write, actor: CurrentActor, now: Now) -> AccountOut:
    """Brings an archived account back into lists."""
    return usecases.restore_account(tx, account_id, actor, now)
