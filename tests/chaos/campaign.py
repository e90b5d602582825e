"""Faults done to an installation under traffic: real signals to real processes, by a plan that a seed decides."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from services.registry import SERVICES, service_named
from shared.events import topic_of
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Record
from shared.messaging.relay import LEASE
from tests.support.distributed import DistributedInstallation
from tests.support.kafka import Cluster, Node
from tests.support.processes import wait_until

PATIENCE_S = 180
POISON = (
    b"\xff\xfe no text at all %d",
    b"[%d]",
    b'{"id": {"n": %d}}',
    b'{"id": %d, "type": "accounts.account_recorded.v1"}',
    b'{"type": "engagements.delivery_recorded.v1", "data": {"n": %d}}',
    b'{"id": ' + b"[" * 5_000 + b" %d",
)
"""Records that no service can apply."""
CONSUMING = [name for name in SERVICES if service_named(name).handlers.topics]


class Campaign:
    """Whoever does something to a process holds it meanwhile, so that no two do; all that is done is said."""

    def __init__(self, installation: DistributedInstallation, cluster: Cluster, seed: int) -> None:
        self.installation, self.cluster, self.chance = installation, cluster, random.Random(seed)
        self.bus = open_bus(installation.environment["ENTENTE_BUS_URL"], replication=3)
        self.kills, self.ended_by_themselves = 0, 0
        self.poisoned: list[tuple[str, bytes]] = []
        self._began = time.monotonic()
        self._held: set[str] = set()
        self._given_back = threading.Condition()

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:7.1f} s  {what}", flush=True)

    @contextmanager
    def holding(self, *names: str) -> Iterator[None]:
        with self._given_back:
            assert self._given_back.wait_for(lambda: self._held.isdisjoint(names), PATIENCE_S), f"{names} are held"
            self._held.update(names)
        try:
            yield
        finally:
            with self._given_back:
                self._held.difference_update(names)
                self._given_back.notify_all()

    @contextmanager
    def _holding_any(self, names: list[str]) -> Iterator[str]:
        """The first of these that nobody holds."""
        with self._given_back:
            assert self._given_back.wait_for(lambda: not self._held.issuperset(names), PATIENCE_S), "all are held"
            name = next(name for name in names if name not in self._held)
            self._held.add(name)
        try:
            yield name
        finally:
            with self._given_back:
                self._held.remove(name)
                self._given_back.notify_all()

    @contextmanager
    def killing(self, every_s: float) -> Iterator[None]:
        """SIGKILL to a process so often, which starts again within a second, as does one that ends by itself."""
        stopping = threading.Event()
        threads = [threading.Thread(target=self._kill, args=(every_s, stopping))]
        threads.append(threading.Thread(target=self._revive, args=(stopping,)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()

    def _kill(self, every_s: float, stopping: threading.Event) -> None:
        chance = random.Random(self.chance.random())
        due = time.monotonic() + every_s
        while not stopping.wait(max(0.0, due - time.monotonic())):
            due += every_s
            names, pause_s = chance.sample(self.installation.names, len(self.installation.names)), chance.random()
            with self._holding_any(names) as name:
                self.say(f"SIGKILL {name}")
                self.installation.kill(name)
                self.kills += 1
                time.sleep(pause_s)
                self.installation.start(name)

    def _revive(self, stopping: threading.Event) -> None:
        while not stopping.wait(0.5):
            for name in self.installation.names:
                with self._given_back:
                    is_dead = name not in self._held and not self.installation.processes[name].is_running
                    if is_dead:
                        code = self.installation.processes[name].returncode
                        self.say(f"{name} has ended by itself with {code}")
                        self.ended_by_themselves += 1
                        self.installation.kill(name)
                        self.installation.start(name)

    # Faults. Each returns when it is healed.

    def restart_everything(self) -> None:
        """One replica of every part after the other: stopped, started again, and waited for."""
        halves = [
            [name for name in self.installation.names if name.endswith(" 2") is second] for second in (False, True)
        ]
        for names in halves:
            self.installation.wait_until_ready(PATIENCE_S)
            with self.holding(*names), ThreadPoolExecutor(len(names)) as pool:
                self.say(f"restart {', '.join(names)}")
                list(pool.map(self._restart, names))

    def _restart(self, name: str) -> None:
        self.installation.stop([name])
        self.installation.start(name)
        if name in self.installation.listens:
            wait_until(lambda: self.installation.is_ready(name), PATIENCE_S, f"{name} is ready again")

    def freeze_the_relay(self, service: str = "engagements") -> None:
        """The relay that works is frozen until the other has taken over and sent what waited; then it wakes."""
        frozen, other = f"work {service}", f"work {service} 2"
        with self.holding(frozen, other):
            self.installation.kill(other)
            time.sleep(LEASE.total_seconds() + 1)  # what the other one had is over
            wait_until(lambda: self._holder(service) is not None, PATIENCE_S, f"{frozen} is the relay")
            holder = self._holder(service)
            self.installation.start(other)
            self.say(f"freeze {frozen}")
            self.installation.processes[frozen].freeze()
            wait_until(
                lambda: self._holder(service) not in (None, holder), PATIENCE_S, "the other relay has taken over"
            )
            time.sleep(5)
            self.say(f"thaw {frozen}")
            self.installation.processes[frozen].thaw()

    def _holder(self, service: str) -> object:
        found = self.rows(service, "SELECT holder FROM lease WHERE name = 'relay' AND until_at > now()")
        return found[0][0] if found else None

    def stop_a_broker(self) -> None:
        with self._one_broker("stop") as node:
            node.stop()
            time.sleep(5)
            node.start()

    def freeze_a_broker(self) -> None:
        with self._one_broker("freeze") as node:
            node.freeze()
            time.sleep(15)
            node.thaw()

    def wipe_a_broker(self) -> None:
        with self._one_broker("wipe") as node:
            node.wipe()
            time.sleep(2)
            node.start()

    @contextmanager
    def _one_broker(self, what: str) -> Iterator[Node]:
        """A broker that may be lost now, as the others hold everything; they do again at the end."""
        number = self.chance.randrange(len(self.cluster.nodes))
        wait_until(self.cluster.is_whole, PATIENCE_S, "all brokers hold everything")
        self.say(f"{what} broker {number + 1}")
        yield self.cluster.nodes[number]
        wait_until(self.cluster.is_whole, PATIENCE_S, "all brokers hold everything again")
        self.say(f"broker {number + 1} is whole again")

    def stop_the_database(self) -> None:
        self.say("SIGKILL to the database")
        self.installation.postgres.kill()
        time.sleep(3)
        self.installation.postgres.start()
        self.say("the database answers again")

    def rebalance(self) -> None:
        """A third member joins the group and leaves it in peace, joins and is killed."""
        for service in ("engagements", "scorecards"):
            name = f"work {service} 3"
            self.say(f"{name} joins and leaves twice")
            for leave in (lambda name: self.installation.stop([name]), self.installation.kill):
                self.installation.start(name)
                time.sleep(6)
                leave(name)

    def poison(self) -> None:
        """Records that nobody can apply, on every topic that a service consumes."""
        topics = {topic for name in CONSUMING for topic in service_named(name).handlers.topics}
        records = [
            Record(topic, b"%d" % n, value % self.chance.randrange(10**9))
            for topic in sorted(topics)
            for n, value in enumerate(POISON)
        ]
        self.say(f"{len(records)} poison records")
        assert [outcome for outcome in self.bus.publish(records) if outcome] == []
        self.poisoned += [(record.topic, record.value) for record in records]

    def repeat_records(self, most: int = 200) -> None:
        """Records as they were, again and out of their order."""
        poisoned = {value for _, value in self.poisoned}
        known = [
            each for each in self.bus.read_all([topic_of(name) for name in SERVICES]) if each.value not in poisoned
        ]
        again = self.chance.sample(known, min(most, len(known)))
        self.say(f"{len(again)} records again")
        assert [outcome for outcome in self.bus.publish(again) if outcome] == []

    def replay(self, service: str = "scorecards") -> None:
        """Everything is consumed again from the start of every topic, while more comes in."""
        from kafka import KafkaAdminClient, TopicPartition
        from kafka.admin import OffsetSpec

        names = [name for name in self.installation.names if name.startswith(f"work {service}")]
        group, topics = f"{self.installation.name}.{service}", service_named(service).handlers.topics
        with self.holding(*names):
            self.installation.stop(names)
            self.say(f"{service} consumes everything again")
            client = KafkaAdminClient(bootstrap_servers=self.cluster.bootstrap_servers.split(","))
            try:
                wait_until(lambda: _is_empty(client, group), PATIENCE_S, f"nobody is left in {group}")
                partitions = [TopicPartition(f"{self.installation.name}.{t}", p) for t in topics for p in range(12)]
                client.reset_group_offsets(group, dict.fromkeys(partitions, OffsetSpec.EARLIEST))
            finally:
                client.close()
            for name in names:
                self.installation.start(name)

    # What is to be seen afterwards.

    def rows(self, service: str, statement: str) -> list[tuple[object, ...]]:
        url = self.installation.postgres.url(f"{self.installation.name}_{service}")
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute(statement).fetchall()

    def waiting(self) -> dict[str, int]:
        """What has yet to be published or applied, by service; nothing where all is done."""
        left = {}
        for name in SERVICES:
            [(outbox,)] = self.rows(name, "SELECT count(*) FROM outbox")
            topics = service_named(name).handlers.topics
            left[name] = int(outbox) + (self.bus.lag(name, topics) if topics else 0)
        return {name: count for name, count in left.items() if count}

    def dead_letters_missing_or_strange(self) -> list[str]:
        """Each poison record is a dead letter of each service that consumes its topic, once; and nothing else is."""
        found = []
        for name in CONSUMING:
            topics = service_named(name).handlers.topics
            expected = sorted((topic, value) for topic, value in self.poisoned if topic in topics)
            dead = sorted(
                (str(topic), bytes(value)) for topic, value in self.rows(name, "SELECT topic, value FROM dead_letter")
            )
            if dead != expected:
                found.append(f"{name} has {len(dead)} dead letters, not the {len(expected)} poison records")
        return found


def _is_empty(client: object, group: str) -> bool:
    from kafka.errors import KafkaError

    try:
        return client.describe_groups([group])[group]["group_state"] in ("Empty", "Dead")
    except KafkaError:
        return False
