"""A real Kafka broker: the one given, a container, or Apache Kafka's own jars on Python packages alone."""

import base64
import os
import shutil
import signal
import socket
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from tests.support.certificates import certificate
from tests.support.kafka_jars import jars, java
from tests.support.processes import NotOurs, Process, docker_has, free_port, run, wait_until

IMAGE = "confluentinc/cp-kafka:7.9.2"
START_TIMEOUT_S = 180

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={log_dirs}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=4000
# Each of the thousand partitions of a test run would otherwise be given two files of 10 MB.
log.index.size.max.bytes=65536
offsets.topic.num.partitions=4
"""

CLUSTERED = """\
node.id={number}
controller.quorum.voters={voters}
offsets.topic.replication.factor=3
default.replication.factor=3
min.insync.replicas=2
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
"""
NODES = 3

SECURE = """\
listeners=PLAINTEXT://127.0.0.1:{port},SSL://127.0.0.1:{tls},SASL_SSL://127.0.0.1:{login},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SSL://127.0.0.1:{tls},SASL_SSL://127.0.0.1:{login}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:operator
"""

LOGGING = """\
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %m (%c)%n
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
"""


class Broker:
    """One KRaft node from the jars, all its files in `folder`; not started by making it. Leaving `with` ends it.

    Where it is not to be `measured`, Java compiles quickly and no better: it starts with two thirds of the processors.
    """

    def __init__(self, folder: Path, *, measured: bool = False) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._log = self._folder / "kafka.log"
        self._stored = self._folder / "stored"
        self._properties = self._folder / "server.properties"
        self._logging = self._folder / "log4j2.properties"
        self._java = [java(), "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={self._logging}"]
        self._java += [] if measured else ["-XX:TieredStopAtLevel=1"]
        self._classpath = ["-cp", os.pathsep.join(map(str, jars()))]
        self._process: Process | None = None
        port = free_port()
        self.bootstrap_servers = f"127.0.0.1:{port}"
        self._logging.write_text(LOGGING)
        self._properties.write_text(self._settings(port))
        self._format()

    def _settings(self, port: int) -> str:
        return PROPERTIES.format(port=port, controller=free_port(), log_dirs=self._stored)

    def start(self) -> None:
        """Start the broker with what it stored; returns when it leads, within START_TIMEOUT_S."""
        if self._process is not None and self._process.is_running:
            raise RuntimeError("The broker is running already.")
        heap = ["-Xms128m", "-Xmx384m"]
        self._process = Process([*self._java, *heap, *self._classpath, "kafka.Kafka", self._properties], self._log)
        what = f"Kafka answers on {self.bootstrap_servers}"
        wait_until(lambda: is_answering(self.bootstrap_servers), START_TIMEOUT_S, what, self._process)

    def stop(self) -> None:
        """SIGTERM: a controlled shutdown. Nothing when it is down."""
        if self._process is not None:
            self._process.stop(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL. Nothing when it is down."""
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._process.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.thaw()

    def restart(self) -> None:
        self.stop()
        self.start()

    def wipe(self) -> None:
        """SIGKILL, and everything stored is lost: topics, records and offsets. Left down; `start()` finds it empty."""
        self.kill()
        shutil.rmtree(self._stored)
        self._format()

    def close(self) -> None:
        """End it in whatever state it is; only its log and settings stay in the folder."""
        self.kill()
        shutil.rmtree(self._stored, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _format(self) -> None:
        tool = [*self._classpath, "kafka.tools.StorageTool", "format"]
        run([*self._java, *tool, "-c", self._properties, *self._membership(), *self._users()], self._log)

    def _membership(self) -> list[str]:
        """Options that say of which cluster the node is."""
        return ["-t", new_cluster_id(), "--standalone"]

    def _users(self) -> list[str]:
        """Options by which those who may sign in are made with the store."""
        return []


class Node(Broker):
    """One of several: broker and controller of a cluster whose controllers' ports all know."""

    def __init__(self, folder: Path, number: int, cluster_id: str, controllers: Sequence[int]) -> None:
        self._number, self._cluster_id, self._controllers = number, cluster_id, controllers
        super().__init__(folder)

    def _settings(self, port: int) -> str:
        alone = PROPERTIES.format(port=port, controller=self._controllers[self._number - 1], log_dirs=self._stored)
        shared = ("node.id", "controller.quorum", "offsets.topic.replication", "transaction.state")
        kept = [line for line in alone.splitlines() if not line.startswith(shared)]
        voters = ",".join(f"{n}@127.0.0.1:{port}" for n, port in enumerate(self._controllers, 1))
        return "\n".join([*kept, CLUSTERED.format(number=self._number, voters=voters)])

    def _membership(self) -> list[str]:
        return ["-t", self._cluster_id]


class Cluster:
    """Nodes that keep every record thrice; two of the three are enough to write. Leaving `with` ends them all."""

    def __init__(self, folder: Path) -> None:
        cluster_id, controllers = new_cluster_id(), [free_port() for _ in range(NODES)]
        self.nodes = [Node(folder / f"kafka-{n}", n, cluster_id, controllers) for n in range(1, NODES + 1)]
        self.bootstrap_servers = ",".join(node.bootstrap_servers for node in self.nodes)

    def start(self) -> None:
        """Start them side by side: one alone is no quorum, and would never answer."""
        with ThreadPoolExecutor(NODES) as pool:
            list(pool.map(Node.start, self.nodes))

    def is_whole(self) -> bool:
        """Whether every partition is kept by all nodes, so that one of them may be lost."""
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        try:
            client = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers.split(","), bootstrap_timeout_ms=3_000)
        except KafkaError:
            return False
        try:
            partitions = [each for topic in client.describe_topics() for each in topic["partitions"]]
            return all(len(each["isr_nodes"]) == NODES for each in partitions)
        except KafkaError:
            return False
        finally:
            client.close()

    def close(self) -> None:
        for node in self.nodes:
            node.close()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class GuardedBroker(Broker):
    """A broker with TLS, SCRAM users and an access-control list beside its plain listener, which may do everything."""

    def __init__(self, folder: Path, passwords: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca_file, private = certificate(folder)
        self._keystore = folder.resolve() / "keystore.pem"
        self._keystore.write_bytes(private.read_bytes() + self.ca_file.read_bytes())
        self._passwords = passwords
        self.tls_servers, self.login_servers = (f"127.0.0.1:{free_port()}" for _ in range(2))
        super().__init__(folder)

    def _settings(self, port: int) -> str:
        plain, controller = super()._settings(port), free_port()
        kept = [line for line in plain.splitlines() if "listeners=" not in line and "controller.quorum" not in line]
        tls, login = (servers.rpartition(":")[2] for servers in (self.tls_servers, self.login_servers))
        guarded = SECURE.format(port=port, tls=tls, login=login, controller=controller, keystore=self._keystore)
        return "\n".join([*kept, f"controller.quorum.bootstrap.servers=127.0.0.1:{controller}", guarded])

    def _users(self) -> list[str]:
        users = [f"SCRAM-SHA-512=[name={name},password={word}]" for name, word in self._passwords.items()]
        return [part for user in users for part in ("--add-scram", user)]


class LentBroker(Broker):
    """A broker that runs outside our hands; it can be used and given back, not broken."""

    def __init__(self, bootstrap_servers: str, give_back: Callable[[], object] = lambda: None) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.close = give_back

    def _refuse(self) -> None:
        raise NotOurs(f"The broker at {self.bootstrap_servers} is lent: use start_broker(folder, own=True) for faults.")

    start = stop = kill = freeze = thaw = restart = wipe = _refuse


def start_broker(folder: Path, *, own: bool = False, measured: bool = False) -> Broker:
    """A running broker: KAFKA_BOOTSTRAP_SERVERS, else a container where Docker has the image, else the jars.

    `own` goes to the jars at once, for tests that break the broker; `measured` speaks of those only. PartMissing says
    what to do when none can be had.
    """
    if own:
        return _from_jars(folder, measured=measured)
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        what = f"KAFKA_BOOTSTRAP_SERVERS={given} answers; start that broker, or unset the variable"
        wait_until(lambda: is_answering(given), 15, what)
        return LentBroker(given)
    return _from_docker() or _from_jars(folder)


def new_cluster_id() -> str:
    # One beginning with "-" would read as an option.
    return "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]


def is_answering(bootstrap_servers: str) -> bool:
    """True when a broker lists itself, which it does once it is ready to create topics."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    # The client would log each refused connection.
    if not any(map(_is_listening, bootstrap_servers.split(","))):
        return False
    try:
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap_servers.split(","),
            bootstrap_timeout_ms=1_000,
            request_timeout_ms=3_000,
            reconnect_backoff_max_ms=50,
        )
    except KafkaError:
        return False
    try:
        return bool(client.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        client.close()


def wait_for_groups(bootstrap_servers: str, groups: list[str], timeout_s: float) -> None:
    """Return when each of these consumer groups has formed; PartMissing after `timeout_s` seconds."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    def are_formed() -> bool:
        try:
            return all(found["group_state"] == "Stable" for found in client.describe_groups(groups).values())
        except KafkaError:
            # A broker that has just started has yet to name the groups' coordinator.
            return False

    client = KafkaAdminClient(bootstrap_servers=bootstrap_servers.split(","))
    try:
        wait_until(are_formed, timeout_s, f"the groups {', '.join(groups)} have formed")
    finally:
        client.close()


def lose_topic(bootstrap_servers: str, name: str) -> None:
    """Delete a topic with all that is in it; returns when the broker has no such topic any more."""
    from kafka import KafkaAdminClient

    client = KafkaAdminClient(bootstrap_servers=bootstrap_servers.split(","))
    try:
        client.delete_topics([name])
        wait_until(lambda: name not in client.list_topics(), 30, f"the topic {name} is gone")
    finally:
        client.close()


def _is_listening(server: str) -> bool:
    host, _, port = server.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=3).close()
    except OSError:
        return False
    return True


def _from_jars(folder: Path, *, measured: bool = False) -> Broker:
    broker = Broker(folder, measured=measured)
    try:
        broker.start()
    except BaseException:
        broker.close()
        raise
    return broker


def _from_docker() -> LentBroker | None:
    if not docker_has(IMAGE):
        return None
    from testcontainers.community.kafka import KafkaContainer

    container = KafkaContainer(IMAGE).with_kraft().with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
    try:
        container.start(timeout=2 * START_TIMEOUT_S)  # it runs a Java to format its store first
    except Exception as error:
        # Many ways to fail (no room, no image of its helper, a port), one way on: the jars.
        container.stop()
        warnings.warn(
            f"Docker answers, but a Kafka container did not start, so the jars are used: {error}", stacklevel=3
        )
        return None
    return LentBroker(container.get_bootstrap_server(), container.stop)
