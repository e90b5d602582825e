"""What a service does when others announce, by event type, and once after each batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, get_type_hints

import sqlalchemy as sa

from shared.db.database import Tx
from shared.events import Fact, Received

P = TypeVar("P")
"""What a batch has applied and not yet written; made for each batch and passed to every handler of it."""

Handle = Callable[[Tx, Any, datetime, P], bool | None]
Flush = Callable[[Tx, P, datetime], None]
Drop = Callable[[Tx, int, datetime], None]
"""`drop(tx, epoch, now)` removes what an owner has not announced again in this epoch."""


@dataclass(frozen=True)
class Handler(Generic[P]):
    model: type[Fact]
    handle: Handle[P]

    def fact(self, event: Received) -> Fact:
        """What the event says; a model that names `event_id` gets the envelope's."""
        return self.model.model_validate(event.data | {"event_id": event.id})


class Handlers(Generic[P]):
    """The handlers of a service by event type; `begin_batch` makes the pending changes that they share."""

    def __init__(self, *topics: str, begin_batch: Callable[[], P]) -> None:
        self.topics: Sequence[str] = topics
        self.begin_batch = begin_batch
        self.by_type: dict[str, Handler[P]] = {}
        self.drops: dict[str, Drop] = {}
        self.replicas: dict[str, Sequence[sa.Table]] = {}
        self.flush: Flush[P] = lambda tx, pending, now: None

    def on(self, *types: str) -> Callable[[Handle[P]], Handle[P]]:
        """Register `handle(tx, fact, now, pending)` for these types; it returns False where nothing changed."""

        def register(handle: Handle[P]) -> Handle[P]:
            model = get_type_hints(handle)["fact"]
            for type in types:
                self.by_type[type] = Handler(model, handle)
            return handle

        return register

    def after_restore(self, owner: str, *replicas: sa.Table) -> Callable[[Drop], Drop]:
        """Register what drops the records of this owner that it has not announced in its new epoch.

        Of the tables `replicas`, each with its `epoch`, nothing of an earlier one is left then.
        """

        def register(drop: Drop) -> Drop:
            self.drops[owner], self.replicas[owner] = drop, replicas
            return drop

        return register

    def after_batch(self, flush: Flush[P]) -> Flush[P]:
        """Register `flush(tx, pending, now)`, which runs once in the same transaction after the batch's facts."""
        self.flush = flush
        return flush


AnyHandlers = Handlers[Any]
"""Those of some service; each makes its own kind of pending changes."""
