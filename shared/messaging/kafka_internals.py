"""What is done inside kafka-python for want of a public way; read in its version 3.0.12.

`tests/contract/test_kafka_internals.py` fails when a version has these attributes no more, or means something else.
"""

from collections.abc import Mapping
from typing import Protocol

from shared.messaging.kafka_types import Consumer, Offset, Partition


class _Coordinator(Protocol):
    _join_task: object | None

    def request_rejoin(self) -> None: ...


class _Subscribed(Protocol):
    def all_consumed_offsets(self) -> Mapping[Partition, Offset]: ...


class GroupConsumer(Consumer, Protocol):
    """A `KafkaConsumer` that belongs to a group."""

    _coordinator: _Coordinator
    _subscription: _Subscribed


def continue_join(consumer: GroupConsumer) -> None:
    """Take up a join that the last poll had no time to finish.

    kafka-python joins again when a topic's partitions change, and as the leader notes its assignment before the
    broker has confirmed it. When a poll ends between the two, it takes the join for done: the member keeps its old
    partitions, sends no heartbeat any more, and never learns that the group went on without it.
    """
    coordinator = consumer._coordinator
    if coordinator._join_task is not None:
        coordinator.request_rejoin()


def consumed_offsets(consumer: GroupConsumer) -> Mapping[Partition, Offset]:
    """Per assigned partition the offset after the last record polled; without a question to the broker.

    `KafkaConsumer.position` asks the broker where it has to, and says no epoch of the leader.
    """
    return consumer._subscription.all_consumed_offsets()
