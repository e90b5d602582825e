"""Responses of the ladder."""

from datetime import date

from pydantic import BaseModel, Field

from services.engagements.ladder.rules import Need
from services.engagements.ladder.trends import Trends


class RungOut(BaseModel):
    rung: str = Field(examples=["R3"])
    label: str = Field(examples=["preferred_use"])


class ProvingEngagement(BaseModel):
    id: str
    name: str


class ProofOut(RungOut):
    """A reached rung and few engagements that alone suffice for it."""

    engagements: list[ProvingEngagement]


class NextRungOut(RungOut):
    needs: list[Need]


class RungChangeOut(BaseModel):
    """`because`: what proves the rung gained, or no longer proves the one lost, whose unmet needs are `missing`."""

    on: date
    before: RungOut
    after: RungOut
    because: list[ProvingEngagement]
    missing: list[Need]


class LadderOut(RungOut):
    relationship_id: str
    as_of: date
    settings_version: int
    proofs: list[ProofOut]
    next: NextRungOut | None
    history: list[RungChangeOut]
    trends: Trends
