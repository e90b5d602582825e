"""Events on the wire: CloudEvents 1.0, structured JSON; types are past tense, owner first, version last."""

import builtins
from datetime import datetime
from typing import ClassVar, Unpack

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.telemetry.tracing import cause_of

CLOUD_EVENT = "application/cloudevents+json; charset=UTF-8"
"""The content type of every record's value, which its header says: SDKs refuse a record without one."""
PARTITIONS = 12  # fixed for life: a key keeps its partition


class Event(BaseModel):
    """What a service announces. Subclasses name their type, aggregate and key field as class arguments.

    ``id`` and ``version`` are the aggregate's; the owner's epoch and the event's own id are added by the outbox.
    A message is sent once; all else is the state of a record, announced again after a restore
    (docs/design/reliability.md, Restore).
    A name that Python keeps for itself ends in an underscore here, as ``from_``, and without it on the wire.
    """

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]
    aggregate: ClassVar[str]
    key_field: ClassVar[str]
    is_message: ClassVar[bool] = False
    announced: ClassVar[dict[str, "builtins.type[Event]"]] = {}

    id: str
    version: int

    def __init_subclass__(
        cls,
        *,
        type: str,
        aggregate: str,
        key: str = "relationship_id",
        message: bool = False,
        **more: Unpack[ConfigDict],
    ) -> None:
        super().__init_subclass__(**more)
        cls.type, cls.aggregate, cls.key_field, cls.is_message = type, aggregate, key, message
        Event.announced[type] = cls

    @property
    def key(self) -> str:
        return str(getattr(self, self.key_field))

    @property
    def topic(self) -> str:
        return topic_of(owner_of(self.type))

    @property
    def fixed_partition(self) -> int | None:
        """The partition into which it goes, where that is not its key's."""
        return None


class EpochEnd(BaseModel):
    """All records were announced anew in this epoch; what was not is no more. One for each partition of the topic."""

    partition: int = Field(ge=0, lt=PARTITIONS)

    @property
    def fixed_partition(self) -> int:
        return self.partition


def topic_of(service: str) -> str:
    return f"entente.{service}"


def owner_of(type: str) -> str:
    return type.split(".", 1)[0]


def to_wire(event: Event, event_id: str, epoch: int, now: datetime) -> str:
    """The CloudEvents JSON text, the same bytes on Kafka and in the embedded log."""
    return pydantic_core.to_json(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/entente/" + owner_of(event.type),
            "type": event.type,
            "time": now,
            "subject": event.id,
            "datacontenttype": "application/json",
            "partitionkey": event.key,
            **({"traceparent": cause} if (cause := cause_of(event.key)) else {}),
            "data": {"epoch": epoch} | {name.removesuffix("_"): value for name, value in event.__dict__.items()},
        }
    ).decode()


class Fact(BaseModel):
    """A consumer's own tolerant model of somebody else's event: it names what it needs and ignores the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    version: int
    epoch: int


class Received(BaseModel):
    """The envelope that a consumer reads before it knows whether the event concerns it."""

    model_config = ConfigDict(extra="ignore")

    specversion: str
    id: str
    type: str
    time: datetime
    partitionkey: str = ""
    traceparent: str = ""
    data: dict[str, object]


def identity_of(value: bytes) -> tuple[str | None, object]:
    """The id of the event that these bytes are, and its epoch; None where they are none."""
    try:
        event = Received.model_validate_json(value)
    except ValidationError:
        return None, None
    return event.id, event.data.get("epoch")
