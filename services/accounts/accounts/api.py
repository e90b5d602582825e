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
    return usecases.create_account(tx, command, actor, now)


@api.get("/accounts", rule=READ, tags=["accounts"])
def list_accounts(tx: Read, actor: CurrentActor, wanted: Annotated[AccountFilter, Query()]) -> Page[AccountOut]:
    return queries.list_accounts(tx, actor, wanted)


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
