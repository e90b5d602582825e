"""Writes of users, sessions and tokens: one function per intention. Secrets are shown once and stored hashed."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from services.gateway.identity import queries
from services.gateway.identity.hashing import hash_of, matches, needs_rehash, slow_hash_of
from services.gateway.identity.queries import SessionNotFound, TokenNotFound, UserNotFound
from services.gateway.identity.schemas import (
    ChangePassword,
    ChangeUser,
    CreateToken,
    CreateUser,
    NewTokenOut,
    SetUp,
    SignIn,
    UserOut,
)
from services.gateway.identity.tables import Setup, SignInAttempt, UserRow
from shared.auth import Actor
from shared.db.database import Database, Tx
from shared.db.records import Records, change, lock
from shared.errors import Conflict, Forbidden, InvalidField, NotSignedIn, TooManyRequests
from shared.ids import new_id
from shared.sentences import shown, to_restore

ATTEMPTS_MOST = 10
ATTEMPTS_SPAN = timedelta(minutes=1)
USE_RECORDED_EVERY = timedelta(minutes=1)

USERS = Records[UserRow](
    queries.users, lambda actor: sa.select(queries.users), lambda user_id: UserNotFound(), queries.user_names
)
"""Only admins reach their routes, and a person reaches their own."""
setups = Setup.__table__
attempts = SignInAttempt.__table__

_unknown_user_hash = slow_hash_of(secrets.token_urlsafe(16))


class CheckedPassword(NamedTuple):
    """A user whose password was right, and the hash that it was right for."""

    actor: Actor
    password_hash: str


class EmailExists(Conflict):
    slug, title = "email-exists", "Somebody else has this e-mail address"


class LastAdmin(Conflict):
    slug, title = "last-admin", "The last admin stays"


class AlreadySetUp(Conflict):
    slug, title = "already-set-up", "This installation is set up"


class WrongSecret(NotSignedIn):
    slug, title = "wrong-credentials", "That is not right"


class WrongPassword(Forbidden):
    slug, title = "wrong-password", "That is not your password"


class TooManyAttempts(TooManyRequests):
    title = "Too many attempts; wait a minute"
    headers = {"Retry-After": "60"}


# First run


def open_setup(tx: Tx, now: datetime) -> str | None:
    """A fresh one-time code for the first person, replacing an earlier one; None where there is an admin."""
    if queries.has_admin(tx):
        return None
    code = secrets.token_urlsafe(18)
    tx.run(sa.delete(setups))
    tx.run(sa.insert(setups).values(code_hash=hash_of(code), created_at=now))
    return code


def set_up(tx: Tx, command: SetUp, now: datetime) -> UserOut:
    # The code is deleted first: of two requests at once the second finds none.
    deleted = tx.run(sa.delete(setups).where(setups.c.code_hash == hash_of(command.code))).rowcount
    if queries.has_admin(tx):
        raise AlreadySetUp()
    if not deleted:
        raise WrongSecret()
    first = CreateUser(role="admin", side="sponsor", **command.model_dump(exclude={"code"}))
    return create_user(tx, first, None, now)


# Sessions


def count_attempt(tx: Tx, address: str, account: str, now: datetime) -> Sequence[str]:
    """Count a try at a password against its address and its account, and return what was counted.

    `TooManyAttempts` past ten in any minute of either.

    Runs in a transaction of its own, so that the count outlives the refusal that follows.
    """
    keys = [hash_of(f"address {address}"), hash_of(f"account {account}")]
    chosen = sa.select(attempts.c.place, sa.func.count().label("attempts")).where(
        attempts.c.place.in_(keys), attempts.c.at > now - ATTEMPTS_SPAN
    )
    known = {row.place: row.attempts for row in tx.run(chosen.group_by(attempts.c.place))}
    if any(known.get(key, 0) >= ATTEMPTS_MOST for key in keys):
        raise TooManyAttempts()
    counted = [new_id() for _ in keys]
    rows = zip(counted, keys, strict=True)
    tx.run(sa.insert(attempts), [{"attempt_id": one, "place": key, "at": now} for one, key in rows])
    return counted


def uncount_attempt(tx: Tx, counted: Sequence[str]) -> None:
    """Delete what was counted: the password was right, and who signs card after card is not guessing."""
    tx.run(sa.delete(attempts).where(attempts.c.attempt_id.in_(counted)))


def check_password(tx: Tx, command: SignIn) -> CheckedPassword:
    """The user whom e-mail and password name; `WrongSecret`, as slowly, for a wrong one, an unknown or a disabled one.

    Only reads, so that the tens of milliseconds of a hash never hold up a writer.
    """
    users = queries.users
    is_other_text = sa.case((users.c.email == command.email, 0), else_=1)
    chosen = sa.select(users).where(queries.has_email(command.email)).order_by(is_other_text, users.c.user_id)
    row = tx.run(chosen).mappings().first()
    is_right = matches(command.password, _unknown_user_hash if row is None else row["password_hash"])
    if row is None or not is_right or row["disabled_at"] is not None:
        raise WrongSecret()
    return CheckedPassword(queries.actor_of(row), row["password_hash"])


def confirm_sign_in(tx: Tx, checked: CheckedPassword, command: SignIn) -> Actor:
    """The actor of a checked password; `WrongSecret` where it or the person changed meanwhile."""
    user = lock(tx, USERS, checked.actor.actor_id, checked.actor)
    if user["password_hash"] != checked.password_hash or user["disabled_at"] is not None:
        raise WrongSecret()
    if needs_rehash(user["password_hash"]):
        change(tx, USERS, user, {"password_hash": slow_hash_of(command.password)})
    return queries.actor_of(user)


def check_own_password(tx: Tx, password: str, actor: Actor) -> None:
    """Raise `WrongPassword` unless it is this person's; only reads, as `check_password`."""
    users = queries.users
    own = sa.select(users.c.password_hash).where(users.c.user_id == actor.actor_id, users.c.disabled_at.is_(None))
    row = tx.run(own).first()
    if row is None or not matches(password, row.password_hash):
        raise WrongPassword()


def begin_session(tx: Tx, user_id: str, address: str, agent: str, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    values = {"session_id": new_id(), "secret_hash": hash_of(secret), "user_id": user_id}
    tx.add_row(queries.sessions, **values, address=address[:60], agent=agent[:200], created_at=now, seen_at=now)
    return secret


def record_session_use(tx: Tx, session_id: str, now: datetime) -> None:
    tx.run(sa.update(queries.sessions).where(queries.sessions.c.session_id == session_id).values(seen_at=now))


def end_session(tx: Tx, session_id: str, actor: Actor) -> None:
    """End one of the actor's own sessions; an admin may end any."""
    chosen = sa.delete(queries.sessions).where(queries.sessions.c.session_id == session_id)
    if not actor.is_admin:
        chosen = chosen.where(queries.sessions.c.user_id == actor.actor_id)
    if tx.run(chosen).rowcount == 0:
        raise SessionNotFound()


def end_session_of(tx: Tx, secret: str) -> None:
    tx.run(sa.delete(queries.sessions).where(queries.sessions.c.secret_hash == hash_of(secret)))


# Users


def create_user(tx: Tx, command: CreateUser, actor: Actor | None, now: datetime) -> UserOut:
    """``actor`` is None for the command line and the first run."""
    _check_email(tx, command.email, None)
    user_id = new_id()
    values = command.model_dump(exclude={"password"}) | {"password_hash": slow_hash_of(command.password)}
    values |= queries.keys_of(command.email) | queries.user_names.of(values)
    tx.run(sa.insert(queries.users).values(user_id=user_id, version=1, created_at=now, disabled_at=None, **values))
    return queries.get_user(tx, user_id)


def change_user(tx: Tx, user_id: str, command: ChangeUser, version: int, actor: Actor, now: datetime) -> UserOut:
    user = lock(tx, USERS, user_id, actor, version=version)
    present = command.model_dump()
    if "email" in present:
        _check_email(tx, present["email"], user_id)
        present |= queries.keys_of(present["email"])
    if "password" in present:
        present["password_hash"] = slow_hash_of(present.pop("password"))
    if any(present.get(name, user[name]) != user[name] for name in ("role", "side", "password_hash")):
        _end_sessions(tx, user_id)
    change(tx, USERS, user, present)
    _check_admins(tx, user)
    return queries.get_user(tx, user_id)


def change_password(tx: Tx, command: ChangePassword, keeps: str | None, actor: Actor, now: datetime) -> None:
    """Change one's own password; every other session of the person ends."""
    user = lock(tx, USERS, actor.actor_id, actor)
    if not matches(command.present, user["password_hash"]):
        raise InvalidField("/present", "is not the present password")
    change(tx, USERS, user, {"password_hash": slow_hash_of(command.new)})
    _end_sessions(tx, actor.actor_id, keeps)


def disable_user(tx: Tx, user_id: str, version: int, actor: Actor, now: datetime) -> None:
    user = lock(tx, USERS, user_id, actor, version=version)
    change(tx, USERS, user, {"disabled_at": now})
    _end_sessions(tx, user_id)
    _check_admins(tx, user)


def restore_user(tx: Tx, user_id: str, actor: Actor, now: datetime) -> UserOut:
    user = lock(tx, USERS, user_id, actor)
    change(tx, USERS, user, {"disabled_at": None})
    return queries.get_user(tx, user_id)


def _end_sessions(tx: Tx, user_id: str, keeps: str | None = None) -> None:
    chosen = sa.delete(queries.sessions).where(queries.sessions.c.user_id == user_id)
    tx.run(chosen if keeps is None else chosen.where(queries.sessions.c.session_id != keeps))


def _check_email(tx: Tx, email: str, user_id: str | None) -> None:
    users = queries.users
    chosen = sa.select(users.c.user_id, users.c.disabled_at).where(queries.has_email(email), users.c.user_id != user_id)
    other = tx.run(chosen).first()
    if other is not None and other.disabled_at is not None:
        more = {"id": other.user_id, "is_disabled": True, "restore": to_restore("users", other.user_id)}
        raise EmailExists(f"{shown(email)} is the address of a user who is disabled and can be restored", more=more)
    if other is not None:
        detail = f"{shown(email)} is somebody else's address; write another, as ines@example.org"
        raise EmailExists(detail, more={"id": other.user_id, "is_disabled": False})


def _check_admins(tx: Tx, before: UserRow) -> None:
    """Refuse what took away the last admin; ``before`` is how the person was."""
    if before["role"] != "admin" or before["side"] != "sponsor" or before["disabled_at"] is not None:
        return
    users = queries.users
    admins = (users.c.role == "admin", users.c.side == "sponsor", users.c.disabled_at.is_(None))
    # Locked, so that two admins cannot step down at once, each relying on the other.
    if not tx.run(sa.select(users.c.user_id).where(*admins).with_for_update()).first():
        raise LastAdmin()


# Tokens


def create_token(tx: Tx, command: CreateToken, actor: Actor | None, now: datetime) -> NewTokenOut:
    """``actor`` is None for the command line."""
    if command.expires_at is not None and command.expires_at <= now:
        raise InvalidField("/expires_at", f'"{command.expires_at.isoformat()}" is in the past; write a moment to come')
    secret = "ent_" + secrets.token_urlsafe(32)
    values = command.model_dump() | {"created_by": None if actor is None else actor.actor_id, "created_at": now}
    token_id = new_id()
    tx.add_row(queries.tokens, token_id=token_id, secret_hash=hash_of(secret), revoked_at=None, **values)
    return NewTokenOut(id=token_id, secret=secret, revoked_at=None, **values)


def revoke_token(tx: Tx, token_id: str, actor: Actor, now: datetime) -> None:
    tokens = queries.tokens
    known = tx.run(sa.select(tokens.c.token_id).where(tokens.c.token_id == token_id)).first()
    if known is None:
        raise TokenNotFound()
    live = tokens.c.token_id == token_id, tokens.c.revoked_at.is_(None)
    tx.run(sa.update(tokens).where(*live).values(revoked_at=now))


# What comes due by itself


def repair_users(database: Database, now: datetime) -> dict[str, int]:
    """Make names and keys that the release before did not; an address whose key another user has stays without."""
    users = queries.users
    stale = sa.select(users.c.user_id, users.c.email).where(users.c.email_key_of.is_distinct_from(users.c.email))
    with database.write() as tx:
        for row in tx.run(stale.order_by(users.c.user_id).with_for_update()).all():
            keys = queries.keys_of(row.email)
            others = users.alias("other")
            has_other = sa.exists().where(others.c.email_key == keys["email_key"], others.c.user_id != row.user_id)
            tx.run(sa.update(users).where(users.c.user_id == row.user_id, sa.not_(has_other)).values(**keys))
    return queries.user_names.repair(database, now)


def tidy(tx: Tx, now: datetime) -> dict[str, int]:
    """Remove sessions and sign-in attempts that are over; how many of each."""
    over = {
        "sessions": sa.delete(queries.sessions).where(sa.not_(queries.session_is_live(now))),
        "attempts": sa.delete(attempts).where(attempts.c.at <= now - ATTEMPTS_SPAN),
    }
    return {name: tx.run(statement).rowcount for name, statement in over.items()}
