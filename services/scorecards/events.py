"""What scorecards announces: a score or a tier that changed, with what the change came from."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from services.scorecards.scoring import Tier
from shared.events import Event


class CausedBy(BaseModel):
    """Evidence heard (the last of its transaction), the day's review of what has faded, or a rebuild."""

    cause: Literal["evidence", "review", "rebuild"]
    source_kind: str | None = None
    source_id: str | None = None


class ScoreChanged(Event, type="scorecards.score_changed.v1", aggregate="score"):
    """`from` and `to` are scores in 0..100; p, lower and upper lie in 0..1."""

    relationship_id: str
    from_: float = Field(serialization_alias="from")
    to: float
    score: float
    p: float
    lower: float
    upper: float
    as_of: date
    policy_version: int
    caused_by: CausedBy


class TierChanged(Event, type="scorecards.tier_changed.v1", aggregate="tier"):
    relationship_id: str
    from_: Tier = Field(serialization_alias="from")
    to: Tier
    score: float
    p: float
    lower: float
    upper: float
    as_of: date
    policy_version: int
    caused_by: CausedBy
