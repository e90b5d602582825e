"""What every event bus promises, whatever carries the records."""

import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from shared.events import PARTITIONS

# After a small batch so long is waited for more: a transaction for each record would cost more than the record.
GATHER_S = 0.02


@dataclass(frozen=True, slots=True)
class Record:
    """`partition` and `offset` are where it stands. Published, it goes where its key says, unless `partition` does."""

    topic: str
    key: bytes
    value: bytes
    partition: int = -1
    offset: int = -1
    headers: Sequence[tuple[str, bytes]] = field(default=())


@dataclass(frozen=True, order=True)
class Grant:
    """That a user of the bus may read or write a topic, or read as a group of consumers."""

    user: str
    operation: Literal["read", "write"]
    kind: Literal["topic", "group"]
    name: str

    def __str__(self) -> str:
        return f"{self.user} may {self.operation} {self.kind} {self.name}"


class BusAway(Exception):
    """The bus does not answer."""


class Subscription(Protocol):
    """One consumer of a group, used by one thread."""

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        """The next records in order per partition, or none when nothing came in time."""

    def commit(self) -> None:
        """Remember that everything polled so far was applied."""

    def close(self) -> None: ...


class Bus(Protocol):
    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        """Send all and wait for every one; per record None once it is durable, else the reason it may not be."""

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription: ...

    def read_all(self, topics: Sequence[str]) -> Iterator[Record]:
        """Every record from offset zero to the end as it is now, in order per partition."""

    def ensure_topics(self, topics: Sequence[str]) -> None: ...

    def faults_of_topics(self, topics: Sequence[str]) -> list[str]:
        """What is not as `ensure_topics` makes it, a line each."""

    def grant(self, grants: Collection[Grant]) -> None:
        """Allow what is not allowed yet; nothing is taken away."""

    def missing(self, grants: Collection[Grant]) -> list[Grant]:
        """Those that the bus does not allow by name."""

    def forget(self, group: str, topics: Sequence[str]) -> None:
        """Let the group begin anew at offset zero; `BusAway` while one of it is still reading."""

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        """The next offset that the group will read, per topic and partition; nothing where it never committed."""

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """Records of the topics that the group has not committed."""

    def close(self) -> None: ...


def partition_of(key: bytes) -> int:
    return zlib.crc32(key) % PARTITIONS
