"""Apache Kafka as the event bus."""

import contextlib
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from shared.events import PARTITIONS
from shared.messaging.bus import BusAway, Grant, Record, Subscription
from shared.messaging.kafka_internals import GroupConsumer, consumed_offsets, continue_join
from shared.messaging.kafka_types import Acl, Admin, Cluster, Consumed, Kind, Network, Offset, Partition, Producer, Sent

C = TypeVar("C")

FIND_BROKER_MS = 10_000  # after that a new client gives up
_NO_ID = UUID(int=0)  # said of a topic that is not there
RETAIN_FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


@dataclass(frozen=True)
class KafkaLink:
    """How brokers are spoken to, in Kafka's own words; a certificate must name the host and be signed by `ca_file`."""

    security: str = "PLAINTEXT"
    ca_file: Path | None = None
    mechanism: str = "SCRAM-SHA-512"
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def options(self) -> dict[str, object]:
        options: dict[str, object] = {"security_protocol": self.security}
        if self.security.endswith("SSL"):
            options["ssl_cafile"] = None if self.ca_file is None else str(self.ca_file)
        if self.security.startswith("SASL"):
            options |= {"sasl_mechanism": self.mechanism, "sasl_plain_username": self.user}
            options["sasl_plain_password"] = self.password
        return options


class KafkaBus:
    """Apache Kafka by kafka-python: bytes in, bytes out, threads, nothing built before it is needed.

    The client's constructors may block for 30 s, so they never run in a start-up path. A prefix keeps several
    installations apart on one cluster: it stands before every topic and group name there, and nowhere else.
    """

    def __init__(
        self, bootstrap_servers: str, replication: int = 1, prefix: str = "", link: KafkaLink | None = None
    ) -> None:
        self._link = link or KafkaLink()
        self._prefix = prefix + "." if prefix else ""
        self._servers = bootstrap_servers.split(",")
        self._replication = replication
        self._producer: Producer | None = None
        self._lock = threading.Lock()

    def _producing(self) -> Producer:
        from kafka import KafkaProducer

        with self._lock:
            if self._producer is None:
                opened: tuple[Producer, Network] = self._opened(
                    KafkaProducer,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=2,
                    batch_size=262_144,
                    delivery_timeout_ms=20_000,
                    request_timeout_ms=10_000,
                    max_block_ms=10_000,
                    allow_auto_create_topics=False,
                )
                self._producer, _ = opened
            return self._producer

    def _opened(self, kind: Kind[C], **options: object) -> tuple[C, Network]:
        """A client of this kind and its network, or `BusAway` and nothing left of it.

        A constructor that finds no broker would leave its thread and its sockets behind, and while the broker is away
        one is tried every few seconds.
        """
        networks: list[Network] = []

        def network(**settings: object) -> Network:
            networks.append(kind.DEFAULT_CONFIG["kafka_client"](**settings))
            return networks[-1]

        with _answering():
            try:
                client = kind(
                    bootstrap_servers=self._servers,
                    bootstrap_timeout_ms=FIND_BROKER_MS,
                    # By default up to 36 s, of the 60 in which all must have healed.
                    reconnect_backoff_max_ms=2_000,
                    kafka_client=network,
                    **self._link.options(),
                    **options,
                )
                return client, networks[0]
            except BaseException:
                for opened in networks:
                    opened.close()
                raise

    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        try:
            producer = self._producing()
        except Exception as error:
            return [error] * len(records)
        sent: list[Sent | Exception] = []
        for record in records:
            try:
                partition = None if record.partition < 0 else record.partition
                topic = self._prefix + record.topic
                headers = list(record.headers)
                sent.append(
                    producer.send(topic, value=record.value, key=record.key, headers=headers, partition=partition)
                )
            except Exception as error:
                sent.append(error)
        with contextlib.suppress(Exception):  # each future tells its own outcome
            producer.flush(timeout=30)
        outcomes = [_outcome(future) for future in sent]
        if any(outcomes):
            self._reset()
        return outcomes

    def _reset(self) -> None:
        """Begin again with a fresh client: an idempotent producer that lost a batch may refuse everything after it."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=1)

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        consumer, network = self._consumer(group_id=self._prefix + group)
        names = [self._prefix + topic for topic in topics]
        try:
            # Whoever forms a group before its topics are known is given no partitions, and has to join again.
            with _answering():
                missing = [name for name in names if not consumer.partitions_for_topic(name)]
            if missing:
                raise BusAway(f"not made yet: {', '.join(missing)}")
            return KafkaSubscription(consumer, network.cluster, names, self._prefix)
        except BaseException:
            consumer.close(autocommit=False, timeout_ms=2000)
            raise

    def _consumer(self, **options: object) -> tuple[GroupConsumer, Network]:
        from kafka import KafkaConsumer

        return self._opened(
            KafkaConsumer,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            max_poll_interval_ms=300_000,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=4_194_304,
            # kafka-python drops a question for metadata that is put while another is under way; it is put again soon.
            **({"metadata_max_age_ms": 5_000} | options),
        )

    def read_all(self, topics: Sequence[str]) -> Iterator[Record]:
        from kafka import TopicPartition

        consumer, _ = self._consumer(group_id=None)
        try:
            partitions = [TopicPartition(self._prefix + t, p) for t in topics for p in range(PARTITIONS)]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            ends = {partition: end for partition, end in consumer.end_offsets(partitions).items() if end > 0}
            while ends:
                for partition, records in consumer.poll(timeout_ms=1000).items():
                    for record in records:
                        if partition in ends and record.offset < ends[partition]:
                            yield _from_kafka(record, self._prefix)
                ends = {partition: end for partition, end in ends.items() if consumer.position(partition) < end}
        finally:
            # At the interpreter's end the client's thread is gone, and closing would wait for it for ever.
            if not sys.is_finalizing():
                consumer.close(timeout_ms=2000)

    @contextlib.contextmanager
    def _administering(self) -> Iterator[Admin]:
        from kafka.admin import KafkaAdminClient

        admin, _ = self._opened(KafkaAdminClient)
        try:
            yield admin
        finally:
            admin.close()

    def ensure_topics(self, topics: Sequence[str]) -> None:
        from kafka.errors import TopicAlreadyExistsError

        shape = {"num_partitions": PARTITIONS, "replication_factor": self._replication, "configs": RETAIN_FOR_EVER}
        with self._administering() as admin:
            existing = set(admin.list_topics())
            missing = {name: shape for name in (self._prefix + topic for topic in topics) if name not in existing}
            if missing:
                # Another process may be first with some of them; the rest is made all the same.
                with contextlib.suppress(TopicAlreadyExistsError):
                    admin.create_topics(missing)
                admin.wait_for_topics(list(missing))

    def faults_of_topics(self, topics: Sequence[str]) -> list[str]:
        from kafka.admin import ConfigResource, ConfigResourceType

        names = [self._prefix + topic for topic in topics]
        with self._administering() as admin:
            described = {topic["name"]: topic["partitions"] for topic in admin.describe_topics(names)}
            there = [name for name in names if described.get(name)]
            resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in there]
            configs = admin.describe_configs(resources, config_filter="all")["topic"] if there else {}
        faults = [f"{name} is not there" for name in names if name not in there]
        for name in there:
            partitions = described[name]
            copies = min(len(partition["replica_nodes"]) for partition in partitions)
            if len(partitions) != PARTITIONS:
                faults.append(f"{name} has {len(partitions)} partitions, not {PARTITIONS}")
            if copies < self._replication:
                faults.append(f"{name} is kept {copies} times, not {self._replication}")
            for key, wanted in RETAIN_FOR_EVER.items():
                if (found := configs[name][key]["value"]) != wanted:
                    faults.append(f"{name} has {key}={found}, not {wanted}")
        return faults

    def grant(self, grants: Collection[Grant]) -> None:
        wanted = [self._acl(grant) for grant in self.missing(grants)]
        with self._administering() as admin:
            refused = admin.create_acls(wanted)["failed"] if wanted else []
        if refused:
            raise BusAway(f"the event bus does not grant: {refused[0]}")

    def missing(self, grants: Collection[Grant]) -> list[Grant]:
        from kafka.admin import (
            ACLFilter,
            ACLOperation,
            ACLPermissionType,
            ACLResourcePatternType,
            ResourcePatternFilter,
            ResourceType,
        )

        everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
        with self._administering() as admin, _answering():
            found, error = admin.describe_acls(
                ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ALLOW, everything)
            )
            if error.errno:
                raise error()
        allowed = {(acl.principal, acl.operation, acl.resource_pattern) for acl in found}
        return [
            grant
            for grant, acl in ((grant, self._acl(grant)) for grant in sorted(grants))
            if (acl.principal, acl.operation, acl.resource_pattern) not in allowed
        ]

    def _acl(self, grant: Grant) -> Acl:
        from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

        resource = ResourcePattern(ResourceType[grant.kind.upper()], self._prefix + grant.name)
        operation = ACLOperation[grant.operation.upper()]
        acl: Acl = ACL(f"User:{grant.user}", "*", operation, ACLPermissionType.ALLOW, resource)
        return acl

    def forget(self, group: str, topics: Sequence[str]) -> None:
        from kafka import TopicPartition
        from kafka.errors import NoError
        from kafka.structs import OffsetAndMetadata

        partitions = [TopicPartition(self._prefix + topic, p) for topic in topics for p in range(PARTITIONS)]
        with self._administering() as admin, _answering():
            outcomes = admin.alter_group_offsets(self._prefix + group, dict.fromkeys(partitions, OffsetAndMetadata(0)))
        if refused := [outcome for outcome in outcomes.values() if outcome is not NoError]:
            raise BusAway(f"{group} is still reading, stop its workers first: {refused[0].__name__}")

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        with self._administering() as admin:
            return self._committed(admin, group, topics)

    def _committed(self, admin: Admin, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        known = {self._prefix + topic: topic for topic in topics}
        ids = {topic["name"]: str(topic["topic_id"]) for topic in admin.describe_topics(list(known))}
        offsets = admin.list_group_offsets(self._prefix + group)[self._prefix + group]
        return {
            (known[partition.topic], partition.partition): at.offset
            for partition, at in offsets.items()
            if partition.topic in known and at.offset >= 0 and _is_of(at, ids.get(partition.topic))
        }

    def lag(self, group: str, topics: Sequence[str]) -> int:
        from kafka import TopicPartition
        from kafka.admin import OffsetSpec

        partitions = {TopicPartition(self._prefix + t, p): OffsetSpec.LATEST for t in topics for p in range(PARTITIONS)}
        with self._administering() as admin:
            committed = self._committed(admin, group, topics)
            ends = admin.list_partition_offsets(partitions)
        return sum(
            e.offset - committed.get((p.topic.removeprefix(self._prefix), p.partition), 0) for p, e in ends.items()
        )

    def close(self) -> None:
        self._reset()


class KafkaSubscription:
    """`names` are the topics with their prefix."""

    def __init__(self, consumer: GroupConsumer, cluster: Cluster, names: Sequence[str], prefix: str) -> None:
        self._consumer, self._cluster, self._prefix = consumer, cluster, prefix
        self._ids: dict[str, str] = {}
        self._names = names
        self._note_ids()
        self._positioned: set[Partition] = set()
        # No rebalance listener: the effects carry correctness.
        consumer.subscribe(topics=names)

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        continue_join(self._consumer)
        self._note_ids()
        batches = self._consumer.poll(timeout_ms=int(timeout_s * 1000), max_records=limit)
        for partition in self._begin_anew():
            batches.pop(partition, None)
        return [_from_kafka(record, self._prefix) for records in batches.values() for record in records]

    def _note_ids(self) -> None:
        """A topic that was made anew is another one, in which this reader's positions mean nothing: `BusAway`."""
        for name in self._names:
            topic_id = self._cluster.topic_id(name)
            if topic_id and topic_id != _NO_ID and self._ids.setdefault(name, str(topic_id)) != str(topic_id):
                raise BusAway(f"{name} was made anew")

    def _begin_anew(self) -> set[Partition]:
        """Of the partitions just assigned, those whose committed offset is of a topic that is no more: read from zero.

        A reader that has not noticed yet may commit its position after the topic was made again; the broker takes it.
        """
        assigned = self._consumer.assignment()
        new, self._positioned = assigned - self._positioned, assigned
        committed = {partition: self._consumer.committed(partition, metadata=True) for partition in new}
        strange = {each for each, at in committed.items() if at and not _is_of(at, self._ids.get(each.topic))}
        if strange:
            self._consumer.seek_to_beginning(*strange)
        return strange

    def commit(self) -> None:
        from kafka.errors import CommitFailedError
        from kafka.structs import OffsetAndMetadata

        committed = {
            partition: OffsetAndMetadata(at.offset, self._ids.get(partition.topic, ""), at.leader_epoch)
            for partition, at in consumed_offsets(self._consumer).items()
        }
        # After a rebalance whoever has the partition now sees the same records as duplicates.
        with contextlib.suppress(CommitFailedError):
            self._consumer.commit(committed)

    def close(self) -> None:
        self._consumer.close(autocommit=False, timeout_ms=2000)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    from kafka.errors import KafkaError

    try:
        yield
    except KafkaError as error:
        raise BusAway(f"the event bus does not answer: {error}") from None


def _is_of(committed: Offset, topic_id: str | None) -> bool:
    """Whether an offset was committed of the topic of this id; none is said where the broker did not tell ids."""
    return not committed.metadata or committed.metadata == topic_id


def _from_kafka(record: Consumed, prefix: str) -> Record:
    topic, key, value = record.topic.removeprefix(prefix), record.key or b"", record.value or b""
    return Record(topic, key, value, record.partition, record.offset, tuple(record.headers))


def _outcome(sent: Sent | Exception) -> Exception | None:
    if isinstance(sent, Exception):
        return sent
    try:
        sent.get(timeout=0.1 if sent.is_done else 30)
    except Exception as error:
        return error
    return None
