"""Writes of accounts: one function per intention; each announces its change beside it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.accounts.access import Account, account_is_readable, accounts
from services.accounts.accounts import queries
from services.accounts.accounts.queries import AccountNotFound, external_ids, find_account
from services.accounts.accounts.schemas import AccountOut, ChangeAccount, CreateAccount
from services.accounts.accounts.tables import AccountExternalId
from services.accounts.events import AccountRecorded
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, StaleVersion
from shared.ids import new_id


class ExternalIdExists(Conflict):
    slug, title = "external-id-exists", "Another account has this external id"


def create_account(tx: Tx, command: CreateAccount, actor: Actor, now: datetime) -> AccountOut:
    _check_external_ids(tx, command.external_ids, None, actor)
    _check_parent(tx, command.parent_id, None, actor)
    account = Account(
        account_id=new_id(),
        version=1,
        created_at=now,
        archived_at=None,
        **command.model_dump(exclude={"external_ids"}),
    )
    tx.add(account)
    tx.flush()
    _name_externally(tx, account.account_id, command.external_ids)
    outbox.add(tx, account_recorded(account), now)
    return _account_out(account, command.external_ids)


def change_account(
    tx: Tx, account_id: str, command: ChangeAccount, version: int, actor: Actor, now: datetime
) -> AccountOut:
    account = _account(tx, account_id, version, actor)
    present = command.model_dump(exclude_unset=True)
    named = present.pop("external_ids", None)
    if named is not None:
        _check_external_ids(tx, named, account_id, actor)
        own = external_ids
        tx.run(sa.delete(own).where(own.c.account_id == account_id))
        _name_externally(tx, account_id, named)
    if "parent_id" in present:
        _check_parent(tx, present["parent_id"], account_id, actor)
    change_row(tx, account, present)
    outbox.add(tx, account_recorded(account), now)
    return queries.get_account(tx, account_id, actor)


def archive_account(tx: Tx, account_id: str, version: int, actor: Actor, now: datetime) -> None:
    account = _account(tx, account_id, version, actor)
    change_row(tx, account, {"archived_at": now})
    outbox.add(tx, account_recorded(account), now)


def restore_account(tx: Tx, account_id: str, actor: Actor, now: datetime) -> AccountOut:
    account = _account(tx, account_id, None, actor)
    change_row(tx, account, {"archived_at": None})
    outbox.add(tx, account_recorded(account), now)
    return queries.get_account(tx, account_id, actor)


def _account(tx: Tx, account_id: str, version: int | None, actor: Actor) -> Account:
    chosen = sa.select(Account).where(accounts.c.account_id == account_id, account_is_readable(actor))
    account = tx.scalars(chosen.with_for_update()).one_or_none()
    if account is None:
        raise AccountNotFound()
    check_version(account.version, version)
    return account


def _account_out(account: Account, external_ids: dict[str, str]) -> AccountOut:
    return AccountOut(id=account.account_id, external_ids=external_ids, **account.model_dump())


def _check_parent(tx: Tx, parent_id: str | None, account_id: str | None, actor: Actor) -> None:
    """A parent is known, and nobody is their own ancestor."""
    if parent_id is not None and find_account(tx, parent_id, actor) is None:
        raise InvalidField("/parent_id", "no such account")
    if account_id is None:
        return  # nothing is below a new account
    above, table = parent_id, accounts
    while above is not None:
        if above == account_id:
            raise InvalidField("/parent_id", "an account cannot be its own parent or ancestor")
        # Locked, since two changes at once that cannot see each other could close a circle.
        statement = sa.select(table.c.parent_id).where(table.c.account_id == above)
        above = tx.run(statement.with_for_update()).scalar_one()


def _check_external_ids(tx: Tx, named: dict[str, str], account_id: str | None, actor: Actor) -> None:
    for system, external_id in named.items():
        other = tx.get(AccountExternalId, (system, external_id))
        if other is not None and other.account_id != account_id:
            more = {"id": other.account_id} if find_account(tx, other.account_id, actor) else {}
            raise ExternalIdExists(f"{system} {external_id} names another account", more=more)


def _name_externally(tx: Tx, account_id: str, named: dict[str, str]) -> None:
    for system, external_id in named.items():
        tx.add_row(external_ids, system=system, external_id=external_id, account_id=account_id)


def check_version(version: int, seen: int | None) -> None:
    if seen is not None and seen != version:
        raise StaleVersion(f"it is at version {version} now")


def change_row(tx: Tx, row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    tx.flush()


def account_recorded(account: Account) -> AccountRecorded:
    return AccountRecorded(
        id=account.account_id,
        version=account.version,
        name=account.name,
        kind=account.kind,
        size=account.size,
        region=account.region,
        parent_id=account.parent_id,
        tags=account.tags,
        capabilities=account.capabilities,
        archived=account.archived_at is not None,
    )
