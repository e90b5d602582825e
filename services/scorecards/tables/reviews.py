"""Templates, review cycles and scorecards: who is asked what, when; what was answered, signed and published."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.tables.base import Table
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Attribute(Table, table=True):
    """One of this installation's own; those of the shipped catalogue stand in `reference/`."""

    __tablename__ = "attribute"

    attribute_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    key: str = Field(max_length=60, unique=True)
    label: str = Field(max_length=120)
    group: str = Field(max_length=40)
    definition: str = Field(max_length=500)
    rated_by: str = Field(max_length=10)
    below: str = Field(max_length=500)
    meets: str = Field(max_length=500)
    exceeds: str = Field(max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class Template(Table, table=True):
    """What is asked. Its version counts every change; each of them keeps its own list of attributes."""

    __tablename__ = "scorecard_template"

    template_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    name: str = Field(max_length=120)
    description: str = Field(max_length=500)
    is_shipped: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class TemplateVersion(Table, table=True):
    """`attributes` is a list of `{"attribute": key, "importance": number above 0, or null: by the profile}`."""

    __tablename__ = "scorecard_template_version"

    template_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="scorecard_template.template_id")
    version: int = Field(primary_key=True)
    attributes: list[Any] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)


class QuestionSet(Table, table=True):
    """The questions of cards as they stood when these opened, importances included; named by its content (UUIDv5).

    `questions` is a list of `{"attribute", "group", "label", "definition", "below", "meets", "exceeds", "importance"}`,
    the importances adding up to 1.
    """

    __tablename__ = "question_set"

    question_set_id: str = Field(sa_type=id_type, primary_key=True)
    questions: list[Any] = Field(sa_type=json_type)


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
    template_rules: list[Any] = Field(sa_type=json_type)
    sides: list[str] = Field(sa_type=json_type)
    audience: dict[str, Any] = Field(sa_type=json_type)
    raters: dict[str, Any] = Field(sa_type=json_type)
    signers: dict[str, Any] = Field(sa_type=json_type)
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
    and `next_notice_on` (a day of the cycle's zone) while raters are still to be told something. `version` counts what
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
    failures: list[Any] = Field(sa_type=json_type)


class Scorecard(Table, table=True):
    """One relationship, one period, one side: exactly one card, by its unique key.

    Content (`ratings`, `results`, `y_micro`, `w_micro`) is made by the submission and read by the other side only from
    the reveal on: at `revealed_at`, set when every side has submitted or been waived, or from `reveals_at`, the start
    of the due day in the cycle's zone. `version` counts the changes that are announced; answers being written down
    change the rating sheets alone. `revision` counts reopenings, from 1.
    """

    __tablename__ = "scorecard"
    __table_args__ = (
        sa.UniqueConstraint(
            "review_cycle_id", "period_starts_on", "relationship_id", "side", name="scorecard_of_cycle_and_period"
        ),
        sa.Index("scorecard_by_relationship", "relationship_id", "period_ends_on", "scorecard_id"),
        sa.Index("scorecard_by_cycle", "review_cycle_id", "period_ends_on", "scorecard_id"),
        sa.Index("scorecard_by_period", "period_ends_on", "scorecard_id"),
        sa.Index("scorecard_by_status", "status", "reveals_at"),
    )

    scorecard_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    review_cycle_id: str = Field(sa_type=id_type, foreign_key="review_cycle.review_cycle_id")
    relationship_id: str = Field(sa_type=id_type)
    side: str = Field(max_length=10)
    period_starts_on: date
    period_ends_on: date
    opened_on: date
    due_on: date
    reveals_at: datetime = Field(sa_type=UtcDateTime)
    revealed_at: datetime | None = Field(sa_type=UtcDateTime)
    template_id: str = Field(sa_type=id_type)
    template_version: int
    question_set_id: str = Field(sa_type=id_type)
    profile: str = Field(max_length=80)
    status: str = Field(max_length=20)
    revision: int
    is_blind: bool | None
    ratings: list[Any] | None = Field(sa_type=json_type)
    results: dict[str, Any] | None = Field(sa_type=json_type)
    y_micro: int | None
    w_micro: int | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(sa_type=UtcDateTime)
    submitted_by: str | None = Field(sa_type=id_type)
    signed_at: datetime | None = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(sa_type=UtcDateTime)


class ScorecardChange(Table, table=True):
    """One announced change of a card: what it became, when, by whom and why; the schedule is nobody."""

    __tablename__ = "scorecard_change"

    scorecard_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="scorecard.scorecard_id")
    version: int = Field(primary_key=True)
    status: str = Field(max_length=20)
    revision: int
    changed_at: datetime = Field(sa_type=UtcDateTime)
    actor_id: str | None = Field(sa_type=id_type)
    actor_name: str | None = Field(max_length=200)
    reason: str | None = Field(max_length=2000)


class RatingSheet(Table, table=True):
    """One rater's own answers to one card: a list of `{"attribute", "rating", "comment", "evidence"}`."""

    __tablename__ = "rating_sheet"

    scorecard_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="scorecard.scorecard_id")
    rater_id: str = Field(sa_type=id_type, primary_key=True, index=True)
    rater_kind: str = Field(max_length=10)
    rater_name: str = Field(max_length=200)
    version: int
    answers: list[Any] = Field(sa_type=json_type)
    is_finished: bool
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Signature(Table, table=True):
    """Who signed what: the canonical snapshot, its SHA-256, and what the signature means. A change voids it."""

    __tablename__ = "scorecard_signature"
    __table_args__ = (sa.Index("signature_by_scorecard", "scorecard_id", "signature_id"),)

    signature_id: str = Field(sa_type=id_type, primary_key=True)
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id")
    revision: int
    actor_id: str = Field(sa_type=id_type)
    name: str = Field(max_length=200)
    meaning: str = Field(max_length=200)
    signed_at: datetime = Field(sa_type=UtcDateTime)
    snapshot: str = Field(sa_type=sa.Text)
    snapshot_sha256: str = Field(max_length=64)
    voided_at: datetime | None = Field(sa_type=UtcDateTime)


class Dispute(Table, table=True):
    __tablename__ = "scorecard_dispute"
    __table_args__ = (sa.Index("dispute_by_scorecard", "scorecard_id", "dispute_id"),)

    dispute_id: str = Field(sa_type=id_type, primary_key=True)
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id")
    revision: int
    raised_by: str = Field(sa_type=id_type)
    raised_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=2000)
    attributes: list[str] = Field(sa_type=json_type)
    resolved_by: str | None = Field(sa_type=id_type)
    resolved_at: datetime | None = Field(sa_type=UtcDateTime)
    resolution: str | None = Field(max_length=2000)


class RatingLink(Table, table=True):
    """Lets one contact rate one card without an account. No secret is here: the gateway signs what the mail carries."""

    __tablename__ = "rating_link"
    __table_args__ = (sa.Index("rating_link_by_scorecard", "scorecard_id", "rating_link_id"),)

    rating_link_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id")
    contact_id: str = Field(sa_type=id_type)
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


class Notice(Table, table=True):
    """Something a person is to be told by mail, once: `template` is opened, reminder, escalation, link or disputed."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("scorecard_id", "recipient_id", "template", "on_day", name="notice_once"),)

    notice_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id")
    recipient_id: str = Field(sa_type=id_type)
    recipient_kind: str = Field(max_length=10)
    template: str = Field(max_length=20)
    on_day: date
    created_at: datetime = Field(sa_type=UtcDateTime)


class ActionPlan(Table, table=True):
    """What both sides do about a low rating, each with its owner; the next published card shows what became of it.

    `reason` says why, where the rating was not low.
    """

    __tablename__ = "action_plan"
    __table_args__ = (sa.Index("action_plan_by_relationship", "relationship_id", "action_plan_id"),)

    action_plan_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id", index=True)
    relationship_id: str = Field(sa_type=id_type)
    attribute: str = Field(max_length=60)
    what: str = Field(max_length=2000)
    reason: str | None = Field(max_length=2000)
    sponsor_owner_id: str | None = Field(sa_type=id_type)
    provider_owner_id: str | None = Field(sa_type=id_type)
    due_on: date
    done_on: date | None
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)
