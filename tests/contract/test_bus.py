"""What both event buses promise: the embedded log and Apache Kafka pass the same suite."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.events import PARTITIONS
from shared.ids import new_id
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Bus, BusAway, Record, Subscription, partition_of
from shared.messaging.kafka_bus import KafkaBus, KafkaSubscription
from tests.support.kafka import Broker, lose_topic
from tests.support.processes import free_port

TOPIC, OTHER = "entente.accounts", "entente.engagements"


@pytest.fixture(params=["embedded", "kafka"])
def bus_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path}/events.sqlite"
    return f"kafka://{request.getfixturevalue('broker').bootstrap_servers}/{new_id()}"


@pytest.fixture
def bus(bus_url: str) -> Iterator[Bus]:
    bus = open_bus(bus_url)
    bus.ensure_topics([TOPIC, OTHER])
    yield bus
    bus.close()


def records(count: int, topic: str = TOPIC, keys: int = 5) -> list[Record]:
    return [Record(topic, b"key-%d" % (i % keys), b"value-%d" % i) for i in range(count)]


def take(subscription: Subscription, count: int, timeout_s: float = 60) -> list[Record]:
    """Poll until so many records have come; asserts that they come in time."""
    taken: list[Record] = []
    deadline = time.monotonic() + timeout_s
    while len(taken) < count:
        assert time.monotonic() < deadline, f"{len(taken)} of {count} records came"
        taken += subscription.poll(0.2, 100)
    return taken


def test_a_published_record_is_read_with_key_and_bytes_unchanged(bus: Bus) -> None:
    headers = (("content-type", b"application/cloudevents+json; charset=UTF-8"), ("raw", bytes(range(256))))
    strange = [
        Record(TOPIC, b"k", bytes(range(256)), headers=headers),
        Record(TOPIC, "é".encode(), b""),
    ]

    assert bus.publish(strange) == [None, None]

    published = {(record.key, record.value, record.headers) for record in strange}
    assert {(record.key, record.value, record.headers) for record in bus.read_all([TOPIC])} == published
    subscribed = take(bus.subscribe("strange", [TOPIC]), 2)
    assert {(record.key, record.value, record.headers) for record in subscribed} == published


def test_records_of_one_key_come_in_the_order_they_were_published(bus: Bus) -> None:
    for batch in range(4):
        bus.publish([Record(TOPIC, b"key-%d" % k, b"%d" % batch) for k in range(5)])

    taken = take(bus.subscribe("order", [TOPIC]), 20)

    for k in range(5):
        assert [r.value for r in taken if r.key == b"key-%d" % k] == [b"0", b"1", b"2", b"3"]


def test_a_key_keeps_its_partition_and_offsets_rise_by_one(bus: Bus) -> None:
    bus.publish(records(40))

    read = list(bus.read_all([TOPIC]))

    assert len({r.partition for r in read if r.key == b"key-1"}) == 1
    for partition in {r.partition for r in read}:
        offsets = [r.offset for r in read if r.partition == partition]
        assert offsets == list(range(len(offsets)))


def test_a_group_starts_at_the_beginning_and_continues_where_it_committed(bus: Bus) -> None:
    bus.publish(records(10))
    first = bus.subscribe("group", [TOPIC])
    take(first, 10)
    first.commit()
    first.close()
    bus.publish([Record(TOPIC, b"key-1", b"later")])

    again = bus.subscribe("group", [TOPIC])

    assert [r.value for r in take(again, 1)] == [b"later"]
    again.close()


def test_an_uncommitted_record_is_read_again(bus: Bus) -> None:
    bus.publish(records(6))
    first = bus.subscribe("group", [TOPIC])
    seen = take(first, 6)
    first.close()

    again = bus.subscribe("group", [TOPIC])

    assert sorted(r.value for r in take(again, 6)) == sorted(r.value for r in seen)
    again.close()


def test_two_groups_each_read_everything(bus: Bus) -> None:
    bus.publish(records(5))

    for group in ("one", "two"):
        subscription = bus.subscribe(group, [TOPIC])
        assert len(take(subscription, 5)) == 5
        subscription.close()


def test_a_subscription_reads_all_its_topics_and_no_other(bus: Bus) -> None:
    bus.publish(records(3) + records(4, OTHER))
    subscription = bus.subscribe("both", [TOPIC, OTHER])

    assert {r.topic for r in take(subscription, 7)} == {TOPIC, OTHER}
    subscription.close()
    assert {r.topic for r in bus.read_all([OTHER])} == {OTHER}


def test_lag_is_what_a_group_has_not_committed(bus: Bus) -> None:
    bus.publish(records(8))
    subscription = bus.subscribe("lagging", [TOPIC])
    take(subscription, 8)
    assert bus.lag("lagging", [TOPIC]) == 8

    subscription.commit()

    assert bus.lag("lagging", [TOPIC]) == 0
    assert sum(bus.committed("lagging", [TOPIC]).values()) == 8
    subscription.close()


def test_a_waiting_reader_gets_a_new_record_long_before_its_time_is_up(bus: Bus) -> None:
    subscription = bus.subscribe("waiting", [TOPIC])
    bus.publish([Record(TOPIC, b"k", b"first")])
    take(subscription, 1)
    threading.Timer(0.5, bus.publish, [[Record(TOPIC, b"k", b"second")]]).start()
    started = time.monotonic()

    arrived = subscription.poll(60, 10)

    assert [record.value for record in arrived] == [b"second"]
    assert time.monotonic() - started < 40
    subscription.close()


def test_topics_can_be_ensured_again_without_losing_anything(bus: Bus) -> None:
    bus.publish(records(3))

    bus.ensure_topics([TOPIC, OTHER])

    assert len(list(bus.read_all([TOPIC]))) == 3


def test_another_process_sees_what_this_one_published(bus: Bus, bus_url: str) -> None:
    bus.publish(records(2))

    other = open_bus(bus_url)

    assert len(list(other.read_all([TOPIC]))) == 2
    other.close()


def test_a_program_that_stops_in_the_midst_of_reading_ends(bus: Bus, bus_url: str) -> None:
    bus.publish(records(200))
    lines = (
        "from shared.messaging.adapters import open_bus",
        f"reading = open_bus({bus_url!r}).read_all([{TOPIC!r}])",
        "next(reading)",
        "raise KeyError(7)",
    )
    program = "\n".join(lines)

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("KeyError: 7")


def test_the_embedded_log_spreads_keys_over_all_partitions() -> None:
    assert {partition_of(new_id().encode()) for _ in range(500)} == set(range(12))


def test_publishing_to_a_bus_that_is_away_reports_every_record_as_failed(tmp_path: Path) -> None:
    folder_is_missing = open_bus(f"sqlite:///{tmp_path}/missing/events.sqlite")

    outcomes = folder_is_missing.publish(records(3))

    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    assert len(outcomes) == 3


def test_a_reader_that_joins_in_short_turns_reads_records_published_meanwhile(broker: Broker) -> None:
    """Kafka's own: a topic is made after the group, so that the member joins anew, in turns too short to finish in."""
    prefix = new_id()
    bus = KafkaBus(broker.bootstrap_servers, prefix=prefix)
    consumer, network = bus._consumer(group_id=f"{prefix}.late", metadata_max_age_ms=200)
    names = [f"{prefix}.{TOPIC}", f"{prefix}.{OTHER}"]
    subscription = KafkaSubscription(consumer, network.cluster, names, f"{prefix}.")
    try:
        for topic in (TOPIC, OTHER):
            bus.ensure_topics([topic])
            bus.publish(records(20, topic))
            taken: list[Record] = []
            deadline = time.monotonic() + 60
            while len(taken) < 20:
                assert time.monotonic() < deadline, f"{len(taken)} of 20 records of {topic} came"
                taken += subscription.poll(0.001, 100)
    finally:
        subscription.close()
        bus.close()


def test_a_reader_does_not_form_a_group_before_its_topics_are_made(broker: Broker) -> None:
    bus = KafkaBus(broker.bootstrap_servers, prefix=new_id())

    with pytest.raises(BusAway, match="not made yet"):
        bus.subscribe("early", [TOPIC])

    bus.ensure_topics([TOPIC])
    bus.publish(records(5))
    assert len(take(bus.subscribe("early", [TOPIC]), 5)) == 5


def test_a_second_process_that_ensures_topics_waits_for_them_too(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kafka.admin import KafkaAdminClient

    bus = KafkaBus(broker.bootstrap_servers, prefix=new_id())
    bus.ensure_topics([TOPIC])
    described, asked = KafkaAdminClient.describe_topics, []

    def described_late(admin: KafkaAdminClient, topics: list[str]) -> list[dict[str, Any]]:
        asked.append(topics)
        unknown = [{"name": name, "error_code": 3, "partitions": []} for name in topics]
        return unknown if len(asked) < 3 else described(admin, topics)

    monkeypatch.setattr(KafkaAdminClient, "list_topics", lambda admin: [])  # as a broker that does not know it yet
    monkeypatch.setattr(KafkaAdminClient, "describe_topics", described_late)
    bus.ensure_topics([TOPIC, OTHER])

    assert len(asked) >= 3  # a real broker, too, may take a moment to know a new topic
    assert bus.faults_of_topics([TOPIC, OTHER]) == []


def test_a_client_that_finds_no_broker_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.kafka_bus.FIND_BROKER_MS", 200)
    bus = open_bus(f"kafka://127.0.0.1:{free_port()}/nobody")
    before = threading.active_count()

    for attempt in (lambda: bus.subscribe("group", [TOPIC]), lambda: bus.lag("group", [TOPIC])):
        with pytest.raises(BusAway, match="does not answer"):
            attempt()
    assert all(isinstance(outcome, BusAway) for outcome in bus.publish(records(2)))

    assert threading.active_count() == before


def test_a_record_that_names_its_partition_is_written_there(bus: Bus) -> None:
    bus.publish([Record(TOPIC, b"everywhere", b"%d" % p, partition=p) for p in range(PARTITIONS)])

    assert {r.partition: r.value for r in bus.read_all([TOPIC])} == {p: b"%d" % p for p in range(PARTITIONS)}


def test_a_deleted_group_reads_from_the_start(bus: Bus) -> None:
    bus.publish(records(10) + records(3, OTHER))
    first = bus.subscribe("restored", [TOPIC, OTHER])
    take(first, 13)
    first.commit()
    first.close()

    bus.forget("restored", [TOPIC, OTHER])

    assert bus.lag("restored", [TOPIC, OTHER]) == 13
    again = bus.subscribe("restored", [TOPIC, OTHER])
    assert len(take(again, 13)) == 13
    again.close()


def test_a_group_with_a_reader_is_not_deleted(broker: Broker) -> None:
    bus = open_bus(f"kafka://{broker.bootstrap_servers}/{new_id()}")
    bus.ensure_topics([TOPIC])
    bus.publish(records(10))
    reading = bus.subscribe("busy", [TOPIC])
    take(reading, 10)
    reading.commit()

    with pytest.raises(BusAway, match="busy is still reading"):
        bus.forget("busy", [TOPIC])

    assert bus.lag("busy", [TOPIC]) == 0
    reading.close()
    bus.close()


def test_offsets_belong_to_the_topic_and_not_to_its_name(broker: Broker) -> None:
    """The new topic is longer than the old one was, so that the old positions would be within it."""
    prefix = new_id()
    bus = open_bus(f"kafka://{broker.bootstrap_servers}/{prefix}")
    bus.ensure_topics([TOPIC])
    bus.publish(records(10))
    reading = bus.subscribe("reading", [TOPIC])
    take(reading, 10)
    reading.commit()

    make_anew(broker, f"{prefix}.{TOPIC}", bus)
    bus.publish(records(40))
    reading.commit()  # it does not know the topic yet

    assert bus.committed("reading", [TOPIC]) == {}
    assert bus.lag("reading", [TOPIC]) == 40
    with pytest.raises(BusAway, match="made anew"):
        take(reading, 100, 60)
    reading.close()
    again = bus.subscribe("reading", [TOPIC])
    assert sorted(r.value for r in take(again, 40)) == sorted(r.value for r in records(40))
    again.commit()
    assert bus.lag("reading", [TOPIC]) == 0
    again.close()
    bus.close()


def make_anew(broker: Broker, name: str, bus: Bus) -> None:
    """Delete the topic and make it again, under the same name."""
    lose_topic(broker.bootstrap_servers, name)
    bus.ensure_topics([TOPIC])
