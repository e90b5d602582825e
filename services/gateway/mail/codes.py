"""Codes with which a contact signs: six digits in a mail, good for a quarter of an hour and five attempts."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.gateway.identity import hashing
from services.gateway.identity.links import RatingLink
from services.gateway.mail import queue
from services.gateway.mail.schemas import SigningCodeOut
from services.gateway.mail.tables import SigningCode
from shared.db.database import Tx
from shared.errors import Forbidden, TooManyRequests
from shared.ids import new_id

codes = SigningCode.__table__

LIFE = timedelta(minutes=15)
ATTEMPTS_MOST = 5
APART = timedelta(minutes=1)
A_DAY_MOST = 10
"""With five attempts each, a guesser who asks for ten codes a day is right once in fifty years."""


class WrongCode(Forbidden):
    slug, title = "wrong-code", "That is not the code of the newest mail, or it no longer works"


class TooManyCodes(TooManyRequests):
    title = "A code was mailed a moment ago, or too many were today"
    headers = {"Retry-After": "60"}


def request_code(tx: Tx, link: RatingLink, now: datetime) -> SigningCodeOut:
    """Queue the mail of a new code for this contact and card; codes mailed before stop working when it is sent."""
    of_link = (codes.c.scorecard_id == link.scorecard_id, codes.c.contact_id == link.contact_id)
    lately = sa.select(codes.c.requested_at).where(*of_link, codes.c.requested_at > now - timedelta(days=1))
    asked = list(tx.run(lately).scalars())
    if len(asked) >= A_DAY_MOST or any(at > now - APART for at in asked):
        raise TooManyCodes()
    code_id = new_id()
    values = dict.fromkeys(("code_hash", "expires_at", "used_at", "used_with"))
    tx.run(
        sa.insert(codes).values(
            signing_code_id=code_id, scorecard_id=link.scorecard_id, contact_id=link.contact_id, requested_at=now,
            attempts=0, **values,
        )
    )  # fmt: skip
    queue.enqueue(
        tx, code_id, now, template="signing_code", recipient_id=link.contact_id, recipient_kind="contact",
        scorecard_id=link.scorecard_id, side=link.side, rating_link_id=link.rating_link_id,
        link_expires_at=link.expires_at,
    )  # fmt: skip
    return SigningCodeOut(id=code_id, requested_at=now, works_for_s=int(LIFE.total_seconds()))


def make_code(tx: Tx, code_id: str, now: datetime) -> str:
    """The digits to mail now. Mailed again they are others, and only the last ones work."""
    code = f"{secrets.randbelow(10**6):06}"
    values = {"code_hash": hashing.slow_hash_of(code), "expires_at": now + LIFE}
    tx.run(sa.update(codes).where(codes.c.signing_code_id == code_id).values(**values))
    return code


def count_attempt(tx: Tx, link: RatingLink, scorecard_id: str, now: datetime) -> sa.RowMapping:
    """The newest code that was mailed, with this attempt counted; `WrongCode` where none works any more.

    Runs in a transaction of its own, so that the count outlives the refusal that follows.
    """
    chosen = (codes.c.scorecard_id == scorecard_id, codes.c.contact_id == link.contact_id)
    newest = (
        sa.select(codes.c.signing_code_id)
        .where(*chosen, codes.c.code_hash.is_not(None))
        .order_by(codes.c.signing_code_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    works = (codes.c.signing_code_id == newest, codes.c.attempts < ATTEMPTS_MOST, codes.c.expires_at > now)
    counted = sa.update(codes).where(*works).values(attempts=codes.c.attempts + 1).returning(codes)
    row = tx.run(counted).mappings().first()
    if row is None:
        raise WrongCode()
    return row


def check_code(row: sa.RowMapping, code: str, key: str | None) -> None:
    """Raise `WrongCode` unless it is this one, unused but for the same keyed request."""
    is_free = row["used_at"] is None or (key is not None and row["used_with"] == hashing.hash_of(key))
    if not (hashing.matches(code, row["code_hash"]) and is_free):
        raise WrongCode()


def use_code(tx: Tx, code_id: str, key: str | None, now: datetime) -> None:
    """It has signed, and signs nothing else."""
    values = {"used_at": now, "used_with": None if key is None else hashing.hash_of(key)}
    tx.run(sa.update(codes).where(codes.c.signing_code_id == code_id).values(**values))
