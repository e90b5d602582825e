"""The twelve bugs that the checker has to find (docs/design/reliability.md), each put into the product as it starts.

`python -m tests.chaos.planted_bugs BUG serve engagements` is `entente serve engagements` with that bug. Where a bug
needs a process to die at one moment, that moment is made long, or a test would wait for days.
"""

import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards import handlers as scorecards_handlers
from services.scorecards.review_cycles import opening
from services.scorecards.scoring.policy import DEFAULT_POLICY, KINDS
from services.scorecards.tiers import projection
from shared.db import outbox
from shared.db.database import Tx
from shared.http import routing
from shared.http.idempotency import KeyedWrite
from shared.ids import new_id
from shared.messaging import consumer, relay
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Record, Subscription
from shared.messaging.kafka_bus import KafkaBus
from shared.settings import read_settings


def publish_before_commit() -> None:
    """Events go to the bus within the request, and the transaction is committed after."""
    settings = read_settings()
    bus = open_bus(settings.bus)
    add, send_rows = outbox.add, Tx.send_rows

    def add_and_remember(tx: Tx, event: Any, now: datetime) -> str:
        event_id = add(tx, event, now)
        row = tx._rows[-1][1]
        tx.info.setdefault("early", []).append(Record(row["topic"], row["key"].encode(), row["payload"].encode()))
        return event_id

    def send_and_publish(tx: Tx, *, is_last: bool = False) -> None:
        send_rows(tx)
        if is_last and (early := tx.info.pop("early", None)):
            bus.publish(early)
            time.sleep(0.2)

    outbox.add = add_and_remember
    Tx.send_rows = send_and_publish


def commit_after_the_response() -> None:
    """The answer is given while its transaction is still open: of what is logged, as a scene has to be made first."""
    at_once = routing._write

    def write(request: Any, run: Callable[[Tx], Any]) -> Any:
        if request.app.state.service.name != "engagements":
            return at_once(request, run)
        keyed_write = KeyedWrite.of(request)
        opened = request.app.state.database.write()
        tx = opened.__enter__()
        try:
            response = run(tx)
            if keyed_write is not None:
                keyed_write.keep(tx, response)
        except BaseException:
            opened.__exit__(*sys.exc_info())
            raise
        threading.Thread(target=_end_later, args=(opened,), daemon=True).start()
        return response

    routing._write = write


def _end_later(opened: Any) -> None:
    time.sleep(0.2)
    opened.__exit__(None, None, None)


class Hasty:
    """A subscription that commits what it gives before anything is done with it."""

    def __init__(self, inner: Subscription) -> None:
        self._inner, self.close = inner, inner.close

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        records = self._inner.poll(timeout_s, limit)
        if records:
            self._inner.commit()
            time.sleep(0.3)
        return records

    def commit(self) -> None: ...


def offset_before_effect() -> None:
    subscribe = KafkaBus.subscribe
    KafkaBus.subscribe = lambda bus, group, topics: Hasty(subscribe(bus, group, topics))


def no_duplicate_check() -> None:
    """Neither of ids nor of effects: what comes again is entered again."""
    first_time, source = consumer._first_time, scorecards_handlers._source
    entered: set[str] = set()

    def every_time(tx: Tx, received: Sequence[Any], now: datetime) -> set[str]:
        first_time(tx, received, now)
        return {event.id for event in received}

    def entered_again(source_kind: str, fact: Any) -> Any:
        made = source(source_kind, fact)
        if made.event_id in entered:
            return replace(made, source_id=new_id())
        entered.add(made.event_id)
        return made

    consumer._first_time = every_time
    scorecards_handlers._source = entered_again


def duplicate_check_in_its_own_transaction() -> None:
    first_time = consumer._first_time

    def before(tx: Tx, received: Sequence[Any], now: datetime) -> set[str]:
        with tx.database.write() as own:
            fresh = first_time(own, received, now)
        time.sleep(0.3)
        return fresh

    consumer._first_time = before


def watermark_relay() -> None:
    """What is above the highest number that was sent is sent; a transaction that commits late has a lower one."""
    send_rows = Tx.send_rows
    sent_up_to = 0

    def send_and_dawdle(tx: Tx, *, is_last: bool = False) -> None:
        send_rows(tx)
        if is_last and tx.announces:
            time.sleep(random.random() * 0.2)

    def publish_batch(database: Any, bus: Any, now: datetime, limit: int = relay.BATCH) -> int:
        nonlocal sent_up_to
        table = database.metadata.tables["outbox"]
        above = sa.select(table).where(table.c.sequence > sent_up_to).order_by(table.c.sequence).limit(limit)
        with database.read() as tx:
            rows = tx.run(above).mappings().all()
        if rows:
            bus.publish([Record(row["topic"], row["key"].encode(), row["payload"].encode()) for row in rows])
            relay._archive(database, [row["sequence"] for row in rows], now)
            sent_up_to = rows[-1]["sequence"]
        return len(rows)

    Tx.send_rows = send_and_dawdle
    relay.publish_batch = publish_batch


def futures_ignored() -> None:
    """What was handed to the client counts as sent."""

    def publish(bus: KafkaBus, records: Sequence[Record]) -> list[Exception | None]:
        producer = bus._producing()
        for record in records:
            producer.send(bus._prefix + record.topic, value=record.value, key=record.key)
        return [None] * len(records)

    KafkaBus.publish = publish


def two_relays_without_duplicate_check() -> None:
    archive = relay._archive

    def archive_slowly(*arguments: Any) -> None:
        time.sleep(0.1)
        archive(*arguments)

    relay.take_lease = lambda *_: True
    relay._archive = archive_slowly
    no_duplicate_check()


def float_sums_in_arrival_order() -> None:
    """Faded weights are added up as they come out of the database, which is as they came in."""
    _score_otherwise(float)


def now_inside_the_score() -> None:
    """Evidence fades up to the moment at which it is looked at."""
    _score_otherwise(lambda as_of_day: time.time() / 86_400)


def _score_otherwise(day_of: Callable[[int], float]) -> None:
    fold = projection.fold
    half_lives = [DEFAULT_POLICY.half_life_days[kind] for kind in KINDS]

    def fold_in_floats(columns: Any, policy: Any, as_of: Any) -> Any:
        folded = fold(columns, policy, as_of)
        day, s, n = day_of(projection.day_number(as_of)), 1.0, 2.0
        if not len(columns):
            return folded
        rows = zip(columns.on_day, columns.kind, columns.y_micro, columns.w_micro, strict=True)
        for on_day, kind, y_micro, w_micro in rows:
            faded = float(w_micro) / 1e6 * 0.5 ** ((day - float(on_day)) / half_lives[kind])
            s += float(y_micro) / 1e6 * faded
            n += faded
        return replace(folded, reading=replace(folded.reading, p=s / n, score=100 * s / n))

    projection.fold = fold_in_floats


def schedule_without_its_unique_key() -> None:
    """Whoever opens a period looks first what is there. The test drops the key itself from the database."""
    card = opening.Opening._card

    def slowly(self: Any, *arguments: Any) -> Any:
        time.sleep(0.1)
        return card(self, *arguments)

    opening.Opening._card = slowly


def dead_letter_after_the_offset() -> None:
    waiting: list[tuple[Record, str, datetime, Any]] = []
    subscribe, park = KafkaBus.subscribe, consumer.park

    class Late(Hasty):
        def poll(self, timeout_s: float, limit: int) -> list[Record]:
            return self._inner.poll(timeout_s, limit)

        def commit(self) -> None:
            self._inner.commit()
            if waiting:
                time.sleep(5)
            for record, reason, now, database in waiting:
                with database.write() as tx:
                    park(tx, record, reason, now)
            waiting.clear()

    consumer.park = lambda tx, record, reason, now: waiting.append((record, reason, now, tx.database))
    KafkaBus.subscribe = lambda bus, group, topics: Late(subscribe(bus, group, topics))


BUGS = (
    publish_before_commit,
    commit_after_the_response,
    offset_before_effect,
    no_duplicate_check,
    duplicate_check_in_its_own_transaction,
    watermark_relay,
    futures_ignored,
    two_relays_without_duplicate_check,
    float_sums_in_arrival_order,
    now_inside_the_score,
    schedule_without_its_unique_key,
    dead_letter_after_the_offset,
)


if __name__ == "__main__":
    from services.__main__ import main

    for bug in BUGS:
        if bug.__name__ == sys.argv[1]:
            bug()
    del sys.argv[1]
    main()
