"""The parts that the other tests stand on: each is the real thing, and its faults are real."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from tests.support.kafka import Broker, is_answering, start_broker
from tests.support.kafka_jars import jars
from tests.support.postgres import Postgres, start_postgres
from tests.support.processes import NotOurs, PartMissing, Process, wait_until

pytestmark = pytest.mark.xdist_group("real parts")


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with start_broker(tmp_path_factory.mktemp("own-kafka"), own=True) as broker:
        yield broker


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with start_postgres(tmp_path_factory.mktemp("own-postgres"), own=True, fsync=True) as postgres:
        yield postgres


def test_what_is_produced_is_consumed_byte_for_byte(broker: Broker) -> None:
    topic = make_topic(broker)
    sent = [(b"relationship-%d" % (i % 3), bytes([i, 0, 255])) for i in range(100)]

    produce(broker, topic, sent)

    assert sorted(consume(broker, topic, 100)) == sorted(sent)


def test_a_database_takes_a_table_and_gives_its_rows_back(postgres: Postgres) -> None:
    url = postgres.create_database(f"t{uuid.uuid4().hex}")

    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE account (account_id int PRIMARY KEY, name text NOT NULL)")
        connection.execute("INSERT INTO account VALUES (1, 'Ærø Sponsor')")

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT name, upper(name) FROM account").fetchall() == [
            ("Ærø Sponsor", "ÆRØ SPONSOR")
        ]


def test_a_role_enters_its_own_database_and_no_other(postgres: Postgres) -> None:
    names = f"a{uuid.uuid4().hex}", f"b{uuid.uuid4().hex}"
    for name in names:
        postgres.create_database(name)

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgres.url(names[1], user=names[0]))

    with psycopg.connect(postgres.url(names[0], user=names[0])) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (names[0], names[0])


def test_a_dropped_database_is_gone_with_its_role_and_connections(postgres: Postgres) -> None:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres.create_database(name)) as connection:
        postgres.drop_database(name)

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    postgres.create_database(name)
    with pytest.raises(psycopg.errors.DuplicateObject):
        postgres.create_database(name)


def test_a_killed_broker_keeps_what_it_acknowledged_and_a_wiped_one_nothing(own_broker: Broker) -> None:
    topic = make_topic(own_broker)
    produce(own_broker, topic, [(b"k", b"v")])

    own_broker.kill()
    assert not is_answering(own_broker.bootstrap_servers)

    own_broker.start()
    assert consume(own_broker, topic, 1) == [(b"k", b"v")]

    own_broker.wipe()
    own_broker.start()
    assert topic not in topics(own_broker)


def test_a_frozen_broker_answers_nobody_until_it_is_thawed(own_broker: Broker) -> None:
    own_broker.freeze()
    try:
        assert not is_answering(own_broker.bootstrap_servers)
    finally:
        own_broker.thaw()

    wait_until(lambda: is_answering(own_broker.bootstrap_servers), 30, "the broker answers after its freeze")


def test_a_killed_server_keeps_what_it_committed(own_postgres: Postgres) -> None:
    url = own_postgres.create_database("killed")
    with psycopg.connect(url) as idle:
        idle.execute("CREATE TABLE kept (n int)")
        idle.commit()

        own_postgres.kill()
        assert not own_postgres.is_answering()
        with contextlib.suppress(psycopg.OperationalError):
            idle.close()

    own_postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept VALUES (1)")
    own_postgres.stop("fast")
    own_postgres.start()

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_lent_part_is_used_but_not_broken(
    own_broker: Broker, own_postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", own_broker.bootstrap_servers)
    monkeypatch.setenv("ENTENTE_TEST_POSTGRES_URL", own_postgres.url("postgres"))

    with start_broker(tmp_path) as broker, start_postgres(tmp_path) as postgres:
        with pytest.raises(NotOurs, match="own=True"):
            broker.kill()
        with pytest.raises(NotOurs, match="own=True"):
            postgres.stop("fast")
        with psycopg.connect(postgres.create_database("lent")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert own_postgres.is_answering()
    assert is_answering(own_broker.bootstrap_servers)


def test_a_damaged_jar_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = jars()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "entente" / sound[0].parent.name
    cache.mkdir(parents=True)
    for jar in sound:
        (cache / jar.name).hardlink_to(jar)
    (cache / sound[0].name).unlink()
    (cache / sound[0].name).write_bytes(b"half a jar")
    monkeypatch.setattr("tests.support.kafka_jars._download", lambda artifact: sound[0].read_bytes())

    assert [digest(jar) for jar in jars()] == [digest(jar) for jar in sound]
    assert {path.name for path in cache.iterdir()} == {jar.name for jar in sound}


def test_a_jar_that_differs_from_the_lock_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("tests.support.kafka_jars._download", lambda artifact: b"not the jar")

    with pytest.raises(PartMissing, match="SHA-256"):
        jars()

    assert list(tmp_path.rglob("*.jar")) == []


def test_a_program_that_fails_to_start_shows_its_log(tmp_path: Path) -> None:
    process = Process(["/bin/sh", "-c", "echo no room left; exit 3"], tmp_path / "program.log")

    with pytest.raises(PartMissing, match="no room left"):
        wait_until(lambda: False, 10, "it answers", process)
    process.kill()


def test_a_program_ends_with_the_python_that_started_it_even_by_sigkill(tmp_path: Path) -> None:
    script = (
        "import time; from pathlib import Path; from tests.support.processes import Process;"
        f"p = Process(['/bin/sleep', '600'], Path({str(tmp_path / 'sleep.log')!r})); print(p.pid, flush=True);"
        "time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ})
    sleeper = psutil.Process(int(parent.stdout.readline()))

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    _, alive = psutil.wait_procs([sleeper], timeout=30)
    assert [process.status() for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def make_topic(broker: Broker) -> str:
    topic = f"t{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    admin.create_topics({topic: {"num_partitions": 3, "replication_factor": 1}})
    admin.close()
    return topic


def topics(broker: Broker) -> list[str]:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    names = admin.list_topics()
    admin.close()
    return names


def produce(broker: Broker, topic: str, records: list[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, acks="all")
    for future in [producer.send(topic, key=key, value=value) for key, value in records]:
        future.get(timeout=30)
    producer.close(timeout=5)


def consume(broker: Broker, topic: str, count: int) -> list[tuple[bytes, bytes]]:
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap_servers, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, partition) for partition in range(3)])
    deadline = time.monotonic() + 30
    records: list[tuple[bytes, bytes]] = []
    while len(records) < count and time.monotonic() < deadline:
        for batch in consumer.poll(timeout_ms=200).values():
            records += [(record.key, record.value) for record in batch]
    consumer.close(autocommit=False)
    return records


def digest(jar: Path) -> str:
    return hashlib.sha256(jar.read_bytes()).hexdigest()
