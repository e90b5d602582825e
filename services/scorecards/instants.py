"""When interactions happened, for entries of the ledger that the release before wrote: it stored the UTC day alone."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ValidationError

from services.scorecards.ledger.tables import ledger
from shared.db.database import Database
from shared.events import Received
from shared.messaging.bus import Bus

TOPIC = "entente.engagements"
AT_ONCE, WRITTEN_AT_ONCE = 100_000, 500
_MISSING = (
    ledger.c.source_kind == "interaction",
    ledger.c.occurred_version.is_distinct_from(ledger.c.version),
)
_FILL = (
    sa.update(ledger)
    .where(ledger.c.source_id == sa.bindparam("of_id"), ledger.c.version == sa.bindparam("of_version"), *_MISSING)
    .values(occurred_at=sa.bindparam("at", type_=ledger.c.occurred_at.type), occurred_version=ledger.c.version)
)

Version = tuple[str, int, int]
"""Source, epoch and version of an entry."""


class _Happened(BaseModel):
    id: str
    epoch: int
    version: int
    occurred_at: AwareDatetime | None = None


def fill_instants(database: Database, bus: Bus, heartbeat: Callable[[], None]) -> int:
    """Fill what is missing from the bus, read from its start where anything is; how many entries.

    An entry of which the bus has no event is not looked for again: it counts by its UTC day.
    """
    filled = 0
    while missing := _missing(database):
        filled += _fill(database, bus, missing, heartbeat)
    return filled


def _missing(database: Database) -> set[Version]:
    columns = (ledger.c.source_id, ledger.c.epoch, ledger.c.version)
    chosen = sa.select(*columns).where(*_MISSING).order_by(ledger.c.source_id).limit(AT_ONCE)
    with database.read() as tx:
        return {(row.source_id, row.epoch, row.version) for row in tx.run(chosen)}


def _fill(database: Database, bus: Bus, missing: set[Version], heartbeat: Callable[[], None]) -> int:
    found: dict[Version, datetime | None] = {}
    filled = 0
    for record in bus.read_all((TOPIC,)):
        heartbeat()
        happened = _happened(record.value)
        if happened is None:
            continue
        key = (happened.id, happened.epoch, happened.version)
        if key in missing:
            found[key] = happened.occurred_at
            missing.discard(key)
            filled += 1
        if len(found) >= WRITTEN_AT_ONCE:
            _write(database, found)
            found = {}
    _write(database, found | dict.fromkeys(missing))
    return filled


def _happened(value: bytes) -> _Happened | None:
    if b"engagements.interaction_" not in value:
        return None
    try:
        event = Received.model_validate_json(value)
        happened = _Happened.model_validate(event.data)
    except ValidationError:
        return None
    # As the ledger enters it, a retraction has no instant.
    is_retracted = event.type == "engagements.interaction_retracted.v1"
    return happened.model_copy(update={"occurred_at": None}) if is_retracted else happened


def _write(database: Database, found: dict[Version, datetime | None]) -> None:
    rows = [{"of_id": key, "of_version": version, "at": at} for (key, _, version), at in sorted(found.items(), key=str)]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        with database.write() as tx:
            tx.run(_FILL, rows[start : start + WRITTEN_AT_ONCE])
