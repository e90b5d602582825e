"""Requests and responses of review cycles, their periods and runs."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import MISSING, AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from typing_extensions import TypeAliasType

from services.scorecards.review_cycles.periods import Cadence, zone_names
from services.scorecards.scoring.policy import Tier
from services.scorecards.values import Out, ProjectType, Region, Size
from shared.auth import SIDES, Side
from shared.http.bodies import Command
from shared.ids import Id
from shared.text import Plain
from shared.values import Day

ContactFunction = TypeAliasType(
    "ContactFunction",
    Literal["executive_sponsor", "alliance_lead", "technical", "quality", "regulatory", "supply", "commercial"],
)
RunCause = TypeAliasType("RunCause", Literal["schedule", "request", "command"])
Ordered = TypeVar("Ordered", int, str)


def _known_zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError("is not a name of the IANA time zone database, as Europe/Berlin")
    return name


def _as_list(sides: object) -> object:
    if isinstance(sides, str):
        return list(SIDES) if sides == "both" else [sides]
    return sides


def _in_order(values: list[Ordered]) -> list[Ordered]:
    return sorted(set(values))


Name = Annotated[str, StringConstraints(min_length=1, max_length=120), Plain]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Flag = Annotated[bool, Field(strict=True)]
_SIDES_SCHEMA = {
    "anyOf": [
        {"enum": [*SIDES, "both"]},
        {"type": "array", "items": {"enum": list(SIDES)}, "minItems": 1, "maxItems": 2},
    ]
}
Sides = Annotated[
    list[Side],
    BeforeValidator(_as_list),
    Field(min_length=1, max_length=2),
    AfterValidator(lambda sides: [side for side in SIDES if side in sides]),
    WithJsonSchema(_SIDES_SCHEMA, mode="validation"),
]
OpensDays = Annotated[int, Field(strict=True, ge=-90, le=364, description="Below 0: so many days after the end.")]
DueDays = Annotated[int, Field(strict=True, ge=0, le=364)]
NoticeDays = Annotated[
    list[Annotated[int, Field(strict=True, ge=1, le=364)]], Field(max_length=10), AfterValidator(_in_order)
]
Ids = Annotated[list[Id], Field(max_length=1000), AfterValidator(_in_order)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Part(Command):
    """A part of a request that is also answered as it was understood."""


class Audience(Part):
    """Who is reviewed: relationships that meet every filter; an empty one asks for nothing.

    Regions and sizes are the provider's; a tag may be of either account.
    """

    tiers: Annotated[list[Tier], Field(max_length=10), AfterValidator(_in_order)] = []
    regions: Annotated[list[Region], Field(max_length=10), AfterValidator(_in_order)] = []
    sizes: Annotated[list[Size], Field(max_length=10), AfterValidator(_in_order)] = []
    owner_ids: Ids = []
    tags: Annotated[list[Tag], Field(max_length=50), AfterValidator(_in_order)] = []
    relationship_ids: Ids = []


class RatersOfSide(Part):
    """The relationship's owner, its team (those of them who are of this side), named actors, and contacts of this
    side's account by function, who rate by a link."""

    owner: Flag = True
    team: Flag = True
    actor_ids: Ids = []
    contact_functions: Annotated[list[ContactFunction], Field(max_length=10), AfterValidator(_in_order)] = []


class SignersOfSide(Part):
    owner: Flag = True
    actor_ids: Ids = []


class Raters(Part):
    sponsor: RatersOfSide = RatersOfSide()
    provider: RatersOfSide = RatersOfSide()


class Signers(Part):
    sponsor: SignersOfSide = SignersOfSide()
    provider: SignersOfSide = SignersOfSide()


class TemplateRule(Part):
    """Uses a template where the profile fits; a part that is not said fits any."""

    sponsor_size: Size | None = None
    provider_region: Region | None = None
    project_type: ProjectType | None = None
    template_id: Id


TemplateRules = Annotated[list[TemplateRule], Field(max_length=50)]


class CreateReviewCycle(Command):
    """`starts_on` is by default the day it is made, in its own zone; what opened on or after it is caught up."""

    name: Name
    cadence: Cadence = Cadence.quarterly
    fiscal_year_start_month: Month = 1
    time_zone: Zone
    template_id: Id
    template_rules: TemplateRules = []
    sides: Sides
    audience: Audience = Audience()
    raters: Raters = Raters()
    signers: Signers = Signers()
    project_type: ProjectType | None = None
    starts_on: Day | None = None
    opens_days_before_end: OpensDays = 0
    due_days_after_end: DueDays = 14
    reminder_days_before_due: NoticeDays = [1, 7]
    escalation_days_after_due: NoticeDays = [7]


class ChangeReviewCycle(Command):
    """Fields present are changed, for cards that open from now on; null clears."""

    name: Name | MISSING = MISSING
    cadence: Cadence | MISSING = MISSING
    fiscal_year_start_month: Month | MISSING = MISSING
    time_zone: Zone | MISSING = MISSING
    template_id: Id | MISSING = MISSING
    template_rules: TemplateRules | MISSING = MISSING
    sides: Sides | MISSING = MISSING
    audience: Audience | MISSING = MISSING
    raters: Raters | MISSING = MISSING
    signers: Signers | MISSING = MISSING
    project_type: ProjectType | MISSING | None = MISSING
    starts_on: Day | MISSING = MISSING
    opens_days_before_end: OpensDays | MISSING = MISSING
    due_days_after_end: DueDays | MISSING = MISSING
    reminder_days_before_due: NoticeDays | MISSING = MISSING
    escalation_days_after_due: NoticeDays | MISSING = MISSING


class RunReviewCycle(Command):
    """Opens the newest period that is open on this day, also one before the cycle's start."""

    as_of: Day


class PeriodOut(Out):
    """`ends_on` is the last day, included; cards open on `opens_on` and are due on `due_on`."""

    name: str
    starts_on: date
    ends_on: date
    opens_on: date
    due_on: date


class ScheduledPeriodOut(PeriodOut):
    """`opened_at`: when the schedule was done with it, whatever failed or was left to do by then."""

    opened_at: datetime | None


class NextRunOut(PeriodOut):
    """The next period to open, at the first instant of its opening day in the cycle's zone."""

    opens_at: datetime


class FailureOut(Out):
    """Why one card could not be opened."""

    relationship_id: str
    side: Side
    reason: str


class ReviewRunOut(Out):
    """What opening a period did. The first thousand failures are named, those of relationships the reader may read.

    `finished_at` is null while it goes on, or where it was cut short; then the schedule begins it again.
    """

    id: str
    review_cycle_id: str
    period: PeriodOut
    as_of: date
    cause: RunCause
    started_at: datetime
    finished_at: datetime | None
    created: int
    existing: int
    failed: int
    failures: list[FailureOut]


class SideProgressOut(Out):
    """How many cards of a side there are, in which status, and how many of its drafts are past their due day."""

    side: Side
    cards: int
    late: int
    by_status: dict[str, int]


class ReviewProgressOut(Out):
    """`period` is null where nothing was opened."""

    review_cycle_id: str
    period: PeriodOut | None
    sides: list[SideProgressOut]


class ReviewCycleOut(Out):
    id: str
    version: int
    name: str
    cadence: Cadence
    fiscal_year_start_month: int
    time_zone: str
    template_id: str
    template_rules: list[TemplateRule]
    sides: list[Side]
    audience: Audience
    raters: Raters
    signers: Signers
    project_type: ProjectType | None
    starts_on: date
    opens_days_before_end: int
    due_days_after_end: int
    reminder_days_before_due: list[int]
    escalation_days_after_due: list[int]
    created_by: str
    created_at: datetime
    archived_at: datetime | None
    last_run: ReviewRunOut | None
    next_run: NextRunOut | None
