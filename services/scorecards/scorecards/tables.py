"""Templates, review cycles and scorecards: who is asked what, when; what was answered, signed and published."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.scorecards.ratings import RatingJson, ResultsJson
from services.scorecards.table import Table
from shared.auth import Side
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


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
    ratings: list[object] | None = Field(sa_type=json_type)
    results: dict[str, object] | None = Field(sa_type=json_type)
    y_micro: int | None
    w_micro: int | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(sa_type=UtcDateTime)
    submitted_by: str | None = Field(sa_type=id_type)
    signed_at: datetime | None = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(sa_type=UtcDateTime)


class ScorecardRow(TypedDict):
    scorecard_id: str
    version: int
    review_cycle_id: str
    relationship_id: str
    side: Side
    period_starts_on: date
    period_ends_on: date
    opened_on: date
    due_on: date
    reveals_at: datetime
    revealed_at: datetime | None
    template_id: str
    template_version: int
    question_set_id: str
    profile: str
    status: str
    revision: int
    is_blind: bool | None
    ratings: list[RatingJson] | None
    results: ResultsJson | None
    y_micro: int | None
    w_micro: int | None
    created_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    signed_at: datetime | None
    published_at: datetime | None


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
    answers: list[object] = Field(sa_type=json_type)
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


scorecards = Scorecard.__table__
changes = ScorecardChange.__table__
sheets = RatingSheet.__table__
signatures = Signature.__table__
disputes = Dispute.__table__
links = RatingLink.__table__
