"""What a story is made of: the records as they will be sent, with keys where ids will stand once there are some."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Account:
    """`key` is its external id in the system `demo`; a parent comes before its sites."""

    key: str
    name: str
    kind: str
    size: str
    region: str
    country: str
    website: str
    parent: str | None
    capabilities: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    key: str
    account: str
    name: str
    function: str
    email: str


@dataclass(frozen=True)
class StageChange:
    stage: str
    on: date
    reason: str | None = None
    outcome: str | None = None
    would_use_again: str | None = None


@dataclass(frozen=True)
class Milestone:
    """A promise; open without `completed_on`. Owners are contacts' keys, ours and theirs."""

    name: str
    kind: str
    promised_on: date
    completed_on: date | None
    outcome: str | None
    late_cause: str | None
    reason: str | None
    sponsor_owner: str | None
    provider_owner: str | None


@dataclass(frozen=True)
class Engagement:
    """`stages` is its whole history; it is created in the first of them. A predecessor comes before it."""

    key: str
    name: str
    type: str
    mode: str
    complexity: int
    value: float
    currency: str
    products: tuple[str, ...]
    modality: str
    starts_on: date
    ends_on: date | None
    predecessor: str | None
    stages: tuple[StageChange, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class Delivery:
    """Open without `delivered_on`; `cancelled_on` is set where the provider cancelled it."""

    key: str
    engagement: str
    name: str
    promised_on: date
    delivered_on: date | None
    accepted: bool
    quantity: float
    unit: str
    late_cause: str | None
    reason: str | None
    cancelled_on: date | None = None


@dataclass(frozen=True)
class Action:
    """A follow-up of an interaction; without a contact it is ours."""

    title: str
    interaction: str
    contact: str | None
    due_on: date
    done_on: date | None


@dataclass(frozen=True)
class Interaction:
    key: str
    engagement: str | None
    kind: str
    occurred_at: datetime
    summary: str
    experience: str | None
    findings: str | None
    attributes: tuple[str, ...]
    participants: tuple[str, ...]
    is_private: bool = False


@dataclass(frozen=True)
class Issue:
    title: str
    severity: str
    engagement: str | None
    opened_on: date
    escalated_on: date | None
    closed_on: date | None
    reason: str | None


@dataclass(frozen=True)
class Relationship:
    """One sponsor with one provider and all that happened; `peers` are (function, our contact, theirs)."""

    key: str
    sponsor: str
    provider: str
    owner_id: str
    is_restricted: bool
    started_on: date
    has_committee: bool
    cadence: str
    peers: tuple[tuple[str, str, str], ...]
    engagements: tuple[Engagement, ...]
    deliveries: tuple[Delivery, ...]
    interactions: tuple[Interaction, ...]
    actions: tuple[Action, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Story:
    """A whole made-up portfolio as it stands on `today`; nothing in it happened later, promises may be due later."""

    today: date
    accounts: tuple[Account, ...]
    contacts: tuple[Contact, ...]
    relationships: tuple[Relationship, ...]
