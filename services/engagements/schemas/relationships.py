"""What is read of a relationship as a whole: its ladder, standing, timeline, and how fresh its replica is."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from services.engagements.ladder import Need
from services.engagements.trends import Trends


class RungOut(BaseModel):
    rung: str = Field(examples=["R3"])
    label: str = Field(examples=["preferred_use"])


class ProvingEngagement(BaseModel):
    id: str
    name: str


class ProofOut(RungOut):
    """A reached rung and few engagements that alone suffice for it."""

    engagements: list[ProvingEngagement]


class NextRungOut(RungOut):
    needs: list[Need]


class RungChangeOut(BaseModel):
    """`because`: what proves the rung gained, or no longer proves the one lost, whose unmet needs are `missing`."""

    on: date
    before: RungOut
    after: RungOut
    because: list[ProvingEngagement]
    missing: list[Need]


class LadderOut(RungOut):
    relationship_id: str
    as_of: date
    settings_version: int
    proofs: list[ProofOut]
    next: NextRungOut | None
    history: list[RungChangeOut]
    trends: Trends


class StandingOut(RungOut):
    relationship_id: str
    version: int
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None


class ReplicaOut(BaseModel):
    id: str
    epoch: int
    version: int


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
    """A place in the order (at, id); the gateway merges the services' timelines by it."""

    at: datetime
    id: str


class TimelineOut(BaseModel):
    """Newest first. `next` continues toward older entries (`after_at`, `after_id`), `previous` toward newer ones."""

    items: list[TimelineEntry]
    next: Place | None
    previous: Place | None
