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
    kind: EntryKind
    at: datetime
    on: date
    title: str
    label: str | None
    status: str | None
    source_kind: str
    source_id: str
    engagement_id: str | None
    experience: str | None
    findings: str | None
    promised_on: date | None
    accepted: bool | None
    late_cause: str | None
    author_id: str


class Place(BaseModel):
    """A position in the order (at, id); the gateway merges the services' timelines by it."""

    at: datetime
    id: str


class TimelineOut(BaseModel):
    """Newest first. `next` continues toward older entries (`after_at`, `after_id`), `previous` toward newer ones."""

    items: list[TimelineEntry]
    next: Place | None
    previous: Place | None
