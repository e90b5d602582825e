"""Logs of constant messages and fields, and the metrics that operators watch."""

import logging
import sys

import structlog
from prometheus_client import Counter, Gauge, Histogram

HTTP = Histogram(
    "entente_http_request_seconds",
    "Requests by service, route and status",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OUTBOX_PENDING = Gauge("entente_outbox_pending", "Events not yet on the bus", ["service"])
OUTBOX_OLDEST_AGE = Gauge(
    "entente_outbox_oldest_age_seconds", "Age of the oldest event not yet on the bus", ["service"]
)
RELAYED = Counter("entente_events_relayed_total", "Events acknowledged by the bus")
CONSUMED = Counter("entente_events_consumed_total", "Events by what became of them", ["service", "outcome"])
CONSUMER_LAG = Gauge("entente_consumer_lag", "Records on the bus that the service has not applied", ["service"])
EVENT_AGE = Histogram(
    "entente_event_applied_seconds",
    "From an event's time to its effect being committed",
    ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 10, 60),
)


def set_up_logs(level: str, as_json: bool) -> None:
    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelNamesMapping()[level]), stream=sys.stderr)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what matters of it is logged by the bus
