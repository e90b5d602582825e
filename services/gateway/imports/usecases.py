"""How imports begin, stop and begin again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import change, lock

from .errors import ImportFinished, ImportNotResumable
from .queries import IMPORTS, get_import
from .schemas import ImportOut
from .tables import ImportRow, chunks, imports


@dataclass(frozen=True)
class Upload:
    """A file that is stored in pieces under the id of the import to be."""

    import_id: str
    file_name: str
    file_bytes: int
    mapping: str
    is_dry_run: bool


def start_import(tx: Tx, upload: Upload, actor: Actor, now: datetime) -> ImportOut:
    row: ImportRow = {
        "import_id": upload.import_id,
        "version": 1,
        "status": "queued",
        "actor_id": actor.actor_id,
        "actor_kind": actor.kind,
        "file_name": upload.file_name,
        "file_bytes": upload.file_bytes,
        "mapping": upload.mapping,
        "is_dry_run": upload.is_dry_run,
        "created_at": now,
        "started_at": None,
        "finished_at": None,
        "lines_done": 0,
        "lines_of": None,
        "report": None,
        "problem": None,
        "holder": None,
        "held_until_at": None,
    }
    tx.run(sa.insert(imports).values(**row))
    return get_import(tx, upload.import_id, actor)


def cancel_import(tx: Tx, import_id: str, actor: Actor, now: datetime) -> ImportOut:
    """Stop an import at its next batch; what was applied stays."""
    row = lock(tx, IMPORTS, import_id, actor)
    if row["status"] not in ("queued", "running"):
        raise ImportFinished()
    change(tx, IMPORTS, row, {"status": "cancelled", "finished_at": now, "holder": None, "held_until_at": None})
    return get_import(tx, import_id, actor)


def resume_import(tx: Tx, import_id: str, actor: Actor, now: datetime) -> ImportOut:
    """Queue an import again that failed or was cancelled; it is run on behalf of its poster."""
    row = lock(tx, IMPORTS, import_id, actor)
    has_file = tx.run(sa.select(chunks.c.number).where(chunks.c.import_id == import_id).limit(1)).first() is not None
    if row["status"] not in ("failed", "cancelled") or not has_file:
        raise ImportNotResumable()
    change(tx, IMPORTS, row, {"status": "queued", "finished_at": None, "problem": None})
    return get_import(tx, import_id, actor)
