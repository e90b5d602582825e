"""What an admin asks of any service: how it is, and what becomes of records that it could not apply.

Each service serves these routes under its own name, so that the gateway hands them on like every other.
"""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import Depends, Request
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from shared.auth import ADMIN
from shared.db import outbox
from shared.db.database import Tx
from shared.derived.worker import REPORT_STATE
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, Now, Read, Write
from shared.ids import Id
from shared.messaging import dead_letters
from shared.messaging.consumer import redrive
from shared.service import Service

ANNOUNCED_MOST = 500
"""Records: as many as fit into the header of a request that relies on them."""
Settlement = TypeAliasType("Settlement", Literal["redrive", "discard"])
"""What ended the wait of a dead letter."""


class TaskOut(BaseModel):
    """Work that comes due by itself; `last_outcome` is what it did, by count, or `failed` and why."""

    name: str
    """What the task is called."""
    next_run_at: datetime
    """When it is due next (UTC)."""
    last_run_at: datetime | None
    """When it last ran (UTC); null before the first time."""
    last_outcome: dict[str, object] | None
    """What it did then, by count, or `failed` and why; null before the first time."""


class HealthOut(BaseModel):
    """How a service is.

    `revision` is its database's. `outbox_pending` counts events that wait for the bus. The worker says every ten
    seconds that it is there: `worker_seen_at`, null before the first time, and `lag`, the records on the bus that it
    has yet to apply, null where the bus does not say.
    """

    service: str
    """The service's name."""
    version: str
    """The version of the program."""
    revision: str
    """The version of its database's schema."""
    checked_at: datetime
    """When this was looked at (UTC)."""
    outbox_pending: int
    """How many events wait for the bus."""
    outbox_oldest_age_s: float
    """How long the oldest of them has waited, in seconds; 0 where none waits."""
    dead_letters: int
    """How many records that could not be applied wait for an admin."""
    worker_seen_at: datetime | None
    """When its worker last said that it is there (UTC), every ten seconds; null before the first time."""
    lag: int | None
    """How many records on the bus it has yet to apply; null where the bus does not say."""
    tasks: list[TaskOut]
    """What comes due by itself, by name."""


class AnnouncedOut(BaseModel):
    """The newest version of a record that was announced; `kind` is the name of its table."""

    kind: str
    id: str
    version: int


class DeadLetterOut(BaseModel):
    id: str
    topic: str
    """The topic that the record came from."""
    partition: int
    """The partition of the topic, from 0."""
    offset: int
    """The record's position in the partition, from 0."""
    reason: str
    """Why it could not be applied."""
    dead_at: datetime
    """When it was parked (UTC)."""
    settled_at: datetime | None
    """When it was settled (UTC); null while it waits."""
    settled_by: Settlement | None
    """What settled it: applied after all, or discarded; null while it waits."""


class DeadRecordOut(DeadLetterOut):
    """`key` and `value` are the record's bytes as text; what is no UTF-8 stands as `\\xNN`."""

    key: str | None
    """The record's key; null where it has none."""
    value: str | None
    """The record's content; null where it has none."""


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Own = Annotated[Service, Depends(_service)]


def operations(name: str, prefix: str = "/v1") -> Api:
    """The routes of the service of this name, below `prefix`."""
    api = Api(prefix=f"{prefix}/services/{name}", tags=["operations"])

    @api.get("/health", rule=ADMIN, operation_id=f"get_health_of_{name}")
    def get_health(service: Own, tx: Read, now: Now) -> HealthOut:
        """Answers how the service is: its version, what waits to be sent and applied, and what comes due by itself."""
        return health_of(tx, service, now)

    @api.get("/announced", rule=ADMIN, operation_id=f"list_announced_by_{name}", tags=["internal"])
    def list_announced(tx: Read) -> Page[AnnouncedOut]:
        newest = outbox.newest(tx, ANNOUNCED_MOST)
        return Page(items=[AnnouncedOut(kind=kind, id=id, version=version) for kind, id, version in newest], next=None)

    @api.get("/dead-letters", rule=ADMIN, operation_id=f"list_dead_letters_of_{name}")
    def list_dead_letters(
        tx: Read, discarded: bool = False, after: After = None, limit: Limit = 50
    ) -> Page[DeadLetterOut]:
        """Lists the records that the service could not apply and that wait for an admin, oldest first, without their
        content."""
        rows, following = dead_letters.page_of_dead_letters(tx, discarded=discarded, after=after, limit=limit)
        return Page(items=[DeadLetterOut(id=row["dead_letter_id"], **row) for row in rows], next=following)

    @api.get("/dead-letters/{dead_letter_id}", rule=ADMIN, operation_id=f"get_dead_letter_of_{name}")
    def get_dead_letter(dead_letter_id: Id, tx: Read) -> DeadRecordOut:
        """Answers one record that could not be applied with its content, settled or not. `dead-letter-not-found` where
        there is none."""
        return _dead_record(dead_letters.get_dead_letter(tx, dead_letter_id))

    @api.post(
        "/dead-letters/{dead_letter_id}/redrive",
        rule=ADMIN,
        status_code=200,
        operation_id=f"redrive_dead_letter_of_{name}",
    )
    def redrive_dead_letter(dead_letter_id: Id, service: Own, tx: Write, now: Now) -> DeadRecordOut:
        """Applies the record now, as when what stopped it is mended, and settles it. `dead-letter-still-broken` where
        it still cannot be applied, `dead-letter-not-found` where none waits."""
        redrive(tx, service.handlers, dead_letter_id, now)
        return _dead_record(dead_letters.get_dead_letter(tx, dead_letter_id))

    @api.post(
        "/dead-letters/{dead_letter_id}/discard",
        rule=ADMIN,
        status_code=200,
        operation_id=f"discard_dead_letter_of_{name}",
    )
    def discard_dead_letter(dead_letter_id: Id, tx: Write, now: Now) -> DeadRecordOut:
        """Settles the record without applying it; it can be restored. `dead-letter-not-found` where none waits."""
        dead_letters.discard(tx, dead_letter_id, now)
        return _dead_record(dead_letters.get_dead_letter(tx, dead_letter_id))

    @api.post(
        "/dead-letters/{dead_letter_id}/restoration",
        rule=ADMIN,
        status_code=200,
        operation_id=f"restore_dead_letter_of_{name}",
    )
    def restore_dead_letter(dead_letter_id: Id, tx: Write) -> DeadRecordOut:
        """Lets a record that was discarded wait again. `dead-letter-not-found` where none was discarded."""
        dead_letters.restore(tx, dead_letter_id)
        return _dead_record(dead_letters.get_dead_letter(tx, dead_letter_id))

    return api


def _dead_record(row: sa.RowMapping) -> DeadRecordOut:
    texts = {name: row[name] and bytes(row[name]).decode(errors="backslashreplace") for name in ("key", "value")}
    return DeadRecordOut(id=row["dead_letter_id"], **{**row, **texts})


def health_of(tx: Tx, service: Service, now: datetime) -> HealthOut:
    schedule = tx.table("schedule")
    runs = {row["task"]: row for row in tx.run(sa.select(schedule).order_by(schedule.c.task)).mappings()}
    look = runs.pop(REPORT_STATE, None)
    outcome = (look and look["last_outcome"]) or {}
    count, oldest_age_s = outbox.pending(tx, now)
    revisions = sa.select(sa.column("version_num", sa.String)).select_from(sa.table(f"{service.name}_version"))
    return HealthOut(
        service=service.name,
        version=version("entente"),
        revision=", ".join(sorted(tx.run(revisions).scalars())),
        checked_at=now,
        outbox_pending=count,
        outbox_oldest_age_s=oldest_age_s,
        dead_letters=dead_letters.count_dead_letters(tx),
        worker_seen_at=look and look["last_run_at"],
        lag=outcome.get("lag"),
        tasks=[TaskOut(name=name, **row) for name, row in runs.items()],
    )
