"""Live updates: one reader of the table per process, any number of streams, each with what its actor may read."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import anyio.to_thread
import pydantic_core
import sqlalchemy as sa
import structlog

from services.gateway.live import queries
from services.gateway.replicas import queries as replicas
from shared.auth import Actor, reads
from shared.db.database import Database, Tx
from shared.errors import TooManyRequests

log = structlog.get_logger()

POLL_S = 0.2
KEEP_ALIVE_S = 4.0
STREAMS_MOST = 10
RECENT_MOST = 5_000
BATCH = 500


class TooManyStreams(TooManyRequests):
    title = "Too many open streams"


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    sequence: int
    text: bytes
    is_restricted: bool
    team: frozenset[str]
    only_actor_id: str | None

    def concerns(self, actor: Actor) -> bool:
        is_meant = self.only_actor_id is None or actor.is_admin or actor.actor_id == self.only_actor_id
        return is_meant and reads(actor, self.is_restricted, self.team)


class Feed:
    """The tail of the live entries in memory. It reads the table only while a stream is open."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: deque[LiveUpdate] = deque(maxlen=RECENT_MOST)
        self._memory_begins_after = self._newest = 0
        self._changed = asyncio.Event()
        self._streams: Counter[str] = Counter()
        self._reader: asyncio.Task[None] | None = None

    def open(
        self, actor: Actor, after: int | None, may_continue: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[bytes]:
        """Server-sent events from behind ``after`` (default: from now on) until it may not continue or disconnects."""
        if self._streams[actor.actor_id] >= STREAMS_MOST:
            raise TooManyStreams(f"{STREAMS_MOST} are open already")
        return self._stream(actor, after, may_continue)

    async def _stream(
        self, actor: Actor, after: int | None, may_continue: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[bytes]:
        self._streams[actor.actor_id] += 1
        try:
            await self._start_reading()
            cursor = self._newest if after is None else after
            yield b"retry: 1000\n\n"
            if after is not None and await anyio.to_thread.run_sync(self._has_lost, after):
                # What came before is trimmed away, or the database is another one: the page reads everything again.
                cursor = self._newest
                yield b"id: %d\nevent: reset\ndata: {}\n\n" % cursor
            # What was missed is filtered by the rule as it is now, not as it was when it happened.
            is_behind = cursor < self._newest
            while True:
                read = self._read_for if is_behind or cursor < self._memory_begins_after else self._from_memory
                until = self._newest
                cursor, texts = await anyio.to_thread.run_sync(read, actor, cursor, until)
                for text in texts:
                    yield text
                if cursor < until:
                    continue
                is_behind = False
                with suppress(TimeoutError):
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        await self._changed.wait()
                if not await may_continue():
                    return
                if cursor == self._newest:
                    yield b": still here\n\n"
        finally:
            self._streams -= Counter([actor.actor_id])

    def _from_memory(self, actor: Actor, after: int, until: int) -> tuple[int, list[bytes]]:
        updates = [entry for entry in tuple(self._recent) if after < entry.sequence <= until]
        return until, [entry.text for entry in updates if entry.concerns(actor)]

    def _read_for(self, actor: Actor, after: int, until: int) -> tuple[int, list[bytes]]:
        with self._database.read() as tx:
            rows = queries.live_entries_for(tx, actor, after, until, BATCH)
        return rows[-1]["sequence"] if len(rows) == BATCH else until, [_text(row) for row in rows]

    def _has_lost(self, after: int) -> bool:
        with self._database.read() as tx:
            oldest, newest = queries.span_of_live_entries(tx)
        return after > max(newest, self._newest) or after < oldest - 1

    async def _start_reading(self) -> None:
        """Be up to date and stay so: the reader runs from the first stream on."""
        if self._reader is None or self._reader.done():
            newest = await anyio.to_thread.run_sync(self._find_newest)
            if self._reader is None or self._reader.done():
                self._recent.clear()
                self._memory_begins_after = self._newest = max(newest, self._newest)
                self._reader = asyncio.create_task(self._read_on())

    def _find_newest(self) -> int:
        with self._database.read() as tx:
            return queries.span_of_live_entries(tx)[1]

    async def _read_on(self) -> None:
        while self._streams:
            try:
                updates = await anyio.to_thread.run_sync(self._read_past, self._newest)
            except Exception as error:
                log.warning("live updates wait for the database", error=str(error))
                updates = []
            if updates:
                self._recent.extend(updates)
                self._memory_begins_after = max(self._memory_begins_after, self._recent[0].sequence - 1)
                self._newest = updates[-1].sequence
                changed, self._changed = self._changed, asyncio.Event()
                changed.set()
            await asyncio.sleep(POLL_S)

    def _read_past(self, newest: int) -> list[LiveUpdate]:
        with self._database.read() as tx:
            return _updates(tx, newest)

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader


def _updates(tx: Tx, newest: int) -> list[LiveUpdate]:
    rows = queries.live_entries_past(tx, newest, BATCH)
    teams = replicas.teams_of(tx, {row["relationship_id"] for row in rows})
    return [
        LiveUpdate(
            row["sequence"],
            _text(row),
            # What is not known to be open is hidden.
            row["is_restricted"] is not False,
            teams.get(row["relationship_id"], frozenset()),
            row["only_actor_id"],
        )
        for row in rows
    ]


def _text(row: sa.RowMapping) -> bytes:
    data = {"type": row["type"], "id": row["subject_id"], "relationship_id": row["relationship_id"], "at": row["at"]}
    return b"id: %d\nevent: changed\ndata: %s\n\n" % (row["sequence"], pydantic_core.to_json(data))
