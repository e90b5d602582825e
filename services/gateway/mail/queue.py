"""The queue of mail: what was added, what a worker claims, and what became of it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.gateway.mail.schemas import MailOut, MailStatus
from services.gateway.mail.tables import Mail
from shared.db.bulk import upsert
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import Conflict, NotFound
from shared.http.pages import Page
from shared.telemetry.metrics import MAIL_FAILED, MAIL_OLDEST_AGE, MAIL_WAITING

mails = Mail.__table__

CLAIMED_FOR = timedelta(minutes=5)
"""A mail that is being sent for so long counts as waiting again: whoever sent it has died."""
ATTEMPTS_MOST = 24
PAUSE_FIRST, PAUSE_MOST = timedelta(seconds=30), timedelta(hours=4)
"""Between attempts, doubling: together some two and a half days."""

UNSENT: dict[str, Any] = {
    "status": "waiting", "attempts": 0, "last_error": None, "holder": None, "sent_at": None,
}  # fmt: skip


class MailNotFound(NotFound):
    slug, title = "mail-not-found", "No such mail"


class MailNotRetriable(Conflict):
    slug, title = "mail-not-retriable", "This mail is sent, or is being sent"


def enqueue(tx: Tx, mail_id: str, now: datetime, **about: Any) -> bool:
    """Queue a mail, once for its id; ``about`` are the columns that say to whom and of what."""
    row = upsert(mails, tx.connection().dialect.name).values(
        mail_id=mail_id, created_at=now, next_try_at=now, **UNSENT, **about
    )
    return tx.run(row.on_conflict_do_nothing().returning(mails.c.mail_id)).first() is not None


# For people


def list_mails(tx: Tx, *, status: MailStatus | None, after: str | None, limit: int) -> Page[MailOut]:
    """Newest first."""
    chosen = sa.select(mails) if status is None else sa.select(mails).where(mails.c.status == status)
    found = tx.run(keyset(chosen, [(mails.c.mail_id, True)], after, limit)).mappings().all()
    rows, following = cut(found, ["mail_id"], limit)
    return Page(items=[MailOut(id=row["mail_id"], **row) for row in rows], next=following)


def retry_mail(tx: Tx, mail_id: str, now: datetime) -> MailOut:
    """Try a mail at once and as often as a new one, whether it waits, was skipped or has failed."""
    row = tx.run(sa.select(mails).where(mails.c.mail_id == mail_id).with_for_update()).mappings().first()
    if row is None:
        raise MailNotFound()
    if row["status"] in ("sent", "sending"):
        raise MailNotRetriable()
    values = UNSENT | {"next_try_at": now}
    tx.run(sa.update(mails).where(mails.c.mail_id == mail_id).values(**values))
    return MailOut(id=mail_id, **{**row, **values})


# For the worker


def has_due(tx: Tx, now: datetime) -> bool:
    return tx.run(sa.select(mails.c.mail_id).where(_due(now)).limit(1)).first() is not None


def measure_mail(tx: Tx, now: datetime) -> None:
    """Set the metrics of mail."""
    unsent = sa.select(sa.func.count().label("count"), sa.func.min(mails.c.created_at).label("oldest"))
    waiting = tx.run(unsent.where(mails.c.next_try_at.is_not(None))).one()
    failed = sa.select(sa.func.count()).where(mails.c.status == "failed")
    MAIL_WAITING.labels(service="gateway").set(waiting[0])
    MAIL_OLDEST_AGE.labels(service="gateway").set((now - waiting.oldest).total_seconds() if waiting.oldest else 0)
    MAIL_FAILED.labels(service="gateway").set(tx.run(failed).scalar_one())


def claim(tx: Tx, holder: str, now: datetime, limit: int) -> list[sa.RowMapping]:
    """Take the mails that have waited longest, so that no other worker sends them meanwhile."""
    oldest = sa.select(mails).where(_due(now)).order_by(mails.c.next_try_at, mails.c.mail_id).limit(limit)
    rows = list(tx.run(oldest.with_for_update(skip_locked=True)).mappings())
    if rows:
        mine = mails.c.mail_id.in_([row["mail_id"] for row in rows])
        tx.run(sa.update(mails).where(mine).values(status="sending", holder=holder, next_try_at=now + CLAIMED_FOR))
    return rows


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return mails.c.next_try_at <= now


def release(tx: Tx, holder: str, mail_ids: Collection[str], now: datetime) -> None:
    """Give back what was claimed and not tried."""
    mine = (mails.c.mail_id.in_(mail_ids), mails.c.holder == holder, mails.c.status == "sending")
    tx.run(sa.update(mails).where(*mine).values(status="waiting", holder=None, next_try_at=now))


def note_sent(tx: Tx, holder: str, mail: sa.RowMapping, now: datetime) -> None:
    _note(tx, holder, mail, status="sent", sent_at=now, last_error=None, next_try_at=None)


def note_skipped(tx: Tx, holder: str, mail: sa.RowMapping, reason: str) -> None:
    _note(tx, holder, mail, status="skipped", last_error=reason, next_try_at=None)


def note_failed(tx: Tx, holder: str, mail: sa.RowMapping, reason: str) -> None:
    _note(tx, holder, mail, status="failed", last_error=reason, next_try_at=None)


def note_later(tx: Tx, holder: str, mail: sa.RowMapping, reason: str, now: datetime) -> None:
    """Try again after a pause that doubles; after the last attempt it has failed."""
    if mail["attempts"] + 1 >= ATTEMPTS_MOST:
        note_failed(tx, holder, mail, reason)
    else:
        pause = min(PAUSE_FIRST * 2 ** mail["attempts"], PAUSE_MOST)
        _note(tx, holder, mail, status="waiting", last_error=reason, next_try_at=now + pause)


def _note(tx: Tx, holder: str, mail: sa.RowMapping, **values: Any) -> None:
    """Write down what became of a mail, unless another worker has claimed it since."""
    mine = (mails.c.mail_id == mail["mail_id"], mails.c.holder == holder, mails.c.status == "sending")
    values["last_error"] = values["last_error"] and values["last_error"][:500]
    tx.run(sa.update(mails).where(*mine).values(attempts=mail["attempts"] + 1, holder=None, **values))


def note_no_server(tx: Tx, reason: str) -> None:
    """Say on every mail that waits that there is nothing to send it by."""
    unsaid = (mails.c.status == "waiting", mails.c.last_error.is_distinct_from(reason))
    tx.run(sa.update(mails).where(*unsaid).values(last_error=reason))
