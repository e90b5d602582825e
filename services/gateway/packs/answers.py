"""What the services answer, as far as a pack uses it: the JSON of their contracts, by its field names."""

from typing import Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

from services.gateway.packs.pack import Source

B = TypeVar("B")
Side = Literal["sponsor", "provider"]


class Answer(NamedTuple, Generic[B]):
    """A body and where it came from; `is_cut` says that there was more of a list."""

    body: B
    source: Source
    is_cut: bool = False


class Governance(TypedDict):
    business_review_cadence: str | None


class Relationship(TypedDict):
    sponsor_id: str
    provider_id: str
    sponsor_name: str
    provider_name: str
    owner_id: str
    started_on: str | None
    governance: Governance


class Account(TypedDict):
    id: str
    size: str | None
    region: str | None
    country: str | None


class Contact(TypedDict):
    account_id: str
    name: str


class Scores(TypedDict):
    """`score` in points, the range's ends in [0, 1]."""

    score: float
    lower: float
    upper: float


class Forecast(TypedDict):
    tier: str
    on: str


class Gate(TypedDict):
    gate: str
    needs: float
    has: float
    met: bool


class Way(TypedDict):
    kind: str
    items: int


class NextTier(TypedDict):
    tier: str
    gates: list[Gate]
    ways: list[Way]
    earliest_on: str


class KindContribution(TypedDict):
    kind: str
    good: float
    bad: float


class Contribution(TypedDict):
    kind: str
    contribution: float


class Contributions(TypedDict):
    by_kind: list[KindContribution]
    items: list[Contribution]
    next: str | None


class Tier(Scores):
    as_of: str
    policy_version: int
    tier: str
    tier_since: str | None
    unproven: bool
    tenure_days: int
    evidence_count: int
    contributions: Contributions
    next_tier: NextTier | None
    forecast: Forecast | None


class TierGate(TypedDict):
    lower: float


class Policy(TypedDict):
    """`mu` is the score without evidence and `lower` a tier's line, both in [0, 1]."""

    version: int
    mu: float
    half_life_days: dict[str, int]
    gates: dict[str, TierGate]


class HistoryPoint(Scores):
    on: str


class History(TypedDict):
    points: list[HistoryPoint]


class Proof(TypedDict):
    rung: str
    label: str
    engagements: list["Named"]


class Named(TypedDict):
    name: str


class Need(TypedDict):
    text: str
    met: bool


class NextRung(TypedDict):
    rung: str
    label: str
    needs: list[Need]


class Ladder(TypedDict):
    rung: str
    label: str
    proofs: list[Proof]
    next: NextRung | None


class Promises(TypedDict):
    """How the promises of a period ended; `share` is of those met on time."""

    promised: int
    met: int
    missed: int
    late: int
    refused: int
    overdue: int
    lapsed: int
    cancelled: int
    open: int
    excused: int
    share: float | None


class Interactions(TypedDict):
    count: int
    by_kind: dict[str, int]
    by_experience: dict[str, int]


class Audits(TypedDict):
    count: int
    by_findings: dict[str, int]


class LastReview(TypedDict):
    on: str | None
    days: int | None
    until: str


class Facts(TypedDict):
    deliveries: Promises
    milestones: Promises
    interactions: Interactions
    audits: Audits
    last_business_review: LastReview


class GroupGap(TypedDict):
    """In steps: our view minus theirs as answered, the provider's minus the sponsor's once turned."""

    group: str
    gap: float


class AttributeGap(TypedDict):
    label: str
    gap: float


class OverallGap(TypedDict):
    gap: float | None


class PeriodGaps(TypedDict):
    review_cycle_id: str
    period_starts_on: str
    groups: list[GroupGap]
    attributes: list[AttributeGap]
    overall: OverallGap


class Gaps(TypedDict):
    our_side: Side
    periods: list[PeriodGaps]


class Result(TypedDict):
    """`score` in points; `coverage` is the rated share of importance."""

    score: float | None
    coverage: float


class GroupResult(Result):
    group: str


class AttributeResult(TypedDict):
    label: str
    rating: str | None
    value: float | None
    comments: list[str]


class Trend(TypedDict):
    score: float | None
    period_ends_on: str


class Results(Result):
    groups: list[GroupResult]
    attributes: list[AttributeResult]
    trend: Trend | None
    flags: list[str]


class ReviewSide(TypedDict):
    side: Side
    status: str
    results: Results | None


class Review(TypedDict):
    review_cycle_id: str
    period_starts_on: str
    period_ends_on: str
    is_revealed: bool
    sides: list[ReviewSide]


class Card(TypedDict):
    id: str
    review_cycle_id: str
    period_starts_on: str
    period_ends_on: str


class Attribute(TypedDict):
    key: str
    label: str


class Owned(TypedDict):
    sponsor_owner_id: str | None
    provider_owner_id: str | None


class Effect(TypedDict):
    steps: float | None


class Plan(Owned):
    id: str
    attribute: str
    what: str
    due_on: str
    done_on: str | None
    effect: Effect


class Engagement(TypedDict):
    id: str
    name: str
    type: str
    mode: str
    complexity: int
    stage: str
    contracted_on: str | None
    closed_on: str | None
    ends_on: str | None
    value: float | None
    currency: str | None
    outcome: NotRequired[str | None]
    would_use_again: NotRequired[str | None]


class Milestone(Owned):
    engagement_id: str
    name: str
    kind: str
    promised_on: str
    current_promised_on: str


class Action(TypedDict):
    id: str
    title: str
    interaction_id: str | None
    owner_actor_id: str | None
    owner_contact_id: str | None
    due_on: str | None
    done_on: str | None


class Interaction(TypedDict):
    kind: str


class Details(TypedDict):
    """What only some kinds of entry have."""

    label: NotRequired[str]
    engagement_id: NotRequired[str | None]
    from_tier: NotRequired[str]
    to_tier: NotRequired[str]
    experience: NotRequired[str | None]
    findings: NotRequired[str | None]
    status: NotRequired[str | None]
    promised_on: NotRequired[str]
    accepted: NotRequired[bool]


class Entry(TypedDict):
    """An entry of the timeline; `effect` is on today's score, in points."""

    id: str
    kind: str
    at: str
    on: str
    title: str
    source_id: str
    effect: float | None
    details: Details


class Page(TypedDict, Generic[B]):
    items: list[B]
    next: str | None


Query = dict[str, Any]
"""Parameters of a request, as `urlencode` takes them."""
