"""Responses of the timeline."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel


class EntryKind(StrEnum):
    """What a timeline is filtered by; an issue gives an entry when it opens and one when it closes."""

    interaction = "interaction"
    delivery = "delivery"
    milestone = "milestone"
    stage_change = "stage_change"
    action = "action"
    issue = "issue"


class TimelineEntry(BaseModel):
    """One thing that happened. `at` orders it: its instant, or midnight UTC of its day; ties by `id`.

    `label` is the source's own kind: of interaction or milestone, the stage, the severity. An open promise stands at
    the day now promised, a lapsed one where it lapsed.
    """

    id: str
    """The entry's id: that of its record, or with a suffix where a record has several entries."""
    kind: EntryKind
    """What sort of thing happened."""
    at: datetime
    """The instant that it is ordered by (UTC); midnight of the day where only that is known."""
    on: date
    """The day on which it happened (UTC)."""
    title: str
    """What it is called; of an interaction the first 300 characters of its summary."""
    label: str | None
    """The source's own kind: of interaction or milestone, the stage, the severity; null where it has none."""
    status: str | None
    """The state of a promise, an action or an issue; null for what has none."""
    source_kind: str
    source_id: str
    engagement_id: str | None
    """The id of the engagement that it belongs to; null where it belongs to none."""
    experience: str | None
    """How it was against what was expected; null where nothing is said."""
    findings: str | None
    """The worst finding of an audit or inspection; null of others."""
    promised_on: date | None
    """The day first promised; null of what is no promise."""
    accepted: bool | None
    """Whether a delivery was accepted; null of others."""
    late_cause: str | None
    """Through whom a promise was late; null where nothing is said."""
    author_id: str
    """The id of the person or client who recorded it."""


class Place(BaseModel):
    """A position in the order (at, id); the gateway merges the services' timelines by it."""

    at: datetime
    """The instant of an entry (UTC)."""
    id: str
    """The id of an entry."""


class TimelineOut(BaseModel):
    """Newest first. `next` continues toward older entries (`after_at`, `after_id`), `previous` toward newer ones."""

    items: list[TimelineEntry]
    next: Place | None
    """Where older entries go on; null where there are none."""
    previous: Place | None
    """Where newer entries go on; null where there are none."""
