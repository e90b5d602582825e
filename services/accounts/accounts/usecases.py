"""Writes of accounts: one function per intention; each announces its change beside it."""

from datetime import datetime

import sqlalchemy as sa

from services.accounts.access import AccountRow, account_is_readable, account_names, accounts
from services.accounts.accounts import queries
from services.accounts.accounts.queries import AccountNotFound, external_ids, find_account
from services.accounts.accounts.schemas import AccountOut, ChangeAccount, CreateAccount
from services.accounts.events import AccountRecorded
from shared.auth import Actor
from shared.db import records
from shared.db.database import Tx
from shared.db.records import Records
from shared.errors import Conflict, InvalidField
from shared.ids import new_id
from shared.sentences import shown, to_restore


class ExternalIdExists(Conflict):
    slug, title = "external-id-exists", "Another account has this external id"


ACCOUNTS: Records[AccountRow] = Records(
    accounts,
    readable=lambda actor: sa.select(accounts).where(account_is_readable(actor)),
    not_found=lambda _: AccountNotFound(),
    searchable=account_names,
)


def create_account(tx: Tx, command: CreateAccount, actor: Actor, now: datetime) -> AccountOut:
    _check_external_ids(tx, command.external_ids, None, actor)
    _check_parent(tx, command.parent_id, None, actor)
    account = AccountRow(
        account_id=new_id(),
        version=1,
        name=command.name,
        kind=command.kind,
        size=command.size,
        region=command.region,
        country=command.country,
        website=command.website,
        parent_id=command.parent_id,
        capabilities=command.capabilities,
        tags=command.tags,
        custom_fields=command.custom_fields,
        created_at=now,
        archived_at=None,
    )
    records.add(tx, ACCOUNTS, account, account_recorded(account), now)
    _add_external_ids(tx, account["account_id"], command.external_ids)
    return AccountOut.model_validate({**account, "id": account["account_id"], "external_ids": command.external_ids})


def change_account(
    tx: Tx, account_id: str, command: ChangeAccount, version: int, actor: Actor, now: datetime
) -> AccountOut:
    account = records.lock(tx, ACCOUNTS, account_id, actor, version=version)
    present = command.model_dump()
    named = present.pop("external_ids", None)
    if named is not None:
        _check_external_ids(tx, named, account_id, actor)
        tx.run(sa.delete(external_ids).where(external_ids.c.account_id == account_id))
        _add_external_ids(tx, account_id, named)
    if "parent_id" in present:
        _check_parent(tx, present["parent_id"], account_id, actor)
    records.change_and_announce(tx, ACCOUNTS, account, present, account_recorded, now)
    return queries.get_account(tx, account_id, actor)


def archive_account(tx: Tx, account_id: str, version: int, actor: Actor, now: datetime) -> None:
    account = records.lock(tx, ACCOUNTS, account_id, actor, version=version)
    records.change_and_announce(tx, ACCOUNTS, account, {"archived_at": now}, account_recorded, now)


def restore_account(tx: Tx, account_id: str, actor: Actor, now: datetime) -> AccountOut:
    account = records.lock(tx, ACCOUNTS, account_id, actor)
    records.change_and_announce(tx, ACCOUNTS, account, {"archived_at": None}, account_recorded, now)
    return queries.get_account(tx, account_id, actor)


def _check_parent(tx: Tx, parent_id: str | None, account_id: str | None, actor: Actor) -> None:
    """Refuse a parent that is unknown, and one that would make the account its own ancestor."""
    if parent_id is not None and find_account(tx, parent_id, actor) is None:
        raise InvalidField("/parent_id", "no such account")
    if account_id is None:
        return  # nothing is below a new account
    above = parent_id
    while above is not None:
        if above == account_id:
            raise InvalidField("/parent_id", "an account cannot be its own parent or ancestor")
        # Locked, since two changes at once that cannot see each other could close a cycle.
        statement = sa.select(accounts.c.parent_id).where(accounts.c.account_id == above)
        above = tx.run(statement.with_for_update()).scalar_one()


def _check_external_ids(tx: Tx, named: dict[str, str], account_id: str | None, actor: Actor) -> None:
    for system, external_id in named.items():
        same = (external_ids.c.system == system, external_ids.c.external_id == external_id)
        other_id = tx.run(sa.select(external_ids.c.account_id).where(*same)).scalar()
        if other_id is not None and other_id != account_id:
            raise _external_id_exists(f"{system} {external_id}", find_account(tx, other_id, actor))


def _external_id_exists(named: str, other: sa.RowMapping | None) -> ExternalIdExists:
    """Says which account has it, and that it is archived, where the actor may read it."""
    if other is None:
        return ExternalIdExists(f"{named} names another account")
    account_id, is_archived = other["account_id"], other["archived_at"] is not None
    more = {"id": account_id, "is_archived": is_archived}
    state = ""
    if is_archived:
        more["restore"] = to_restore("accounts", account_id)
        state = ", which is archived and can be restored"
    return ExternalIdExists(f"{named} names another account, {shown(other['name'])}{state}", more=more)


def _add_external_ids(tx: Tx, account_id: str, named: dict[str, str]) -> None:
    for system, external_id in named.items():
        tx.add_row(external_ids, system=system, external_id=external_id, account_id=account_id)


def account_recorded(account: AccountRow) -> AccountRecorded:
    return AccountRecorded(
        id=account["account_id"],
        version=account["version"],
        name=account["name"],
        kind=account["kind"],
        size=account["size"],
        region=account["region"],
        parent_id=account["parent_id"],
        tags=account["tags"],
        capabilities=account["capabilities"],
        archived=account["archived_at"] is not None,
    )
