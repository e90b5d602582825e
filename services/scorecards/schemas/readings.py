"""What is read of cards and of their periods. Scores lie in 0..100, values and shares in 0..1, gaps are in steps."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from services.scorecards.schemas.cards import EvidenceLinkOut, Status, Word
from services.scorecards.schemas.scores import Out
from services.scorecards.schemas.templates import ProjectType, Side
from services.scorecards.scoring import Tier


class PromisesOut(Out):
    """Of the promises whose first day lies in the period, what became of them as of `as_of`.

    `promised` = `met` + `missed` + `open` + `excused`, and `missed` = `late` + `refused` + `overdue` + `lapsed` +
    `cancelled`. `share` = met / (met + missed): null where neither is. Open is what is not due yet. Refused came in
    time and was not accepted, or was below; cancelled is by the provider; excused is late, left or cancelled through
    the sponsor or the outside.
    """

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


class InteractionsOut(Out):
    """Of the period's days, audits and inspections included and private notes left out."""

    count: int
    by_kind: dict[str, int]
    by_experience: dict[Literal["below", "meets", "exceeds", "not_stated"], int]


class AuditsOut(Out):
    """Audits and inspections of the period by their worst finding."""

    count: int
    by_findings: dict[Literal["none", "minor", "major", "critical", "not_stated"], int]


class LastReviewOut(Out):
    """The last business review, steering committee or executive review on or before `until`; null where none was."""

    on: date | None
    until: date
    days: int | None


class FactsOut(Out):
    """What the ledger knows of a period, both days included; `as_of` is today (UTC)."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    as_of: date
    deliveries: PromisesOut
    milestones: PromisesOut
    interactions: InteractionsOut
    audits: AuditsOut
    last_business_review: LastReviewOut


class SuggestedEvidenceOut(Out):
    """A record of the period to cite; `touches` says that it is about the attribute asked for.

    `kind` is the interaction's; `outcome` is the state of a promise (open, done, lapsed, cancelled), or for a completed
    milestone how it was.
    """

    source_kind: Literal["interaction", "delivery", "milestone"]
    source_id: str
    on: date
    kind: str | None
    experience: str | None
    findings: str | None
    outcome: str | None
    promised_on: date | None
    done_on: date | None
    attributes: list[str]
    touches: bool


class ReadAttributeOut(Out):
    """`value` is the mean of `raters` raters, null where nobody rated or it does not apply."""

    attribute: str
    label: str
    group: str
    importance: float
    value: float | None
    rating: Word | None
    raters: int
    comments: list[str]
    evidence: list[EvidenceLinkOut]


class ReadGroupOut(Out):
    group: str
    coverage: float
    score: float | None


class StepsOut(Out):
    attribute: str
    before: float
    after: float
    steps: float


class TrendOut(Out):
    """Against the newest period published before; a score that one of the two has not is null."""

    scorecard_id: str
    period_starts_on: date
    period_ends_on: date
    score: float | None
    groups: dict[str, float | None]
    attributes: list[StepsOut]


Flag = Literal["no_variance", "stale_ratings", "stale_evidence", "outdated"]


class SideResultsOut(Out):
    """`trend` is null where nothing was published before: that is not the same as no change."""

    is_blind: bool | None
    coverage: float
    score: float | None
    groups: list[ReadGroupOut]
    attributes: list[ReadAttributeOut]
    flags: list[Flag]
    trend: TrendOut | None


class SideOut(Out):
    """`results` are null where nothing is submitted, and while they are hidden from the caller."""

    scorecard_id: str
    side: Side
    status: Status
    revision: int
    results: SideResultsOut | None


class ResultsSideBySideOut(Out):
    """The cards of one cycle, period and relationship, the one asked for first."""

    review_cycle_id: str
    relationship_id: str
    period_starts_on: date
    period_ends_on: date
    is_revealed: bool
    as_of: date
    sides: list[SideOut]


class AttributeGapOut(Out):
    """`ours` and `theirs` are values; `gap` is theirs minus ours, from -2 to +2 steps."""

    attribute: str
    label: str
    group: str
    importance: float
    ours: float
    theirs: float
    gap: float


class GroupGapOut(Out):
    """The importance-weighted mean of the gaps of so many attributes."""

    group: str
    gap: float
    attributes: int


class MeanGapOut(Out):
    gap: float | None
    attributes: int


class PeriodGapsOut(Out):
    """One period that both sides published; `left_out` counts what only one side rated."""

    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    our_scorecard_id: str
    their_scorecard_id: str
    overall: MeanGapOut
    groups: list[GroupGapOut]
    attributes: list[AttributeGapOut]
    left_out: int


class GapsOut(Out):
    """Periods that end between the two days, both included, oldest first; `our_side` is the caller's."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    our_side: Side
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    as_of: date
    periods: list[PeriodGapsOut]


class HeatCardOut(Out):
    """The newest published card; `is_outdated`: more than two of its periods have passed since.

    `values` is by attribute, each the mean of its raters; null where nobody rated or it does not apply.
    """

    scorecard_id: str
    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    coverage: float
    score: float | None
    is_outdated: bool
    values: dict[str, float | None]


class HeatRowOut(Out):
    """A relationship of the portfolio with the newest published card of one side, null where there is none."""

    relationship_id: str
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    region: str | None
    size: str | None
    owner_id: str
    is_restricted: bool
    tier: Tier
    score: float
    lower: float
    card: HeatCardOut | None


class SegmentOut(Out):
    """Null is no limit, but for the size: it is the sponsor's, and null where nobody has said it."""

    sponsor_size: str | None
    region: str | None
    project_type: ProjectType | None


class PlaceOut(Out):
    """`own` beside the others' `n` cards; null where they are too few to compare."""

    own: float | None
    n: int | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None


class GroupPlaceOut(PlaceOut):
    group: str


class ComparisonOut(Out):
    """How the sponsor's newest published card stands among those of other providers in the same segment.

    The others' are each relationship's newest of those whose period ended in the year up to this card's. `reason` says
    why there are no figures of others.
    """

    relationship_id: str
    scorecard_id: str | None
    period_ends_on: date | None
    as_of: date
    segment: SegmentOut
    reason: Literal["no_published_card", "sponsor_size_unknown", "too_few_to_compare"] | None
    overall: PlaceOut | None
    groups: list[GroupPlaceOut]
