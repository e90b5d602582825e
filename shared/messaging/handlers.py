"""What a service does when others announce, by event type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints

from shared.db.database import Tx
from shared.events import Fact, Received

Handle = Callable[[Tx, Any, datetime], bool | None]


Drop = Callable[[Tx, int, datetime], None]
"""`drop(tx, epoch, now)`: what an owner told in an earlier epoch than this, and not in it, is no more."""


@dataclass(frozen=True)
class Handler:
    model: type[Fact]
    handle: Handle

    def fact(self, event: Received) -> Fact:
        """What the event says; a model that names `event_id` gets the envelope's."""
        return self.model.model_validate(event.data | {"event_id": event.id})


class Handlers:
    """What a service does when others announce, by event type, and what follows once per batch."""

    def __init__(self, *topics: str) -> None:
        self.topics: Sequence[str] = topics
        self.by_type: dict[str, Handler] = {}
        self.drops: dict[str, Drop] = {}
        self.replicas: dict[str, Sequence[Any]] = {}
        self.settle: Callable[[Tx, datetime], None] = lambda tx, now: None

    def on(self, *types: str) -> Callable[[Handle], Handle]:
        """Register `handle(tx, fact, now)` for these types; it returns False where the fact changed nothing."""

        def register(handle: Handle) -> Handle:
            model = get_type_hints(handle)["fact"]
            for type in types:
                self.by_type[type] = Handler(model, handle)
            return handle

        return register

    def after_restore(self, owner: str, *replicas: Any) -> Callable[[Drop], Drop]:
        """Register what drops the records of this owner that it has not announced in its new epoch.

        Of the tables `replicas`, each with its `epoch`, nothing of an earlier one is left then.
        """

        def register(drop: Drop) -> Drop:
            self.drops[owner], self.replicas[owner] = drop, replicas
            return drop

        return register

    def after_batch(self, settle: Callable[[Tx, datetime], None]) -> Callable[[Tx, datetime], None]:
        """Register what runs once, in the same transaction, after the batch's facts were handled."""
        self.settle = settle
        return settle
