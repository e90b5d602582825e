"""Reads of accounts: one function per screen need, each through the same row filter."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from services.accounts.schemas import AccountOut, ContactOut, RelationshipOut, TeamOut
from services.accounts.tables import Account, AccountExternalId, Contact, Relationship, RelationshipMember
from shared.auth import Actor, Side, readable
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

accounts = Account.__table__
external_ids = AccountExternalId.__table__
contacts = Contact.__table__
relationships = Relationship.__table__
members = RelationshipMember.__table__

_NAMES_OF = sa.select(external_ids).where(external_ids.c.account_id.in_(sa.bindparam("of_accounts", expanding=True)))
_TEAMS_OF = (
    sa.select(members)
    .where(members.c.relationship_id.in_(sa.bindparam("of_relationships", expanding=True)))
    .order_by(members.c.actor_id)
)


class AccountNotFound(NotFound):
    slug, title = "account-not-found", "No such account"


class ContactNotFound(NotFound):
    slug, title = "contact-not-found", "No such contact"


class RelationshipNotFound(NotFound):
    slug, title = "relationship-not-found", "No such relationship"

    def __init__(self, relationship_id: str) -> None:
        super().__init__(more={"relationship_id": relationship_id})


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)


def account_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Hidden with the last of its relationships that the actor may read; a provider sees only counterparts."""
    if actor.is_admin:
        return sa.true()
    ends = (relationships.c.sponsor_id, relationships.c.provider_id)
    any_of = [sa.exists().where(end == accounts.c.account_id).correlate(accounts) for end in ends]
    seen = [
        sa.exists().where(end == accounts.c.account_id, relationship_is_readable(actor)).correlate(accounts)
        for end in ends
    ]
    return sa.or_(*seen) if actor.side == "provider" else sa.or_(*seen, sa.not_(sa.or_(*any_of)))


def get_account(tx: Tx, account_id: str, actor: Actor) -> AccountOut:
    row = find_account(tx, account_id, actor)
    if row is None:
        raise AccountNotFound()
    return _accounts_out(tx, [row])[0]


def find_account(tx: Tx, account_id: str, actor: Actor) -> sa.RowMapping | None:
    named = {"of_actor": actor.actor_id, "of_account": account_id}
    return tx.run(_kept_account(actor.is_admin, actor.side), [named]).mappings().first()


@cache
def _kept_account(is_admin: bool, side: Side) -> sa.Select[Any]:
    """Built once for all actors of the same rights: building it took longer than running it."""
    is_readable = account_is_readable(_somebody(is_admin, side))
    return sa.select(accounts).where(accounts.c.account_id == sa.bindparam("of_account"), is_readable)


def _somebody(is_admin: bool, side: Side) -> Actor:
    """Stands in kept statements for any actor of these rights; the parameter `of_actor` says which."""
    return Actor(cast(str, sa.bindparam("of_actor")), "", "admin" if is_admin else "viewer", side, "person")


def list_accounts(
    tx: Tx,
    actor: Actor,
    *,
    q: str | None,
    kind: str | None,
    tag: str | None,
    parent_id: str | None,
    ids: Sequence[str],
    external_system: str | None,
    external_id: str | None,
    archived: bool,
    after: str | None,
    limit: int,
) -> Page[AccountOut]:
    statement = sa.select(accounts).where(account_is_readable(actor))
    if q is not None:
        statement = statement.where(accounts.c.name.icontains(q, autoescape=True))
    if kind is not None:
        statement = statement.where(accounts.c.kind == kind)
    if tag is not None:
        statement = statement.where(has_tag(tx, tag))
    if parent_id is not None:
        statement = statement.where(accounts.c.parent_id == parent_id)
    if ids:
        statement = statement.where(accounts.c.account_id.in_(ids))
    if external_system is not None or external_id is not None:
        named = sa.select(external_ids.c.account_id)
        if external_system is not None:
            named = named.where(external_ids.c.system == external_system)
        if external_id is not None:
            named = named.where(external_ids.c.external_id == external_id)
        statement = statement.where(accounts.c.account_id.in_(named))
    if not archived and not ids:
        statement = statement.where(accounts.c.archived_at.is_(None))
    keys = [(accounts.c.name, False), (accounts.c.account_id, False)]
    rows, following = cut(tx.run(keyset(statement, keys, after, limit)).mappings().all(), ["name", "account_id"], limit)
    return Page(items=_accounts_out(tx, rows), next=following)


def has_tag(tx: Tx, tag: str) -> sa.ColumnElement[bool]:
    if tx.connection().dialect.name == "postgresql":
        return sa.cast(accounts.c.tags, sa.dialects.postgresql.JSONB).contains([tag])
    each = sa.func.json_each(accounts.c.tags).table_valued("value")
    return sa.exists(sa.select(sa.literal(1)).select_from(each).where(each.c.value == tag))


def _accounts_out(tx: Tx, rows: Sequence[Any]) -> list[AccountOut]:
    wanted = [row["account_id"] for row in rows]
    named: dict[str, dict[str, str]] = {account_id: {} for account_id in wanted}
    if wanted:
        for found in tx.run(_NAMES_OF, [{"of_accounts": wanted}]).mappings():
            named[found["account_id"]][found["system"]] = found["external_id"]
    return [AccountOut(id=row["account_id"], external_ids=named[row["account_id"]], **row) for row in rows]


def get_contact(tx: Tx, contact_id: str, actor: Actor) -> ContactOut:
    statement = _readable_contacts(actor).where(contacts.c.contact_id == contact_id)
    row = tx.run(statement).mappings().first()
    if row is None:
        raise ContactNotFound()
    return ContactOut(id=row["contact_id"], **row)


def list_contacts(
    tx: Tx,
    actor: Actor,
    *,
    account_id: str | None,
    function: str | None,
    ids: Sequence[str],
    archived: bool,
    after: str | None,
    limit: int,
) -> Page[ContactOut]:
    statement = _readable_contacts(actor)
    if account_id is not None:
        statement = statement.where(contacts.c.account_id == account_id)
    if function is not None:
        statement = statement.where(contacts.c.function == function)
    if ids:
        statement = statement.where(contacts.c.contact_id.in_(ids))
    elif not archived:
        statement = statement.where(contacts.c.archived_at.is_(None))
    keys = [(contacts.c.contact_id, False)]
    rows, following = cut(tx.run(keyset(statement, keys, after, limit)).mappings().all(), ["contact_id"], limit)
    return Page(items=[ContactOut(id=row["contact_id"], **row) for row in rows], next=following)


def find_contacts(tx: Tx, contact_ids: Collection[str], actor: Actor) -> set[str]:
    """Those of these contacts that the actor may read, also archived and erased ones."""
    found = _readable_contacts(actor).where(contacts.c.contact_id.in_(contact_ids))
    return {row["contact_id"] for row in tx.run(found).mappings()}


def _readable_contacts(actor: Actor) -> sa.Select[Any]:
    joined = contacts.join(accounts, accounts.c.account_id == contacts.c.account_id)
    return sa.select(contacts).select_from(joined).where(account_is_readable(actor))


def get_relationship(tx: Tx, relationship_id: str, actor: Actor) -> RelationshipOut:
    named = {"of_actor": actor.actor_id, "of_relationship": relationship_id}
    row = tx.run(_kept_relationship(actor.is_admin, actor.side), [named]).mappings().first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return _relationships_out(tx, [row])[0]


@cache
def _kept_relationship(is_admin: bool, side: Side) -> sa.Select[Any]:
    of_anybody = _named_relationships(_somebody(is_admin, side))
    return of_anybody.where(relationships.c.relationship_id == sa.bindparam("of_relationship"))


def list_relationships(
    tx: Tx,
    actor: Actor,
    *,
    sponsor_id: str | None,
    provider_id: str | None,
    owner_id: str | None,
    ids: Sequence[str],
    archived: bool,
    after: str | None,
    limit: int,
) -> Page[RelationshipOut]:
    statement = _named_relationships(actor)
    for column, value in (("sponsor_id", sponsor_id), ("provider_id", provider_id), ("owner_id", owner_id)):
        if value is not None:
            statement = statement.where(relationships.c[column] == value)
    if ids:
        statement = statement.where(relationships.c.relationship_id.in_(ids))
    elif not archived:
        statement = statement.where(relationships.c.archived_at.is_(None))
    keys = [(relationships.c.relationship_id, False)]
    found = tx.run(keyset(statement, keys, after, limit)).mappings().all()
    rows, following = cut(found, ["relationship_id"], limit)
    return Page(items=_relationships_out(tx, rows), next=following)


def get_team(tx: Tx, relationship_id: str, actor: Actor) -> TeamOut:
    relationship = get_relationship(tx, relationship_id, actor)
    return TeamOut(version=relationship.version, members=relationship.team)


def _named_relationships(actor: Actor) -> sa.Select[Any]:
    sponsors, providers = accounts.alias("sponsor"), accounts.alias("provider")
    joined = relationships.join(sponsors, sponsors.c.account_id == relationships.c.sponsor_id).join(
        providers, providers.c.account_id == relationships.c.provider_id
    )
    names = sponsors.c.name.label("sponsor_name"), providers.c.name.label("provider_name")
    return sa.select(relationships, *names).select_from(joined).where(relationship_is_readable(actor))


def _relationships_out(tx: Tx, rows: Sequence[Any]) -> list[RelationshipOut]:
    teams = teams_of(tx, [row["relationship_id"] for row in rows])
    return [
        RelationshipOut(
            id=row["relationship_id"],
            visibility="restricted" if row["is_restricted"] else "open",
            team=teams[row["relationship_id"]],
            **row,
        )
        for row in rows
    ]


def teams_of(tx: Tx, relationship_ids: Sequence[str]) -> dict[str, list[str]]:
    teams: dict[str, list[str]] = {relationship_id: [] for relationship_id in relationship_ids}
    if relationship_ids:
        for row in tx.run(_TEAMS_OF, [{"of_relationships": relationship_ids}]).mappings():
            teams[row["relationship_id"]].append(row["actor_id"])
    return teams
