"""Scorecards: what a rater answers, what is read of a card, and what is done to it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypeAliasType

from services.scorecards.values import Key, Out, SourceKind
from shared.auth import Side
from shared.http.bodies import Command
from shared.ids import Id

Rating = TypeAliasType("Rating", Literal["below", "meets", "exceeds", "not_applicable"])
ScorecardStatus = TypeAliasType(
    "ScorecardStatus", Literal["draft", "submitted", "signed", "published", "disputed", "resolved", "waived"]
)
ScorecardStep = TypeAliasType(
    "ScorecardStep", Literal["rate", "submit", "sign", "dispute", "resolve", "reopen", "waive", "link"]
)
ScorecardDue = TypeAliasType("ScorecardDue", Literal["mine", "sign", "resolve", "waive"])
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Comment = Annotated[str, StringConstraints(max_length=2000)]


class EvidenceLink(Command):
    source_kind: SourceKind
    source_id: Id


class Answer(Command):
    """`comment` is required for below; `evidence` are records of the relationship."""

    attribute: Key
    rating: Rating
    comment: Comment | None = None
    evidence: Annotated[list[EvidenceLink], Field(max_length=20)] = Field(default_factory=list)


class PutRatings(Command):
    """All of the actor's answers; what is left out is not answered. They count with the submission if finished."""

    ratings: Annotated[list[Answer], Field(max_length=100)]
    is_finished: bool = False


class SignCard(Command):
    """Reached through the gateway alone, which has asked for the password again."""

    meaning: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DisputeCard(Command):
    reason: Reason
    attributes: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)


class ResolveDispute(Command):
    resolution: Reason


class Because(Command):
    reason: Reason


class LinkRater(Command):
    contact_id: Id
    expires_in_days: Annotated[int, Field(ge=1, le=90)] = 14


class EvidenceLinkOut(Out):
    source_kind: str
    source_id: str


class AnswerOut(Out):
    attribute: str
    rating: Rating
    comment: str | None
    evidence: list[EvidenceLinkOut]


class PreviousOut(Out):
    """What the same side said of it in the newest period published before: show it after the own choice only.

    `rating` is its word where all raters agreed.
    """

    attribute: str
    value: float | None
    rating: Rating | None
    period_ends_on: date


class RatingsOut(Out):
    """The actor's own answers; `version` is 0 before the first."""

    scorecard_id: str
    version: int
    is_finished: bool
    ratings: list[AnswerOut]
    previous: list[PreviousOut]
    updated_at: datetime | None


class ScorecardRowOut(Out):
    """A card in a list: nothing here depends on what was answered. `owner_id` is the relationship's."""

    id: str
    version: int
    review_cycle_id: str
    relationship_id: str
    sponsor_name: str
    provider_name: str
    owner_id: str
    side: Side
    period_name: str
    period_starts_on: date
    period_ends_on: date
    opened_on: date
    due_on: date
    reveals_at: datetime
    is_revealed: bool
    status: ScorecardStatus
    revision: int


class QuestionOut(Out):
    """`importance` is its share of the whole, in (0, 1]."""

    attribute: str
    group: str
    label: str
    definition: str
    below: str
    meets: str
    exceeds: str
    importance: float


class RaterOut(Out):
    """`kind` is actor or contact; a contact's name stays with accounts."""

    rater_id: str
    name: str | None
    kind: str
    is_finished: bool
    updated_at: datetime


class RatingOut(Out):
    """`value` in [0, 1] is the mean of the raters; `rating` its word where all agree.

    `evidence` is what any of them named.
    """

    attribute: str
    value: float | None
    rating: Rating | None
    raters: int
    comments: list[str]
    evidence: list[EvidenceLinkOut]


class GroupResultOut(Out):
    coverage: float
    score: float | None


class ResultsOut(Out):
    """`coverage` is the rated share of importance; scores lie in 0..100, null where nothing was rated."""

    coverage: float
    score: float | None
    groups: dict[str, GroupResultOut]
    flags: list[str]


class SignatureOut(Out):
    id: str
    revision: int
    actor_id: str
    name: str
    meaning: str
    signed_at: datetime
    snapshot_sha256: str
    voided_at: datetime | None


class DisputeOut(Out):
    id: str
    raised_by: str
    raised_at: datetime
    reason: str
    attributes: list[str]
    resolved_by: str | None
    resolved_at: datetime | None
    resolution: str | None


class ChangeOut(Out):
    """What the card became; nobody's change is the schedule's, and `reason` what was given with it."""

    version: int
    status: ScorecardStatus
    revision: int
    changed_at: datetime
    actor_id: str | None
    actor_name: str | None
    reason: str | None


class ScorecardHistoryOut(Out):
    items: list[ChangeOut]


class OtherSideOut(Out):
    id: str
    side: Side
    status: ScorecardStatus


class ContentOut(Out):
    """What was answered, for the card's own side and from the reveal on for others; `raters` for its own side alone."""

    raters: list[RaterOut]
    ratings: list[RatingOut] | None
    results: ResultsOut | None
    is_blind: bool | None
    submitted_at: datetime | None
    signed_at: datetime | None
    published_at: datetime | None
    signatures: list[SignatureOut]
    disputes: list[DisputeOut]


class ScorecardOut(ScorecardRowOut):
    """`content` is null while it is hidden from the actor; `may` is what the actor can do now."""

    template_id: str
    template_version: int
    profile: str
    questions: list[QuestionOut]
    may: list[ScorecardStep]
    other_sides: list[OtherSideOut]
    content: ContentOut | None


class RatingLinkOut(Out):
    """The secret itself is in the mail alone."""

    id: str
    version: int
    scorecard_id: str
    contact_id: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class ReadAttributeOut(Out):
    """`value` is the mean of `raters` raters, null where nobody rated or it does not apply."""

    attribute: str
    label: str
    group: str
    importance: float
    value: float | None
    rating: Rating | None
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


ResultFlag = TypeAliasType("ResultFlag", Literal["no_variance", "stale_ratings", "stale_evidence", "outdated"])


class SideResultsOut(Out):
    """`trend` is null where nothing was published before: that is not the same as no change."""

    is_blind: bool | None
    coverage: float
    score: float | None
    groups: list[ReadGroupOut]
    attributes: list[ReadAttributeOut]
    flags: list[ResultFlag]
    trend: TrendOut | None


class SideOut(Out):
    """`results` are null where nothing is submitted, and while they are hidden from the actor."""

    scorecard_id: str
    side: Side
    status: ScorecardStatus
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
