"""How imports begin, stop and begin again."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.auth import Actor
from shared.db.database import Tx

from .errors import ImportFinished, ImportNotFound, ImportNotResumable
from .queries import get_import, readable
from .schemas import ImportOut
from .tables import chunks, imports


@dataclass(frozen=True)
class Upload:
    """A file that is stored in pieces under the id of the import to be."""

    import_id: str
    file_name: str
    file_bytes: int
    mapping: str
    is_dry_run: bool


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
    change(tx, import_id, status="cancelled", finished_at=now, holder=None, held_until_at=None)
    return get_import(tx, import_id, actor)


def resume_import(tx: Tx, import_id: str, actor: Actor, now: datetime) -> ImportOut:
    """Queue an import anew that failed or was cancelled; it is run on behalf of whoever posted it."""
    row = _locked(tx, import_id, actor)
    has_file = tx.run(sa.select(chunks.c.number).where(chunks.c.import_id == import_id).limit(1)).first() is not None
    if row["status"] not in ("failed", "cancelled") or not has_file:
        raise ImportNotResumable()
    change(tx, import_id, status="queued", finished_at=None, problem=None)
    return get_import(tx, import_id, actor)


def _locked(tx: Tx, import_id: str, actor: Actor) -> sa.RowMapping:
    chosen = sa.select(imports).where(imports.c.import_id == import_id, readable(actor)).with_for_update()
    row = tx.run(chosen).mappings().first()
    if row is None:
        raise ImportNotFound()
    return row


def change(tx: Tx, import_id: str, **values: Any) -> None:
    tx.run(sa.update(imports).where(imports.c.import_id == import_id).values(version=imports.c.version + 1, **values))
