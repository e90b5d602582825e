"""Responses composed from several services."""

from datetime import datetime

from pydantic import BaseModel


class TimelineEntry(BaseModel):
    """`effect` is the entry's contribution to the score today, in points; null where it has none or it is not known."""

    id: str
    """The entry's id; together with `at` it orders the timeline."""
    kind: str
    """What sort of thing happened."""
    at: datetime
    """The instant that it is ordered by (UTC): midnight of the day where only that is known, the day's end for a change
    of tier."""
    on: str | None
    """The day on which it happened (UTC); null where its source names none."""
    title: str
    """What it is called; of an interaction the first 300 characters of its summary."""
    source_kind: str
    """What the record behind it is."""
    source_id: str | None
    """The id of the record behind it; null of a change of tier."""
    effect: float | None
    """Points of the score today that it adds, or takes where it is below 0; null where it is no evidence or that is not
    known."""
    details: dict[str, object]
    """What entries of its kind have beside, as a status, an experience, a cause."""


class Timeline(BaseModel):
    """Newest first. `next` goes on to older entries as `after`, `previous` back to newer ones as `before`."""

    items: list[TimelineEntry]
    """The entries, newest first."""
    next: str | None
    """What to send as `after` for older entries; null where there are none."""
    previous: str | None
    """What to send as `before` for newer entries; null where there are none."""
    missing: list[str]
    """`effect` where the effects could not be had; else empty."""


class Overview(BaseModel):
    """One page's worth of a relationship; what did not answer in time is null and named in `missing`."""

    relationship: dict[str, object]
    """The relationship, as `GET relationships/{relationship_id}` answers it."""
    tier: dict[str, object] | None
    """Score and tier, as `GET relationships/{relationship_id}/tier` answers them; null where it is missing."""
    ladder: dict[str, object] | None
    """The ladder, as `GET relationships/{relationship_id}/ladder` answers it; null where it is missing."""
    latest: list[TimelineEntry] | None
    """The five newest entries of the timeline; null where they are missing."""
    missing: list[str]
    """Which of the parts could not be had in time."""
