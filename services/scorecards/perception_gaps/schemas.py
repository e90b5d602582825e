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
    """Its share of the whole, in 0..1: the mean of what it has on the two cards."""
    ours: float
    """What the reader's side rates it, in 0..1."""
    theirs: float
    """What the other side rates it, in 0..1."""
    gap: float
    """Theirs minus ours, from -2 to +2 steps."""


class GroupGapOut(Out):
    """The importance-weighted mean of the gaps of so many attributes."""

    group: str
    gap: float
    """From -2 to +2 steps."""
    attributes: int
    """Of how many attributes it is the mean."""


class MeanGapOut(Out):
    gap: float | None
    """The importance-weighted mean, from -2 to +2 steps; null where both sides rated nothing alike."""
    attributes: int
    """Of how many attributes it is the mean."""


class PeriodGapsOut(Out):
    """One period that both sides published; `left_out` counts what only one side rated."""

    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    our_scorecard_id: str
    """The id of the card of the reader's side."""
    their_scorecard_id: str
    """The id of the other side's card."""
    overall: MeanGapOut
    """The mean of all gaps."""
    groups: list[GroupGapOut]
    """The mean of the gaps of each group."""
    attributes: list[AttributeGapOut]
    """The gap of each attribute that both sides rated."""
    left_out: int
    """How many attributes only one side rated."""


class GapsOut(Out):
    """Periods that end between the two days, both included, oldest first; `our_side` is the actor's."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    our_side: Side
    """The side of the reader: what `ours` and `gap` are seen from."""
    from_on: date = Field(alias="from")
    """The first day (UTC) that a period may end on."""
    to_on: date = Field(alias="to")
    """The last day (UTC) that a period may end on, included."""
    as_of: date
    periods: list[PeriodGapsOut]
    """The periods that both sides published, oldest first."""
