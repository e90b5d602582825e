"""Imports as jobs of the workers: claimed under a lease, then finished, failed or released."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.gateway.identity.queries import tokens, users
from shared.auth import Actor, ActorKind
from shared.db.database import Database, Tx
from shared.text import folded

from .tables import chunks, imports, refusals
from .track_record import Refusal

LEASE = timedelta(seconds=30)
RETENTION = timedelta(days=7)
"""How long the file of a failed or cancelled import is stored, so that it can be resumed."""
UPLOAD_LASTS_MOST = timedelta(hours=6)


@dataclass(frozen=True)
class Job:
    import_id: str
    actor_id: str
    actor_kind: ActorKind
    mapping: str
    is_dry_run: bool


def claim(tx: Tx, holder: str, now: datetime) -> Job | None:
    """Claim the oldest import that waits or whose lease is over; it begins again, which changes nothing twice."""
    oldest = (
        sa.select(imports).where(_waits(now)).order_by(imports.c.import_id).limit(1).with_for_update(skip_locked=True)
    )
    row = tx.run(oldest).mappings().first()
    if row is None:
        return None
    tx.run(sa.delete(refusals).where(refusals.c.import_id == row["import_id"]))
    claimed = {"status": "running", "started_at": row["started_at"] or now, "holder": holder}
    claimed |= {"held_until_at": now + LEASE, "lines_done": 0, "lines_of": None, "version": row["version"] + 1}
    tx.run(sa.update(imports).where(imports.c.import_id == row["import_id"]).values(**claimed))
    return Job(row["import_id"], row["actor_id"], row["actor_kind"], row["mapping"], row["is_dry_run"])


def is_waiting(tx: Tx, now: datetime) -> bool:
    return tx.run(sa.select(imports.c.import_id).where(_waits(now)).limit(1)).first() is not None


def _waits(now: datetime) -> sa.ColumnElement[bool]:
    is_left = sa.and_(imports.c.status == "running", imports.c.held_until_at < now)
    return sa.or_(imports.c.status == "queued", is_left)


def renew_lease(tx: Tx, job: Job, holder: str, done: int, of: int | None, now: datetime) -> bool:
    """Renew a running import's lease and note its progress; False when it was cancelled or another worker has it."""
    return _change_leased(tx, job, holder, lines_done=done, lines_of=of, held_until_at=now + LEASE)


def release(tx: Tx, job: Job, holder: str) -> None:
    """Give an unfinished import back to the queue."""
    _change_leased(tx, job, holder, status="queued", holder=None, held_until_at=None)


def finish(tx: Tx, job: Job, holder: str, report: Mapping[str, object], now: datetime) -> None:
    lines = report["lines_read"]
    is_mine = _change_leased(
        tx, job, holder, status="done", report=report, finished_at=now, holder=None, held_until_at=None,
        lines_done=lines, lines_of=lines, version=imports.c.version + 1,
    )  # fmt: skip
    if is_mine:
        tx.run(sa.delete(chunks).where(chunks.c.import_id == job.import_id))


def fail(tx: Tx, job: Job, holder: str, problem: Mapping[str, object], now: datetime) -> None:
    _change_leased(
        tx, job, holder, status="failed", problem=problem, finished_at=now, holder=None, held_until_at=None,
        version=imports.c.version + 1,
    )  # fmt: skip


def note_refusals(tx: Tx, job: Job, holder: str, first: int, found: Sequence[Refusal]) -> None:
    """Store refusals under the numbers from ``first`` on, unless another worker has claimed the import."""
    if _change_leased(tx, job, holder, status="running"):
        rows = [
            {"import_id": job.import_id, "number": first + i, "folded": searched_by(row)} | asdict(row)
            for i, row in enumerate(found)
        ]
        tx.run(sa.insert(refusals), rows)


def searched_by(row: Refusal) -> str:
    """The column, value and reason of a refused line, as a search compares them."""
    return "\n".join(folded(text) for text in (row.column, row.value, row.reason) if text)


def _change_leased(tx: Tx, job: Job, by: str, **values: object) -> bool:
    mine = (imports.c.import_id == job.import_id, imports.c.holder == by, imports.c.status == "running")
    return tx.run(sa.update(imports).where(*mine).values(**values)).rowcount == 1


def actor_of(tx: Tx, job: Job, now: datetime) -> Actor | None:
    """The poster of the import, with their present role; None when they may no longer act."""
    if job.actor_kind == "person":
        chosen = sa.select(users.c.user_id.label("id"), users).where(
            users.c.user_id == job.actor_id, users.c.disabled_at.is_(None)
        )
    else:
        is_live = sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
        chosen = sa.select(tokens.c.token_id.label("id"), tokens).where(
            tokens.c.token_id == job.actor_id, tokens.c.revoked_at.is_(None), is_live
        )
    row = tx.run(chosen).mappings().first()
    return None if row is None else Actor(row["id"], row["name"], row["role"], row["side"], job.actor_kind)


def store_chunks(database: Database, import_id: str, first: int, pieces: Sequence[bytes], now: datetime) -> None:
    with database.write() as tx:
        rows = [
            {"import_id": import_id, "number": first + i, "content": piece, "stored_at": now}
            for i, piece in enumerate(pieces)
        ]
        tx.run(sa.insert(chunks), rows)


def chunk(tx: Tx, import_id: str, number: int) -> bytes:
    """A piece of a stored file; empty after the last."""
    chosen = sa.select(chunks.c.content).where(chunks.c.import_id == import_id, chunks.c.number == number)
    return bytes(tx.run(chosen).scalar() or b"")


def tidy_imports(database: Database, now: datetime) -> dict[str, int]:
    """Remove files that no import needs: of imports that ended long ago, and of uploads that broke off."""
    finished = sa.select(imports.c.import_id).where(imports.c.finished_at < now - RETENTION)
    is_orphan = sa.and_(
        chunks.c.stored_at < now - UPLOAD_LASTS_MOST, chunks.c.import_id.not_in(sa.select(imports.c.import_id))
    )
    with database.write() as tx:
        removed = tx.run(sa.delete(chunks).where(sa.or_(is_orphan, chunks.c.import_id.in_(finished))))
        return {"chunks": removed.rowcount}
