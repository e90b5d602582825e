"""Responses composed from several services."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class TimelineEntry(BaseModel):
    """`effect` is the entry's contribution to the score today, in points; null where it has none or it is not known."""

    id: str
    kind: str
    at: datetime
    on: str | None
    title: str
    source_kind: str
    source_id: str | None
    effect: float | None
    details: dict[str, Any]


class Timeline(BaseModel):
    """Newest first. `next` goes on to older entries as `after`, `previous` back to newer ones as `before`."""

    items: list[TimelineEntry]
    next: str | None
    previous: str | None
    missing: list[str]


class Overview(BaseModel):
    """One page's worth of a relationship; what did not answer in time is null and named in `missing`."""

    relationship: dict[str, Any]
    tier: dict[str, Any] | None
    ladder: dict[str, Any] | None
    latest: list[TimelineEntry] | None
    missing: list[str]
