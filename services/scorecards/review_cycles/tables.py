"""Review cycles, how far their periods are, and the runs that open cards."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class ReviewCycle(Table, table=True):
    """Who is reviewed when. The JSON columns have the shapes of the models of the same names in `schemas`."""

    __tablename__ = "review_cycle"

    review_cycle_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    name: str = Field(max_length=120)
    cadence: str = Field(max_length=20)
    fiscal_year_start_month: int
    time_zone: str = Field(max_length=64)
    template_id: str = Field(sa_type=id_type, foreign_key="scorecard_template.template_id")
    template_rules: list[object] = Field(sa_type=json_type)
    sides: list[str] = Field(sa_type=json_type)
    audience: dict[str, object] = Field(sa_type=json_type)
    raters: dict[str, object] = Field(sa_type=json_type)
    signers: dict[str, object] = Field(sa_type=json_type)
    project_type: str | None = Field(max_length=40)
    starts_on: date
    opens_days_before_end: int
    due_days_after_end: int
    reminder_days_before_due: list[int] = Field(sa_type=json_type)
    escalation_days_after_due: list[int] = Field(sa_type=json_type)
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class ReviewPeriod(Table, table=True):
    """How far the schedule is with a period of a cycle.

    Opened once a run of it left nothing failed; `next_try_at` has a value while its cards are to be looked at again,
    and `next_notice_on` (a day of the cycle's zone) while raters are still to be notified. `version` counts what
    is written here, so that no notice is set aside for cards that another worker has just made.
    """

    __tablename__ = "review_period"

    review_cycle_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="review_cycle.review_cycle_id")
    period_starts_on: date = Field(primary_key=True)
    version: int
    period_ends_on: date
    opened_at: datetime | None = Field(sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(sa_type=UtcDateTime)
    next_notice_on: date | None


class ReviewRun(Table, table=True):
    """One opening of a period's cards, by the schedule, by request or by the command line."""

    __tablename__ = "review_run"
    __table_args__ = (sa.Index("review_run_by_cycle", "review_cycle_id", "review_run_id"),)

    review_run_id: str = Field(sa_type=id_type, primary_key=True)
    review_cycle_id: str = Field(sa_type=id_type, foreign_key="review_cycle.review_cycle_id")
    period_starts_on: date
    period_ends_on: date
    as_of: date
    cause: str = Field(max_length=20)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(sa_type=UtcDateTime)
    created: int
    existing: int
    failed: int
    failures: list[object] = Field(sa_type=json_type)


class PeopleJson(TypedDict, total=False):
    """Who of one side is asked, in `raters` and `signers`; a contact's function counts for raters alone."""

    owner: bool
    team: bool
    actor_ids: list[str]
    contact_functions: list[str]


class TemplateRuleJson(TypedDict):
    """The template of what fits the profile; None fits any."""

    sponsor_size: str | None
    provider_region: str | None
    project_type: str | None
    template_id: str


class AudienceJson(TypedDict):
    tiers: list[str]
    regions: list[str]
    sizes: list[str]
    owner_ids: list[str]
    tags: list[str]
    relationship_ids: list[str]


class FailureJson(TypedDict):
    """The side of a relationship that a run could not open a card for, and why."""

    relationship_id: str
    side: str
    reason: str


class ReviewCycleRow(TypedDict):
    review_cycle_id: str
    version: int
    name: str
    cadence: str
    fiscal_year_start_month: int
    time_zone: str
    template_id: str
    template_rules: list[TemplateRuleJson]
    sides: list[str]
    audience: AudienceJson
    raters: dict[str, PeopleJson]
    signers: dict[str, PeopleJson]
    project_type: str | None
    starts_on: date
    opens_days_before_end: int
    due_days_after_end: int
    reminder_days_before_due: list[int]
    escalation_days_after_due: list[int]
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class ReviewRunRow(TypedDict):
    review_run_id: str
    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    as_of: date
    cause: str
    started_at: datetime
    finished_at: datetime | None
    created: int
    existing: int
    failed: int
    failures: list[FailureJson]


cycles = ReviewCycle.__table__
review_periods = ReviewPeriod.__table__
runs = ReviewRun.__table__
