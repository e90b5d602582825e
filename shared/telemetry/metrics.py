"""Logs of constant messages and fields, and the metrics that operators watch."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics
from sqlalchemy import Engine, QueuePool

disable_created_metrics()  # type: ignore[no-untyped-call]  # as many series again, of which nothing here is asked

HTTP = Histogram(
    "entente_http_request_seconds",
    "Requests by service, route and status",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
READY = Gauge(
    "entente_ready", "1 while the service's database answers and has this program's shape, else 0", ["service"]
)
POOL_SIZE = Gauge("entente_database_pool_size", "Connections that the process may have to its database", ["service"])
POOL_IN_USE = Gauge("entente_database_pool_in_use", "Connections of them that are in use", ["service"])
POOL_TIMEOUTS = Counter(
    "entente_database_pool_timeouts_total", "Requests refused because no connection came free in time", ["service"]
)
OUTBOX_PENDING = Gauge("entente_outbox_pending", "Events not yet on the bus", ["service"])
OUTBOX_OLDEST_AGE = Gauge(
    "entente_outbox_oldest_age_seconds", "Age of the oldest event not yet on the bus", ["service"]
)
RELAYED = Counter("entente_events_relayed_total", "Events acknowledged by the bus", ["service"])
CONSUMED = Counter("entente_events_consumed_total", "Events by what became of them", ["service", "outcome"])
CONSUMER_LAG = Gauge("entente_consumer_lag", "Records on the bus that the service has not applied", ["service"])
CONSUMER_POSITION_AGE = Gauge(
    "entente_consumer_position_age_seconds",
    "Since the service was last known to have applied everything, or to have moved on",
    ["service"],
)
DEAD_LETTERS = Gauge("entente_dead_letters", "Records that could not be applied and wait for somebody", ["service"])
EVENT_AGE = Histogram(
    "entente_event_applied_seconds",
    "From an event's time to its effect being committed",
    ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 10, 60),
)
LOOP_AGE = Gauge(
    "entente_worker_loop_age_seconds", "Since this thread of a worker last showed that it moves", ["service", "loop"]
)
MEASURED = Gauge(
    "entente_worker_measured_timestamp_seconds",
    "When the schedule of a worker last came round and found its database",
    ["service"],
)
TASK_DUE = Gauge("entente_task_due_timestamp_seconds", "When scheduled work is due next", ["service", "task"])
TASK_FAILED = Gauge(
    "entente_task_failed", "1 where the last run of scheduled work failed in part or whole, else 0", ["service", "task"]
)
MAIL_WAITING = Gauge("entente_mail_waiting", "Mail that is yet to be sent", ["service"])
MAIL_OLDEST_AGE = Gauge("entente_mail_oldest_age_seconds", "Age of the oldest mail that is yet to be sent", ["service"])
MAIL_FAILED = Gauge("entente_mail_failed", "Mail that was given up", ["service"])
SPANS = Counter("entente_spans_total", "Spans of traces that the collector took, or that were lost", ["outcome"])


def _pool(engine: Engine) -> QueuePool:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool


def watch_pool(service: str, engine: Engine) -> None:
    """Tell Prometheus, when it asks, how many of this pool's connections are in use."""
    POOL_TIMEOUTS.labels(service=service)  # shown as 0 from the start: of a counter that appears, no increase is seen
    POOL_SIZE.labels(service=service).set(_pool(engine).size())
    POOL_IN_USE.labels(service=service).set_function(lambda: _pool(engine).checkedout())
