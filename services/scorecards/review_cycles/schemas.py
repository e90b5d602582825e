"""Requests and responses of review cycles, their periods and runs."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import MISSING, AfterValidator, BeforeValidator, Field, StringConstraints
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
Sides = Annotated[
    list[Side],
    BeforeValidator(_as_list),
    Field(min_length=1, max_length=2),
    AfterValidator(lambda sides: [side for side in SIDES if side in sides]),
]
"""A side alone, or `both`, is taken too: older programs send it so, and the document says only the list."""
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
    """Only relationships in one of these tiers; empty asks for none."""
    regions: Annotated[list[Region], Field(max_length=10), AfterValidator(_in_order)] = []
    """Only where the provider is in one of these regions; empty asks for none."""
    sizes: Annotated[list[Size], Field(max_length=10), AfterValidator(_in_order)] = []
    """Only where the provider is of one of these sizes; empty asks for none."""
    owner_ids: Ids = []
    """Only where one of these people, up to 1,000, is responsible; empty asks for none."""
    tags: Annotated[list[Tag], Field(max_length=50), AfterValidator(_in_order)] = []
    """Only where either account has one of these up to 50 tags; empty asks for none."""
    relationship_ids: Ids = []
    """Only these relationships, up to 1,000; empty asks for none."""


class RatersOfSide(Part):
    """The relationship's owner, its team (those of them who are of this side), named actors, and contacts of this
    side's account by function, who rate by a link."""

    owner: Flag = True
    """Whether the person who is responsible for the relationship rates."""
    team: Flag = True
    """Whether the relationship's team rates, those of it who are of this side."""
    actor_ids: Ids = []
    """The ids of up to 1,000 people and clients who rate beside them."""
    contact_functions: Annotated[list[ContactFunction], Field(max_length=10), AfterValidator(_in_order)] = []
    """The functions of the contacts who are sent a link to rate by when a card opens."""


class SignersOfSide(Part):
    owner: Flag = True
    """Whether the person who is responsible for the relationship signs."""
    actor_ids: Ids = []
    """The ids of up to 1,000 people who sign beside them."""


class Raters(Part):
    sponsor: RatersOfSide = RatersOfSide()
    """Who rates the cards of the sponsor side."""
    provider: RatersOfSide = RatersOfSide()
    """Who rates the cards of the provider side."""


class Signers(Part):
    sponsor: SignersOfSide = SignersOfSide()
    """Who signs the cards of the sponsor side."""
    provider: SignersOfSide = SignersOfSide()
    """Who signs the cards of the provider side."""


class TemplateRule(Part):
    """Uses a template where the profile fits; a part that is not said fits any."""

    sponsor_size: Size | None = None
    """Only where the sponsor is of this size; null fits any."""
    provider_region: Region | None = None
    """Only where the provider is in this region; null fits any."""
    project_type: ProjectType | None = None
    """Only for this type of project; null fits any."""
    template_id: Id
    """The id of the template that is used then."""


TemplateRules = Annotated[list[TemplateRule], Field(max_length=50)]


class CreateReviewCycle(Command):
    """`starts_on` is by default the day it is made, in its own zone; what opened on or after it is caught up."""

    name: Name
    """What the cycle is called, up to 120 characters."""
    cadence: Cadence = Cadence.quarterly
    """How long a period is."""
    fiscal_year_start_month: Month = 1
    """The month that the year of its periods begins in: 1 to 12. It does not change once a period was opened."""
    time_zone: Zone
    """A name of the IANA time zone database, as Europe/Berlin: by its clock days begin and end."""
    template_id: Id
    """The id of the template that cards ask by where no rule fits."""
    template_rules: TemplateRules = []
    """Up to 50 rules; the first that fits the card's profile chooses its template."""
    sides: Sides
    """The sides that rate: each has a card of its own."""
    audience: Audience = Audience()
    """Which relationships are reviewed, of those that are not archived."""
    raters: Raters = Raters()
    """Who rates, by side."""
    signers: Signers = Signers()
    """Who signs, by side."""
    project_type: ProjectType | None = None
    """The type of project that decides what weighs most; null: that of the relationship's newest contracted engagement.
    """
    starts_on: Day | None = None
    """The day from which its periods open by themselves, at most ten years from today; without it the day on which it
    is made."""
    opens_days_before_end: OpensDays = 0
    """So many days before a period's last its cards open: -90 to 364, below 0 after it. Before the due day, and not
    before the period begins."""
    due_days_after_end: DueDays = 14
    """So many days after a period's last its cards are due, and shown to the other side at the latest: 0 to 364."""
    reminder_days_before_due: NoticeDays = [1, 7]
    """So many days before the due day whoever has not answered is reminded: up to 10 numbers of 1 to 364."""
    escalation_days_after_due: NoticeDays = [7]
    """So many days after the due day raters who have not answered are notified again: up to 10 numbers of 1 to 364."""


class ChangeReviewCycle(Command):
    """Fields present are changed, for cards that open from now on; null clears."""

    name: Name | MISSING = MISSING
    cadence: Cadence | MISSING = MISSING
    fiscal_year_start_month: Month | MISSING = MISSING
    time_zone: Zone | MISSING = MISSING
    template_id: Id | MISSING = MISSING
    """The id of the template that cards ask by where no rule fits."""
    template_rules: TemplateRules | MISSING = MISSING
    sides: Sides | MISSING = MISSING
    audience: Audience | MISSING = MISSING
    raters: Raters | MISSING = MISSING
    signers: Signers | MISSING = MISSING
    project_type: ProjectType | MISSING | None = MISSING
    """The type of project that decides what weighs most; null: that of the relationship's newest contracted engagement.
    """
    starts_on: Day | MISSING = MISSING
    opens_days_before_end: OpensDays | MISSING = MISSING
    due_days_after_end: DueDays | MISSING = MISSING
    reminder_days_before_due: NoticeDays | MISSING = MISSING
    escalation_days_after_due: NoticeDays | MISSING = MISSING


class RunReviewCycle(Command):
    """Opens the newest period that is open on this day, also one before the cycle's start."""

    as_of: Day
    """The day whose newest open period is opened, from 1970 to 2199."""


class PeriodOut(Out):
    """`ends_on` is the last day, included; cards open on `opens_on` and are due on `due_on`."""

    name: str
    """What people call it, as 2026 Q3, or FY2026 Q3 where its year does not begin in January."""
    starts_on: date
    """Its first day."""
    ends_on: date
    """Its last day, included."""
    opens_on: date
    """The day on which its cards open."""
    due_on: date
    """The day on which its cards are due."""


class ScheduledPeriodOut(PeriodOut):
    """`opened_at`: when the schedule was done with it, whatever failed or was left to do by then."""

    opened_at: datetime | None
    """When the schedule was done with it (UTC); null while it is not."""


class NextRunOut(PeriodOut):
    """The next period to open, at the first instant of its opening day in the cycle's zone."""

    opens_at: datetime
    """The first instant of its opening day in the cycle's zone (UTC)."""


class FailureOut(Out):
    """Why one card could not be opened."""

    relationship_id: str
    side: Side
    """The side whose card was not opened."""
    reason: str
    """Why, for people."""


class ReviewRunOut(Out):
    """What opening a period did. The first thousand failures are named, those of relationships the reader may read.

    `finished_at` is null while it goes on, or where it was cut short; then the schedule begins it again.
    """

    id: str
    review_cycle_id: str
    period: PeriodOut
    """The period that was opened."""
    as_of: date
    """The day that it was opened for."""
    cause: RunCause
    """Whether the schedule, a request or the command line opened it."""
    started_at: datetime
    """When it began (UTC)."""
    finished_at: datetime | None
    """When it ended (UTC); null while it goes on, or where it was cut short."""
    created: int
    """How many cards it made."""
    existing: int
    """How many cards there were already."""
    failed: int
    """How many cards could not be opened; the schedule tries them again for 30 days."""
    failures: list[FailureOut]
    """Which could not, up to 1,000, of relationships that the reader may read."""


class SideProgressOut(Out):
    """How many cards of a side there are, in which status, and how many of its drafts are past their due day."""

    side: Side
    cards: int
    """How many cards there are."""
    late: int
    """How many are drafts past their due day."""
    by_status: dict[str, int]
    """How many are in each status; one that is absent has none."""


class ReviewProgressOut(Out):
    """`period` is null where nothing was opened."""

    review_cycle_id: str
    period: PeriodOut | None
    """The period that it is about; null where nothing was opened."""
    sides: list[SideProgressOut]
    """How far each side is."""


class ReviewCycleOut(Out):
    id: str
    version: int
    name: str
    cadence: Cadence
    fiscal_year_start_month: int
    time_zone: str
    template_id: str
    """The id of the template that cards ask by where no rule fits."""
    template_rules: list[TemplateRule]
    sides: list[Side]
    audience: Audience
    raters: Raters
    signers: Signers
    project_type: ProjectType | None
    """The type of project that decides what weighs most; null: that of the relationship's newest contracted engagement.
    """
    starts_on: date
    """The day from which its periods open by themselves."""
    opens_days_before_end: int
    due_days_after_end: int
    reminder_days_before_due: list[int]
    escalation_days_after_due: list[int]
    created_by: str
    created_at: datetime
    archived_at: datetime | None
    last_run: ReviewRunOut | None
    """The newest opening; null before the first."""
    next_run: NextRunOut | None
    """The next period to open; null while the cycle is archived."""
