"""Kafka behind TLS and a login, with a list of who may write what: the product gets in, and nothing else does."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.registry import services_named
from shared.derived.topics import grants, topics
from shared.messaging.bus import BusAway, Grant, Record
from shared.messaging.kafka_bus import KafkaBus, KafkaLink
from tests.support.certificates import certificate
from tests.support.kafka import GuardedBroker

PASSWORDS = {"accounts": "an accounts secret", "scorecards": "a scorecards secret", "operator": "an operator's secret"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "event-bus.md"
OWN, OTHER = "entente.accounts", "entente.scorecards"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    with GuardedBroker(tmp_path_factory.mktemp("guarded"), PASSWORDS) as broker:
        broker.start()
        yield broker


@pytest.fixture
def operator(guarded: GuardedBroker) -> KafkaBus:
    return bus_of(guarded, "operator")


def link(broker: GuardedBroker, user: str) -> KafkaLink:
    return KafkaLink("SASL_SSL", broker.ca_file, "SCRAM-SHA-512", user, PASSWORDS[user])


def bus_of(broker: GuardedBroker, user: str) -> KafkaBus:
    return KafkaBus(broker.login_servers, link=link(broker, user))


def sent(bus: KafkaBus, topic: str, key: bytes) -> bool:
    [outcome] = bus.publish([Record(topic, key, b"{}")])
    bus.close()
    return outcome is None


def test_a_wrong_password_is_an_unreachable_bus(guarded: GuardedBroker) -> None:
    wrong = replace(link(guarded, "accounts"), password="another secret")

    with pytest.raises(BusAway):
        KafkaBus(guarded.login_servers, link=wrong).ensure_topics([OWN])


def test_a_broker_with_an_untrusted_certificate_is_an_unreachable_bus(guarded: GuardedBroker, tmp_path: Path) -> None:
    stranger, _ = certificate(tmp_path)

    with pytest.raises(BusAway):
        KafkaBus(guarded.tls_servers, link=KafkaLink("SSL", stranger)).ensure_topics([OWN])
    KafkaBus(guarded.tls_servers, link=KafkaLink("SSL", guarded.ca_file)).ensure_topics([OWN])


def test_a_service_may_write_its_own_topic_and_read_those_it_consumes_and_nothing_else(
    guarded: GuardedBroker, operator: KafkaBus
) -> None:
    operator.ensure_topics([OWN, OTHER])
    assert not sent(bus_of(guarded, "accounts"), OWN, b"before")

    operator.grant(grants(services_named()))

    assert operator.missing(grants(services_named())) == []
    assert sent(bus_of(guarded, "accounts"), OWN, b"after")
    assert not sent(bus_of(guarded, "accounts"), OTHER, b"foreign")
    assert not sent(bus_of(guarded, "scorecards"), OWN, b"foreign")
    assert consumed(bus_of(guarded, "scorecards"), "scorecards") == [b"after"]
    with pytest.raises(Exception, match="uthoriz"):
        consumed(bus_of(guarded, "scorecards"), "engagements")


def consumed(bus: KafkaBus, group: str) -> list[bytes]:
    subscription, found = bus.subscribe(group, [OWN]), []
    deadline = time.monotonic() + 30
    while not found and time.monotonic() < deadline:
        found = [record.key for record in subscription.poll(0.5, 10)]
    subscription.close()
    return found


def test_a_forbidden_operation_is_named(operator: KafkaBus) -> None:
    grant = Grant("nobody", "read", "topic", OWN)

    assert operator.missing([grant]) == [grant]
    assert str(grant) == "nobody may read topic entente.accounts"


def test_topics_that_are_not_as_they_should_be_are_named(guarded: GuardedBroker) -> None:
    apart = KafkaBus(guarded.bootstrap_servers, prefix="apart")
    with apart._administering() as admin:
        admin.create_topics({"apart.entente.accounts": {"num_partitions": 3, "replication_factor": 1}})

    apart.ensure_topics(topics(services_named()))

    assert apart.faults_of_topics(topics(services_named())) == [
        "apart.entente.accounts has 3 partitions, not 12",
        "apart.entente.accounts has retention.ms=604800000, not -1",
    ]
    assert KafkaBus(guarded.bootstrap_servers, prefix="elsewhere").faults_of_topics([OWN]) == [
        "elsewhere.entente.accounts is not there"
    ]
    thrice = KafkaBus(guarded.bootstrap_servers, 3, prefix="apart")
    assert "apart.entente.gateway is kept 1 times, not 3" in thrice.faults_of_topics(["entente.gateway"])


def test_who_may_do_what_is_documented() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (read|write) \| (topic|group) `([\w.]+)` \|$", DOCUMENT.read_text(), re.MULTILINE
    )

    assert sorted(Grant(*row) for row in rows) == grants(services_named())  # type: ignore[arg-type]


def test_no_representation_shows_a_password(guarded: GuardedBroker) -> None:
    assert "secret" not in repr(link(guarded, "accounts"))
