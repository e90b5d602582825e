"""Writes of accounts: one function per intention; each announces its change beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.accounts import queries
from services.accounts.events import AccountRecorded, ContactErased, ContactRecorded, RelationshipRecorded
from services.accounts.queries import AccountNotFound, ContactNotFound, RelationshipNotFound
from services.accounts.schemas import (
    AccountOut,
    ChangeAccount,
    ChangeContact,
    ChangeRelationship,
    ContactOut,
    CreateAccount,
    CreateContact,
    CreateRelationship,
    Peer,
    RelationshipOut,
    SetTeam,
    TeamOut,
)
from services.accounts.tables import Account, AccountExternalId, Contact, Relationship
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, InvalidFields, Located, StaleVersion
from shared.events import Event
from shared.ids import new_id

ERASED = "erased"


class ExternalIdExists(Conflict):
    slug, title = "external-id-exists", "Another account has this external id"


class RelationshipExists(Conflict):
    slug, title = "relationship-exists", "These two already have a relationship"


class AlreadyErased(Conflict):
    slug, title = "contact-erased", "This contact was erased"


# Accounts


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
    outbox.add(tx, AccountRecorded.of(account), now)
    return _account_out(account, command.external_ids)


def change_account(
    tx: Tx, account_id: str, command: ChangeAccount, version: int, actor: Actor, now: datetime
) -> AccountOut:
    account = _account(tx, account_id, version, actor)
    present = command.model_dump(exclude_unset=True)
    named = present.pop("external_ids", None)
    if named is not None:
        _check_external_ids(tx, named, account_id, actor)
        own = queries.external_ids
        tx.run(sa.delete(own).where(own.c.account_id == account_id))
        _name_externally(tx, account_id, named)
    if "parent_id" in present:
        _check_parent(tx, present["parent_id"], account_id, actor)
    _change(tx, account, present)
    outbox.add(tx, AccountRecorded.of(account), now)
    return queries.get_account(tx, account_id, actor)


def archive_account(tx: Tx, account_id: str, version: int, actor: Actor, now: datetime) -> None:
    account = _account(tx, account_id, version, actor)
    _change(tx, account, {"archived_at": now})
    outbox.add(tx, AccountRecorded.of(account), now)


def restore_account(tx: Tx, account_id: str, actor: Actor, now: datetime) -> AccountOut:
    account = _account(tx, account_id, None, actor)
    _change(tx, account, {"archived_at": None})
    outbox.add(tx, AccountRecorded.of(account), now)
    return queries.get_account(tx, account_id, actor)


def _account(tx: Tx, account_id: str, version: int | None, actor: Actor) -> Account:
    chosen = sa.select(Account).where(queries.accounts.c.account_id == account_id, queries.account_is_readable(actor))
    account = tx.scalars(chosen.with_for_update()).one_or_none()
    if account is None:
        raise AccountNotFound()
    _check_version(account.version, version)
    return account


def _account_out(account: Account, external_ids: dict[str, str]) -> AccountOut:
    return AccountOut(id=account.account_id, external_ids=external_ids, **account.model_dump())


def _check_parent(tx: Tx, parent_id: str | None, account_id: str | None, actor: Actor) -> None:
    """A parent is known, and nobody is their own ancestor."""
    if parent_id is not None and queries.find_account(tx, parent_id, actor) is None:
        raise InvalidField("/parent_id", "no such account")
    if account_id is None:
        return  # nothing is below a new account
    above, table = parent_id, queries.accounts
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
            more = {"id": other.account_id} if queries.find_account(tx, other.account_id, actor) else {}
            raise ExternalIdExists(f"{system} {external_id} names another account", more=more)


def _name_externally(tx: Tx, account_id: str, named: dict[str, str]) -> None:
    for system, external_id in named.items():
        tx.add_row(queries.external_ids, system=system, external_id=external_id, account_id=account_id)


# Contacts


def create_contact(tx: Tx, account_id: str, command: CreateContact, actor: Actor, now: datetime) -> ContactOut:
    if queries.find_account(tx, account_id, actor) is None:
        raise AccountNotFound()
    contact = Contact(
        contact_id=new_id(),
        version=1,
        account_id=account_id,
        created_at=now,
        archived_at=None,
        erased_at=None,
        **command.model_dump(),
    )
    tx.add(contact)
    outbox.add(tx, ContactRecorded.of(contact), now)
    return _contact_out(contact)


def change_contact(
    tx: Tx, contact_id: str, command: ChangeContact, version: int, actor: Actor, now: datetime
) -> ContactOut:
    contact = _living_contact(tx, contact_id, version, actor)
    _change(tx, contact, command.model_dump(exclude_unset=True))
    outbox.add(tx, ContactRecorded.of(contact), now)
    return _contact_out(contact)


def archive_contact(tx: Tx, contact_id: str, version: int, actor: Actor, now: datetime) -> None:
    contact = _living_contact(tx, contact_id, version, actor)
    _change(tx, contact, {"archived_at": now})
    outbox.add(tx, ContactRecorded.of(contact), now)


def restore_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    contact = _living_contact(tx, contact_id, None, actor)
    _change(tx, contact, {"archived_at": None})
    outbox.add(tx, ContactRecorded.of(contact), now)
    return _contact_out(contact)


def erase_contact(tx: Tx, contact_id: str, actor: Actor, now: datetime) -> ContactOut:
    """Overwrite what is personal, here and in the answers kept for idempotency keys; the id stays for the record."""
    contact = _contact(tx, contact_id, None, actor)
    if contact.erased_at is not None:
        return _contact_out(contact)
    personal: dict[str, Any] = {"name": ERASED, "email": None, "phone": None}
    _change(tx, contact, personal | {"erased_at": now, "archived_at": contact.archived_at or now})
    kept = tx.table("idempotency_key")
    tx.run(sa.delete(kept).where(kept.c.body.contains(contact_id)))
    outbox.add(tx, ContactErased(id=contact_id, version=contact.version, account_id=contact.account_id), now)
    return _contact_out(contact)


def _living_contact(tx: Tx, contact_id: str, version: int | None, actor: Actor) -> Contact:
    contact = _contact(tx, contact_id, version, actor)
    if contact.erased_at is not None:
        raise AlreadyErased()
    return contact


def _contact(tx: Tx, contact_id: str, version: int | None, actor: Actor) -> Contact:
    joined = sa.select(Contact).join(Account, queries.accounts.c.account_id == queries.contacts.c.account_id)
    chosen = joined.where(queries.contacts.c.contact_id == contact_id, queries.account_is_readable(actor))
    contact = tx.scalars(chosen.with_for_update(of=Contact)).one_or_none()
    if contact is None:
        raise ContactNotFound()
    _check_version(contact.version, version)
    return contact


def _contact_out(contact: Contact) -> ContactOut:
    return ContactOut(id=contact.contact_id, **contact.model_dump())


# Relationships


def create_relationship(tx: Tx, command: CreateRelationship, actor: Actor, now: datetime) -> RelationshipOut:
    for name, kind in (("sponsor_id", "sponsor"), ("provider_id", "provider")):
        _check_end(tx, name, kind, getattr(command, name), actor)
    _check_peers(tx, command.peers, actor)
    _check_unique(tx, command.sponsor_id, command.provider_id, actor)
    relationship = Relationship(
        relationship_id=new_id(),
        version=1,
        owner_id=command.owner_id or actor.actor_id,
        is_restricted=command.visibility == "restricted",
        created_at=now,
        archived_at=None,
        **command.model_dump(mode="json", include={"governance", "peers"}),
        **command.model_dump(include={"sponsor_id", "provider_id", "started_on"}),
    )
    tx.add(relationship)
    tx.flush()
    # Whoever makes a restricted relationship must not lose sight of it, also when somebody else owns it.
    team = {relationship.owner_id} | ({actor.actor_id} if relationship.is_restricted else set())
    _set_team(tx, relationship, team, now)
    return queries.get_relationship(tx, relationship.relationship_id, actor)


def change_relationship(
    tx: Tx, relationship_id: str, command: ChangeRelationship, version: int, actor: Actor, now: datetime
) -> RelationshipOut:
    relationship = _relationship(tx, relationship_id, version, actor)
    _check_peers(tx, command.peers, actor)
    present = command.model_dump(exclude_unset=True) | command.model_dump(
        mode="json", exclude_unset=True, include={"governance", "peers"}
    )
    if "visibility" in present:
        present["is_restricted"] = present.pop("visibility") == "restricted"
    team = set(queries.teams_of(tx, [relationship_id])[relationship_id])
    if present.get("is_restricted") and not relationship.is_restricted:
        team.add(actor.actor_id)
    _change(tx, relationship, present)
    _set_team(tx, relationship, team, now)
    return queries.get_relationship(tx, relationship_id, actor)


def set_team(tx: Tx, relationship_id: str, command: SetTeam, version: int, actor: Actor, now: datetime) -> TeamOut:
    relationship = _relationship(tx, relationship_id, version, actor)
    _change(tx, relationship, {})
    team = _set_team(tx, relationship, set(command.members), now)
    return TeamOut(version=relationship.version, members=team)


def archive_relationship(tx: Tx, relationship_id: str, version: int, actor: Actor, now: datetime) -> None:
    relationship = _relationship(tx, relationship_id, version, actor)
    _change(tx, relationship, {"archived_at": now})
    _announce(tx, relationship, queries.teams_of(tx, [relationship_id])[relationship_id], now)


def restore_relationship(tx: Tx, relationship_id: str, actor: Actor, now: datetime) -> RelationshipOut:
    relationship = _relationship(tx, relationship_id, None, actor)
    _change(tx, relationship, {"archived_at": None})
    _announce(tx, relationship, queries.teams_of(tx, [relationship_id])[relationship_id], now)
    return queries.get_relationship(tx, relationship_id, actor)


def _relationship(tx: Tx, relationship_id: str, version: int | None, actor: Actor) -> Relationship:
    table = queries.relationships
    chosen = sa.select(Relationship).where(
        table.c.relationship_id == relationship_id, queries.relationship_is_readable(actor)
    )
    relationship = tx.scalars(chosen.with_for_update()).one_or_none()
    if relationship is None:
        raise RelationshipNotFound(relationship_id)
    _check_version(relationship.version, version)
    return relationship


def _check_end(tx: Tx, name: str, kind: str, account_id: str, actor: Actor) -> None:
    account = queries.find_account(tx, account_id, actor)
    if account is None:
        raise InvalidField(f"/{name}", "no such account")
    if account["kind"] != kind:
        raise InvalidField(f"/{name}", f"{account['name']} is of kind {account['kind']}, not {kind}")


def _check_peers(tx: Tx, peers: list[Peer], actor: Actor) -> None:
    """Peers are contacts that the actor may read; who has left or was erased may stay."""
    named = {
        f"/peers/{i}/{side}_contact_id": contact_id
        for i, peer in enumerate(peers)
        for side, contact_id in (("sponsor", peer.sponsor_contact_id), ("provider", peer.provider_contact_id))
        if contact_id is not None
    }
    known = queries.find_contacts(tx, set(named.values()), actor) if named else set()
    unknown = [pointer for pointer, contact_id in named.items() if contact_id not in known]
    if unknown:
        raise InvalidFields([Located(pointer=pointer, detail="no such contact") for pointer in unknown])


def _check_unique(tx: Tx, sponsor_id: str, provider_id: str, actor: Actor) -> None:
    table = queries.relationships
    of_two = (table.c.sponsor_id == sponsor_id, table.c.provider_id == provider_id)
    statement = sa.select(table.c.relationship_id, queries.relationship_is_readable(actor).label("is_readable"))
    row = tx.run(statement.where(*of_two)).first()
    if row is not None:
        raise RelationshipExists(more={"id": row.relationship_id} if row.is_readable else {})


def _set_team(tx: Tx, relationship: Relationship, team: set[str], now: datetime) -> list[str]:
    whole = sorted(team | {relationship.owner_id})
    members = queries.members
    tx.run(sa.delete(members).where(members.c.relationship_id == relationship.relationship_id))
    rows = [{"relationship_id": relationship.relationship_id, "actor_id": actor_id} for actor_id in whole]
    tx.run(sa.insert(members), rows)
    _announce(tx, relationship, whole, now)
    return whole


# All


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    """Everything as it stands, to be told anew."""
    for account in tx.every(queries.accounts):
        yield AccountRecorded.of(Account(**account))
    for relationship in tx.every(queries.relationships):
        relationship_id = relationship["relationship_id"]
        team = queries.teams_of(tx, [relationship_id])[relationship_id]
        yield RelationshipRecorded.of(Relationship(**relationship), team)
    for contact in tx.every(queries.contacts):
        if contact["erased_at"] is None:
            yield ContactRecorded.of(Contact(**contact))
        else:
            yield ContactErased(id=contact["contact_id"], version=contact["version"], account_id=contact["account_id"])


def _announce(tx: Tx, relationship: Relationship, team: list[str], now: datetime) -> None:
    outbox.add(tx, RelationshipRecorded.of(relationship, team), now)


def _check_version(version: int, seen: int | None) -> None:
    if seen is not None and seen != version:
        raise StaleVersion(f"it is at version {version} now")


def _change(tx: Tx, row: Account | Contact | Relationship, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    tx.flush()
