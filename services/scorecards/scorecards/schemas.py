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
    """The id of a record of the same relationship that is not retracted and not private."""


class Answer(Command):
    """`comment` is required for below; `evidence` are records of the relationship."""

    attribute: Key
    """The key of an attribute that the card asks."""
    rating: Rating
    """below, meets or exceeds what was expected; not_applicable counts neither way."""
    comment: Comment | None = None
    """What is behind it, up to 2,000 characters; null where nothing is said."""
    evidence: Annotated[list[EvidenceLink], Field(max_length=20)] = Field(default_factory=list)
    """Up to 20 records that show it."""


class PutRatings(Command):
    """All of the actor's answers; what is left out is not answered. They count with the submission if finished."""

    ratings: Annotated[list[Answer], Field(max_length=100)]
    """Up to 100 answers, each attribute once."""
    is_finished: bool = False
    """Whether the rater is done; true by itself once every question is answered."""


class SignCard(Command):
    """Reached through the gateway alone, which has asked for the password again."""

    meaning: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What the signature stands for, up to 200 characters, as approved."""


class DisputeCard(Command):
    reason: Reason
    """What is not right, up to 2,000 characters."""
    attributes: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)
    """The keys of the attributes that it is about, of those that the card asks; empty where it is about the whole."""


class ResolveDispute(Command):
    resolution: Reason
    """The answer to the dispute, up to 2,000 characters."""


class Because(Command):
    reason: Reason
    """Why, up to 2,000 characters."""


class LinkRater(Command):
    contact_id: Id
    """The id of a contact of the account of the card's side."""
    expires_in_days: Annotated[int, Field(ge=1, le=90)] = 14
    """So many days the link works: 1 to 90."""


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
    """The mean of the raters then, in 0..1; null where nobody rated or it did not apply."""
    rating: Rating | None
    """The word of that value; null where the raters did not agree."""
    period_ends_on: date


class RatingsOut(Out):
    """The actor's own answers; `version` is 0 before the first."""

    scorecard_id: str
    version: int
    """Counts the changes of these answers, 0 before the first; it is what If-Match takes with the next."""
    is_finished: bool
    ratings: list[AnswerOut]
    """The answers, in the order in which they were sent."""
    previous: list[PreviousOut]
    """What the same side said in the newest period published before."""
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
    """The day on which it was opened, in the cycle's zone."""
    due_on: date
    reveals_at: datetime
    is_revealed: bool
    status: ScorecardStatus
    """How far it is."""
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
    """What a person or client is called; null of a contact."""
    kind: str
    """actor or contact."""
    is_finished: bool
    """Whether the answers are finished, and count with the submission."""
    updated_at: datetime
    """When they last answered (UTC)."""


class RatingOut(Out):
    """`value` in [0, 1] is the mean of the raters; `rating` its word where all agree.

    `evidence` is what any of them named.
    """

    attribute: str
    value: float | None
    """The mean of the raters, in 0..1; null where nobody rated or it does not apply."""
    rating: Rating | None
    """The word of that value; null where the raters do not agree."""
    raters: int
    comments: list[str]
    evidence: list[EvidenceLinkOut]
    """The records that any of them named."""


class GroupResultOut(Out):
    coverage: float
    score: float | None


class ResultsOut(Out):
    """`coverage` is the rated share of importance; scores lie in 0..100, null where nothing was rated."""

    coverage: float
    score: float | None
    groups: dict[str, GroupResultOut]
    """The result of each group of attributes, by its key."""
    flags: list[str]
    """What makes the card say less than it seems to."""


class SignatureOut(Out):
    id: str
    revision: int
    actor_id: str
    """The id of the person or contact who signed."""
    name: str
    """What they were called when they signed."""
    meaning: str
    """What the signature stands for, in the signer's words."""
    signed_at: datetime
    snapshot_sha256: str
    voided_at: datetime | None


class DisputeOut(Out):
    id: str
    raised_by: str
    raised_at: datetime
    reason: str
    attributes: list[str]
    """The keys of the attributes that it is about; empty where it is about the whole."""
    resolved_by: str | None
    resolved_at: datetime | None
    resolution: str | None
    """The answer to it; null while it is open."""


class ChangeOut(Out):
    """What the card became; nobody's change is the schedule's, and `reason` what was given with it."""

    version: int
    """The card's version from then on."""
    status: ScorecardStatus
    revision: int
    changed_at: datetime
    actor_id: str | None
    """The id of whoever changed it; null where the schedule did."""
    actor_name: str | None
    reason: str | None
    """What was given with the change; null where nothing was."""


class ScorecardHistoryOut(Out):
    items: list[ChangeOut]
    """Every change, oldest first; none for whoever does not see the content yet."""


class OtherSideOut(Out):
    id: str
    """The id of the other side's card of the same cycle and period."""
    side: Side
    status: ScorecardStatus


class ContentOut(Out):
    """What was answered, for the card's own side and from the reveal on for others; `raters` for its own side alone."""

    raters: list[RaterOut]
    """Who answered; empty for the other side."""
    ratings: list[RatingOut] | None
    """What was answered, by attribute; null while nothing is submitted."""
    results: ResultsOut | None
    """What the answers come to; null while nothing is submitted."""
    is_blind: bool | None
    submitted_at: datetime | None
    signed_at: datetime | None
    """When it was signed (UTC); null while it is not."""
    published_at: datetime | None
    signatures: list[SignatureOut]
    """Every signature, also those that lost their force."""
    disputes: list[DisputeOut]
    """Every dispute, also resolved ones."""


class ScorecardOut(ScorecardRowOut):
    """`content` is null while it is hidden from the actor; `may` is what the actor can do now."""

    template_id: str
    template_version: int
    profile: str
    questions: list[QuestionOut]
    """What it asks, in the template's order, as it was worded when the card opened."""
    may: list[ScorecardStep]
    """What the reader can do with it now."""
    other_sides: list[OtherSideOut]
    """The cards of the other sides of the same cycle and period."""
    content: ContentOut | None
    """What was answered; null while it is hidden from the reader."""


class RatingLinkOut(Out):
    """The secret itself is in the mail alone."""

    id: str
    version: int
    scorecard_id: str
    contact_id: str
    """The id of the contact who was sent it."""
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
    """The mean of the raters, in 0..1; null where nobody rated or it does not apply."""
    rating: Rating | None
    """The word of that value; null where the raters do not agree."""
    raters: int
    comments: list[str]
    evidence: list[EvidenceLinkOut]
    """The records that any of them named."""


class ReadGroupOut(Out):
    group: str
    coverage: float
    score: float | None


class StepsOut(Out):
    attribute: str
    before: float
    """Its value on the earlier card, in 0..1."""
    after: float
    """Its value on this card, in 0..1."""
    steps: float


class TrendOut(Out):
    """Against the newest period published before; a score that one of the two has not is null."""

    scorecard_id: str
    """The id of the earlier card."""
    period_starts_on: date
    period_ends_on: date
    score: float | None
    """Points that the score changed by; null where one of the two has none."""
    groups: dict[str, float | None]
    """Points that each group's score changed by; null where one of the two has none."""
    attributes: list[StepsOut]
    """How each attribute changed that both cards rated."""


ResultFlag = TypeAliasType("ResultFlag", Literal["no_variance", "stale_ratings", "stale_evidence", "outdated"])


class SideResultsOut(Out):
    """`trend` is null where nothing was published before: that is not the same as no change."""

    is_blind: bool | None
    coverage: float
    score: float | None
    groups: list[ReadGroupOut]
    """The result of each group of attributes."""
    attributes: list[ReadAttributeOut]
    """The result of each question, in the card's order."""
    flags: list[ResultFlag]
    """What makes the card say less than it seems to; empty where nothing does."""
    trend: TrendOut | None
    """The change against the newest period published before; null where there is none."""


class SideOut(Out):
    """`results` are null where nothing is submitted, and while they are hidden from the actor."""

    scorecard_id: str
    side: Side
    status: ScorecardStatus
    revision: int
    results: SideResultsOut | None
    """What its answers come to; null where nothing is submitted, and while it is hidden from the reader."""


class ResultsSideBySideOut(Out):
    """The cards of one cycle, period and relationship, the one asked for first."""

    review_cycle_id: str
    relationship_id: str
    period_starts_on: date
    period_ends_on: date
    is_revealed: bool
    as_of: date
    sides: list[SideOut]
    """The cards, the one asked for first."""
