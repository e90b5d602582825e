"""Responses of perception gaps. Values and shares lie in 0..1, gaps are in steps."""

from datetime import date

from pydantic import ConfigDict, Field

from services.scorecards.values import Out
from shared.auth import Side


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
    """Periods that end between the two days, both included, oldest first; `our_side` is the actor's."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    our_side: Side
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    as_of: date
    periods: list[PeriodGapsOut]
