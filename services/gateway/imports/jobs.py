"""Imports as jobs: who may see them, how they begin and end, and who runs one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.gateway.identity.queries import tokens, users
from shared.auth import Actor
from shared.db.database import Database, Tx
from shared.db.keyset import cut, keyset
from shared.errors import Conflict, NotFound
from shared.http.pages import Page

from .reading import Refusal
from .schemas import ImportOut, ImportSummary, ReasonOut, RefusalOut
from .tables import Import, ImportChunk, ImportRefusal

imports = Import.__table__
chunks = ImportChunk.__table__
refusals = ImportRefusal.__table__

HELD_FOR = timedelta(seconds=30)
KEPT_FOR = timedelta(days=7)
"""How long the file of an import that failed or was cancelled is kept, so that it can be taken up again."""
STORING_FOR = timedelta(hours=6)
REASONS_MOST = 50


class ImportNotFound(NotFound):
    slug, title = "import-not-found", "No such import"


class ImportFinished(Conflict):
    slug, title = "import-finished", "This import has finished"


class ImportNotResumable(Conflict):
    slug, title = "import-not-resumable", "This import cannot be taken up again"


@dataclass(frozen=True)
class Upload:
    """A file that is stored in pieces under the id of the import to be."""

    import_id: str
    file_name: str
    file_bytes: int
    mapping: str
    is_dry_run: bool


@dataclass(frozen=True)
class Chosen:
    """Which refusals: with these words in column, value or reason, of this column, for this reason."""

    q: str | None = None
    column: str | None = None
    reason: str | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.q is not None:
            places = (refusals.c.column, refusals.c.value, refusals.c.reason)
            yield sa.or_(*(place.icontains(self.q, autoescape=True) for place in places))
        if self.column is not None:
            yield refusals.c.column == self.column
        if self.reason is not None:
            yield refusals.c.reason == self.reason


@dataclass(frozen=True)
class Job:
    import_id: str
    actor_id: str
    actor_kind: str
    mapping: str
    is_dry_run: bool


# For people


def start_import(tx: Tx, upload: Upload, actor: Actor, now: datetime) -> ImportOut:
    who = {"actor_id": actor.actor_id, "actor_kind": actor.kind}
    unset = dict.fromkeys(("started_at", "finished_at", "lines_of", "report", "problem", "holder", "held_until_at"))
    values = asdict(upload) | who | unset | {"version": 1, "status": "queued", "lines_done": 0, "created_at": now}
    tx.run(sa.insert(imports).values(**values))
    return get_import(tx, upload.import_id, actor)


def cancel_import(tx: Tx, import_id: str, actor: Actor, now: datetime) -> ImportOut:
    """Stop an import at its next batch; what was applied stays."""
    if _locked(tx, import_id, actor)["status"] not in ("queued", "running"):
        raise ImportFinished()
    _change(tx, import_id, status="cancelled", finished_at=now, holder=None, held_until_at=None)
    return get_import(tx, import_id, actor)


def resume_import(tx: Tx, import_id: str, actor: Actor, now: datetime) -> ImportOut:
    """Queue an import anew that failed or was cancelled; it is run on behalf of whoever posted it."""
    row = _locked(tx, import_id, actor)
    has_file = tx.run(sa.select(chunks.c.number).where(chunks.c.import_id == import_id).limit(1)).first() is not None
    if row["status"] not in ("failed", "cancelled") or not has_file:
        raise ImportNotResumable()
    _change(tx, import_id, status="queued", finished_at=None, problem=None)
    return get_import(tx, import_id, actor)


def get_import(tx: Tx, import_id: str, actor: Actor) -> ImportOut:
    row = tx.run(sa.select(imports).where(imports.c.import_id == import_id, _readable(actor))).mappings().first()
    if row is None:
        raise ImportNotFound()
    return ImportOut(id=row["import_id"], **row)


def list_imports(tx: Tx, actor: Actor, *, after: str | None, limit: int) -> Page[ImportSummary]:
    """Newest first."""
    columns = [column for column in imports.c if column.name in ImportSummary.model_fields]
    chosen = sa.select(imports.c.import_id, *columns).where(_readable(actor))
    found = tx.run(keyset(chosen, [(imports.c.import_id, True)], after, limit)).mappings().all()
    rows, following = cut(found, ["import_id"], limit)
    return Page(items=[ImportSummary(id=row["import_id"], **row) for row in rows], next=following)


def list_refusals(
    tx: Tx, import_id: str, chosen: Chosen, actor: Actor, *, after: str | None, limit: int
) -> Page[RefusalOut]:
    """The refused lines that are asked for, in the order in which they were refused."""
    get_import(tx, import_id, actor)
    asked = sa.select(refusals).where(refusals.c.import_id == import_id, *chosen.conditions())
    found = tx.run(keyset(asked, [(refusals.c.number, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["number"], limit)
    return Page(items=[RefusalOut(**row) for row in rows], next=following)


def list_reasons(tx: Tx, import_id: str, actor: Actor) -> Page[ReasonOut]:
    """Why lines were refused, what refused most first; the rarest of many are left out."""
    get_import(tx, import_id, actor)
    lines = sa.func.count().label("lines")
    why = (refusals.c.reason, refusals.c.column)
    counted = sa.select(*why, lines).where(refusals.c.import_id == import_id).group_by(*why)
    rows = tx.run(counted.order_by(lines.desc(), *why).limit(REASONS_MOST)).mappings()
    return Page(items=[ReasonOut(**row) for row in rows], next=None)


def _readable(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.true() if actor.is_admin else imports.c.actor_id == actor.actor_id


def _locked(tx: Tx, import_id: str, actor: Actor) -> sa.RowMapping:
    chosen = sa.select(imports).where(imports.c.import_id == import_id, _readable(actor)).with_for_update()
    row = tx.run(chosen).mappings().first()
    if row is None:
        raise ImportNotFound()
    return row


def _change(tx: Tx, import_id: str, **values: Any) -> None:
    tx.run(sa.update(imports).where(imports.c.import_id == import_id).values(version=imports.c.version + 1, **values))


# For the worker


def claim(tx: Tx, holder: str, now: datetime) -> Job | None:
    """Take the oldest import that waits or whose worker has died; it begins anew, which changes nothing twice."""
    oldest = (
        sa.select(imports).where(_waits(now)).order_by(imports.c.import_id).limit(1).with_for_update(skip_locked=True)
    )
    row = tx.run(oldest).mappings().first()
    if row is None:
        return None
    tx.run(sa.delete(refusals).where(refusals.c.import_id == row["import_id"]))
    _change(
        tx, row["import_id"], status="running", started_at=row["started_at"] or now, holder=holder,
        held_until_at=now + HELD_FOR, lines_done=0, lines_of=None,
    )  # fmt: skip
    return Job(row["import_id"], row["actor_id"], row["actor_kind"], row["mapping"], row["is_dry_run"])


def is_waiting(tx: Tx, now: datetime) -> bool:
    return tx.run(sa.select(imports.c.import_id).where(_waits(now)).limit(1)).first() is not None


def _waits(now: datetime) -> sa.ColumnElement[bool]:
    is_left = sa.and_(imports.c.status == "running", imports.c.held_until_at < now)
    return sa.or_(imports.c.status == "queued", is_left)


def hold(tx: Tx, job: Job, holder: str, done: int, of: int | None, now: datetime) -> bool:
    """Keep a running import and note how far it is; False when it was cancelled or somebody else has it."""
    return _held(tx, job, holder, lines_done=done, lines_of=of, held_until_at=now + HELD_FOR)


def release(tx: Tx, job: Job, holder: str) -> None:
    """Give an unfinished import back to the queue."""
    _held(tx, job, holder, status="queued", holder=None, held_until_at=None)


def finish(tx: Tx, job: Job, holder: str, report: Mapping[str, Any], now: datetime) -> None:
    lines = report["lines_read"]
    is_mine = _held(
        tx, job, holder, status="done", report=report, finished_at=now, holder=None, held_until_at=None,
        lines_done=lines, lines_of=lines, version=imports.c.version + 1,
    )  # fmt: skip
    if is_mine:
        tx.run(sa.delete(chunks).where(chunks.c.import_id == job.import_id))


def fail(tx: Tx, job: Job, holder: str, problem: Mapping[str, Any], now: datetime) -> None:
    _held(
        tx, job, holder, status="failed", problem=problem, finished_at=now, holder=None, held_until_at=None,
        version=imports.c.version + 1,
    )  # fmt: skip


def note_refusals(tx: Tx, job: Job, holder: str, first: int, found: Sequence[Refusal]) -> None:
    """Store refusals under the numbers from ``first`` on, unless somebody else has taken the import over."""
    if _held(tx, job, holder, status="running"):
        rows = [{"import_id": job.import_id, "number": first + i} | asdict(row) for i, row in enumerate(found)]
        tx.run(sa.insert(refusals), rows)


def _held(tx: Tx, job: Job, by: str, **values: Any) -> bool:
    mine = (imports.c.import_id == job.import_id, imports.c.holder == by, imports.c.status == "running")
    return tx.run(sa.update(imports).where(*mine).values(**values)).rowcount == 1


def actor_of(tx: Tx, job: Job, now: datetime) -> Actor | None:
    """Whoever posted the import, with the role they have now; None when they may no longer act."""
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
    kind: Any = job.actor_kind
    return None if row is None else Actor(row["id"], row["name"], row["role"], row["side"], kind)


def store_chunks(database: Database, import_id: str, first: int, pieces: Sequence[bytes], now: datetime) -> None:
    with database.write() as tx:
        rows = [
            {"import_id": import_id, "number": first + i, "content": piece, "stored_at": now}
            for i, piece in enumerate(pieces)
        ]
        tx.run(sa.insert(chunks), rows)


def chunk(tx: Tx, import_id: str, number: int) -> bytes:
    """A piece of a stored file; empty behind the last."""
    chosen = sa.select(chunks.c.content).where(chunks.c.import_id == import_id, chunks.c.number == number)
    return bytes(tx.run(chosen).scalar() or b"")


def tidy_imports(database: Database, now: datetime) -> dict[str, int]:
    """Remove files that no import can need any more: of long finished ones, and of uploads that became none."""
    finished = sa.select(imports.c.import_id).where(imports.c.finished_at < now - KEPT_FOR)
    is_orphan = sa.and_(
        chunks.c.stored_at < now - STORING_FOR, chunks.c.import_id.not_in(sa.select(imports.c.import_id))
    )
    with database.write() as tx:
        removed = tx.run(sa.delete(chunks).where(sa.or_(is_orphan, chunks.c.import_id.in_(finished))))
        return {"chunks": removed.rowcount}
