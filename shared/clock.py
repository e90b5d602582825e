"""Time is an argument: the edge and the worker ask a clock once and pass the answer down."""

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def utc_day(instant: datetime) -> date:
    """The calendar day on which something happened, in UTC (docs/design/model.md, Evidence)."""
    return instant.astimezone(UTC).date()
