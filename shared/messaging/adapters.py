"""The event bus: one protocol, two adapters (Kafka, and an embedded log in a SQLite file), the same bytes on both."""

from pathlib import Path
from urllib.parse import urlsplit

from shared.events import PARTITIONS
from shared.messaging.bus import GATHER_S, Bus, BusAway, Grant, Record, Subscription, partition_of
from shared.messaging.embedded_log import EmbeddedLog
from shared.messaging.kafka_bus import KafkaBus, KafkaLink

__all__ = [
    "GATHER_S",
    "PARTITIONS",
    "Bus",
    "BusAway",
    "EmbeddedLog",
    "Grant",
    "KafkaBus",
    "KafkaLink",
    "Record",
    "Subscription",
    "open_bus",
    "partition_of",
]


def open_bus(url: str, *, replication: int = 1, link: KafkaLink | None = None) -> Bus:
    """The adapter that the URL's scheme names; nothing connects yet."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return EmbeddedLog(Path(url.removeprefix("sqlite:///")))
    if scheme == "kafka":
        return KafkaBus(urlsplit(url).netloc, replication, urlsplit(url).path.strip("/"), link)
    raise ValueError(f"an event bus is sqlite: or kafka:, not {scheme}:")
