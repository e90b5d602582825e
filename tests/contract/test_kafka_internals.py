"""What is done inside kafka-python still is there and means what it is taken for; without a broker."""

from collections.abc import Iterator

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.net.compat import KafkaNetClient
from kafka.structs import OffsetAndMetadata

from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.kafka_internals import GroupConsumer, consumed_offsets, continue_join
from tests.support.processes import free_port

SHORT_MS = 20


@pytest.fixture
def consumer() -> Iterator[GroupConsumer]:
    """One that takes its broker's version from its settings, and so asks for no broker."""
    consumer, _ = KafkaBus(f"127.0.0.1:{free_port()}")._consumer(group_id="group", api_version=(3, 9))
    yield consumer
    consumer.close(autocommit=False, timeout_ms=100)


def test_the_client_that_was_handed_in_knows_the_topics_of_the_consumer() -> None:
    bus = KafkaBus(f"127.0.0.1:{free_port()}")

    consumer, network = bus._consumer(group_id="group", api_version=(3, 9))

    assert isinstance(consumer, KafkaConsumer)
    assert isinstance(network, KafkaNetClient)
    assert network.cluster is consumer._cluster
    assert network.cluster.topic_id("topic") is None
    consumer.close(autocommit=False, timeout_ms=100)


def test_a_consumed_offset_is_that_of_the_next_record_with_the_epoch_of_its_leader(consumer: GroupConsumer) -> None:
    polled, not_polled = TopicPartition("topic", 0), TopicPartition("topic", 1)
    consumer.assign([polled, not_polled])
    consumer._subscription.seek(polled, OffsetAndMetadata(7, "", 3))  # as the fetcher does after a record

    assert consumed_offsets(consumer) == {polled: OffsetAndMetadata(7, "", 3)}


def test_a_join_that_was_not_finished_is_found_and_asked_for_again(
    consumer: GroupConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator, answers, joins = consumer._coordinator, [], []
    consumer.subscribe(topics=["topic"])

    async def is_ready(timeout_ms: float | None = None) -> bool:
        return True

    async def join() -> bytes:
        joins.append(1)
        while not answers:
            await coordinator._net.sleep(0.005)
        return answers[0]

    async def done(*_: object, **__: object) -> None:
        pass

    for name, fake in {
        "ensure_coordinator_ready_async": is_ready,
        "_do_join_and_sync_async": join,
        "_on_join_prepare_async": done,
        "_on_join_complete_async": done,
    }.items():
        monkeypatch.setattr(coordinator, name, fake)
    assert not is_asked_again(consumer)

    assert coordinator.ensure_active_group(timeout_ms=SHORT_MS) is False
    assert is_asked_again(consumer)

    answers.append(b"")
    assert coordinator.ensure_active_group(timeout_ms=5_000) is True
    assert joins == [1]  # the join under way was taken up, not begun again
    assert not is_asked_again(consumer)


def is_asked_again(consumer: GroupConsumer) -> bool:
    """Whether a join counts as unfinished where kafka-python takes it for done."""
    coordinator = consumer._coordinator
    before, coordinator.rejoin_needed = coordinator.rejoin_needed, False
    continue_join(consumer)
    is_needed, coordinator.rejoin_needed = coordinator.rejoin_needed, before
    return is_needed
