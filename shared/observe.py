"""Logs of constant messages and fields, and the metrics that operators watch."""

import logging
import sys
from typing import Any

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
    """One line per entry on the standard error, ours and the libraries'; one that cannot be written stops nothing."""
    for_all: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=for_all,
        )
    )
    wanted = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=max(logging.WARNING, wanted), handlers=[handler], force=True)
    ours = logging.getLogger("entente")
    ours.setLevel(wanted)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what matters of it is logged by the bus
    structlog.configure(
        processors=[*for_all, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(wanted),
        logger_factory=lambda *_: ours,
        cache_logger_on_first_use=True,
    )
