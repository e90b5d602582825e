"""Reads of users, sessions and tokens: the actor of a secret, and lists for people."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.gateway.identity.schemas import ActorOut, PersonOut, SessionOut, TokenOut, UserOut
from services.gateway.identity.tables import Session, Token, User, UserRow
from shared.addresses import email_key
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.db.searchable import Searchable
from shared.errors import NotFound
from shared.http.pages import Page

users = User.__table__
user_names = Searchable(users, ("name",))
sessions = Session.__table__
tokens = Token.__table__

SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=7)


class UserNotFound(NotFound):
    slug, title = "user-not-found", "No such user"


class SessionNotFound(NotFound):
    slug, title = "session-not-found", "No such session"


class TokenNotFound(NotFound):
    slug, title = "token-not-found", "No such token"


def actor_of_token(tx: Tx, secret_hash: str, now: datetime) -> Actor | None:
    is_live = sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
    chosen = sa.select(tokens).where(tokens.c.secret_hash == secret_hash, tokens.c.revoked_at.is_(None), is_live)
    row = tx.run(chosen).mappings().first()
    return None if row is None else Actor(row["token_id"], row["name"], row["role"], row["side"], "client")


def actor_of(user: sa.RowMapping | UserRow) -> Actor:
    """The actor that a row with a user's columns stands for."""
    return Actor(user["user_id"], user["name"], user["role"], user["side"], "person")


def session_of(tx: Tx, secret_hash: str, now: datetime) -> sa.RowMapping | None:
    """The live session of a secret beside its user: `session_id`, `seen_at`, and the user's columns."""
    chosen = sa.select(sessions.c.session_id, sessions.c.seen_at, users).join(
        users, users.c.user_id == sessions.c.user_id
    )
    is_live = (session_is_live(now), users.c.disabled_at.is_(None))
    return tx.run(chosen.where(sessions.c.secret_hash == secret_hash, *is_live)).mappings().first()


def session_is_live(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(sessions.c.seen_at > now - SESSION_IDLE, sessions.c.created_at > now - SESSION_LIFE)


def has_admin(tx: Tx) -> bool:
    """Whether somebody can let others in; from the first one on there always is (`LastAdmin`)."""
    admins = (users.c.role == "admin", users.c.side == "sponsor", users.c.disabled_at.is_(None))
    return tx.run(sa.select(users.c.user_id).where(*admins).limit(1)).first() is not None


def get_user(tx: Tx, user_id: str) -> UserOut:
    row = tx.run(sa.select(users).where(users.c.user_id == user_id)).mappings().first()
    if row is None:
        raise UserNotFound()
    return UserOut(id=user_id, **row)


def has_email(email: str) -> sa.ColumnElement[bool]:
    """The user's address is this one by its key; by its text where the release before wrote it, without a key."""
    is_keyed = users.c.email_key_of == users.c.email
    by_key = sa.and_(is_keyed, users.c.email_key == email_key(email))
    return sa.or_(by_key, sa.and_(sa.not_(sa.func.coalesce(is_keyed, sa.false())), users.c.email == email.lower()))


def keys_of(email: str) -> dict[str, object]:
    """The columns by which an address is compared."""
    return {"email_key": email_key(email), "email_key_of": email}


def list_users(tx: Tx, *, disabled: bool, after: str | None, limit: int) -> Page[UserOut]:
    chosen = sa.select(users) if disabled else sa.select(users).where(users.c.disabled_at.is_(None))
    found = tx.run(keyset(chosen, [(users.c.user_id, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["user_id"], limit)
    return Page(items=[UserOut(id=row["user_id"], **row) for row in rows], next=following)


def list_actors(tx: Tx, ids: Collection[str], more: Mapping[str, str]) -> Page[ActorOut]:
    """The names of those among these ids that are known, also of who has left; ``more`` are names that no table has."""
    people = sa.select(users.c.user_id.label("id"), users.c.name).where(users.c.user_id.in_(ids))
    clients = sa.select(tokens.c.token_id.label("id"), tokens.c.name).where(tokens.c.token_id.in_(ids))
    found = {id: more[id] for id in ids if id in more}
    found |= {row.id: row.name for row in tx.run(sa.union_all(people, clients))}
    return Page(items=[ActorOut(id=id, name=name) for id, name in sorted(found.items())], next=None)


def list_people(tx: Tx, q: str | None, *, after: str | None, limit: int) -> Page[PersonOut]:
    """Who can sign in, by name; ``q`` is a part of it. Nothing that only admins read of users is in it."""
    chosen = sa.select(users.c.user_id, users.c.name, users.c.role, users.c.side, users.c.sort_key).where(
        users.c.disabled_at.is_(None)
    )
    if q is not None:
        chosen = chosen.where(user_names.contains(q))
    found = tx.run(keyset(chosen, [(users.c.sort_key, False), (users.c.user_id, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["sort_key", "user_id"], limit)
    return Page(items=[PersonOut(id=row["user_id"], **row) for row in rows], next=following)


def list_sessions(
    tx: Tx, actor: Actor, this: str | None, now: datetime, *, after: str | None, limit: int
) -> Page[SessionOut]:
    """The actor's own live sessions; ``this`` is the id of the one that the request came by."""
    chosen = sa.select(sessions).where(sessions.c.user_id == actor.actor_id, session_is_live(now))
    found = tx.run(keyset(chosen, [(sessions.c.session_id, True)], after, limit)).mappings().all()
    rows, following = cut(found, ["session_id"], limit)
    items = [SessionOut(id=row["session_id"], is_this=row["session_id"] == this, **row) for row in rows]
    return Page(items=items, next=following)


def list_tokens(tx: Tx, *, revoked: bool, after: str | None, limit: int) -> Page[TokenOut]:
    chosen = sa.select(tokens) if revoked else sa.select(tokens).where(tokens.c.revoked_at.is_(None))
    found = tx.run(keyset(chosen, [(tokens.c.token_id, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["token_id"], limit)
    return Page(items=[TokenOut(id=row["token_id"], **row) for row in rows], next=following)


def get_token(tx: Tx, token_id: str) -> TokenOut:
    row = tx.run(sa.select(tokens).where(tokens.c.token_id == token_id)).mappings().first()
    if row is None:
        raise TokenNotFound()
    return TokenOut(id=token_id, **row)
