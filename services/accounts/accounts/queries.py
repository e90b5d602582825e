"""Reads of accounts, each through the row filter."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from services.accounts.access import AccountRow, account_is_readable, account_names, accounts
from services.accounts.accounts.schemas import AccountFilter, AccountOut
from services.accounts.accounts.tables import AccountExternalId
from shared.auth import Actor, Side, any_actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

external_ids = AccountExternalId.__table__


_NAMES_OF = sa.select(external_ids).where(external_ids.c.account_id.in_(sa.bindparam("of_accounts", expanding=True)))


class AccountNotFound(NotFound):
    slug, title = "account-not-found", "No such account"


def get_account(tx: Tx, account_id: str, actor: Actor) -> AccountOut:
    row = find_account(tx, account_id, actor)
    if row is None:
        raise AccountNotFound()
    return _accounts_out(tx, [row])[0]


def find_account(tx: Tx, account_id: str, actor: Actor) -> sa.RowMapping | None:
    named = {"of_actor": actor.actor_id, "of_account": account_id}
    return tx.run(_built_account(actor.is_admin, actor.side), [named]).mappings().first()


@cache
def _built_account(is_admin: bool, side: Side) -> sa.Select[tuple[object, ...]]:
    """Built once for all actors of the same rights: building it took longer than running it."""
    is_readable = account_is_readable(any_actor(is_admin, side))
    return sa.select(accounts).where(accounts.c.account_id == sa.bindparam("of_account"), is_readable)


def list_accounts(tx: Tx, actor: Actor, wanted: AccountFilter) -> Page[AccountOut]:
    statement = sa.select(accounts).where(account_is_readable(actor))
    if wanted.q is not None:
        statement = statement.where(account_names.contains(wanted.q))
    if wanted.kind is not None:
        statement = statement.where(accounts.c.kind == wanted.kind)
    if wanted.tag is not None:
        statement = statement.where(has_tag(tx, wanted.tag))
    if wanted.parent_id is not None:
        statement = statement.where(accounts.c.parent_id == wanted.parent_id)
    if wanted.ids:
        statement = statement.where(accounts.c.account_id.in_(wanted.ids))
    if wanted.external_system is not None or wanted.external_id is not None:
        named = sa.select(external_ids.c.account_id)
        if wanted.external_system is not None:
            named = named.where(external_ids.c.system == wanted.external_system)
        if wanted.external_id is not None:
            named = named.where(external_ids.c.external_id == wanted.external_id)
        statement = statement.where(accounts.c.account_id.in_(named))
    if not wanted.archived and not wanted.ids:
        statement = statement.where(accounts.c.archived_at.is_(None))
    keys = [(accounts.c.sort_key, False), (accounts.c.account_id, False)]
    rows, following = cut(
        tx.run(keyset(statement, keys, wanted.after, wanted.limit)).mappings().all(),
        ["sort_key", "account_id"],
        wanted.limit,
    )
    return Page(items=_accounts_out(tx, rows), next=following)


def has_tag(tx: Tx, tag: str) -> sa.ColumnElement[bool]:
    if tx.connection().dialect.name == "postgresql":
        return sa.cast(accounts.c.tags, sa.dialects.postgresql.JSONB).contains([tag])
    each = sa.func.json_each(accounts.c.tags).table_valued("value")
    return sa.exists(sa.select(sa.literal(1)).select_from(each).where(each.c.value == tag))


def _accounts_out(tx: Tx, rows: Sequence[AccountRow | sa.RowMapping]) -> list[AccountOut]:
    wanted = [row["account_id"] for row in rows]
    named: dict[str, dict[str, str]] = {account_id: {} for account_id in wanted}
    if wanted:
        for found in tx.run(_NAMES_OF, [{"of_accounts": wanted}]).mappings():
            named[found["account_id"]][found["system"]] = found["external_id"]
    return [AccountOut(id=row["account_id"], external_ids=named[row["account_id"]], **row) for row in rows]
