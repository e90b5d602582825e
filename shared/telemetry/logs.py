"""Logs of constant messages and fields."""

import logging
import sys

import structlog

from shared.telemetry.tracing import add_trace_id


def set_up_logs(level: str, as_json: bool) -> None:
    """One line per entry on the standard error, ours and the libraries'; one that cannot be written stops nothing."""
    for_all: list[structlog.typing.Processor] = [
        add_trace_id,
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
