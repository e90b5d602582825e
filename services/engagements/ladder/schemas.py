"""Responses of the ladder."""

from datetime import date

from pydantic import BaseModel, Field

from services.engagements.ladder.rules import Need
from services.engagements.ladder.trends import Trends


class RungOut(BaseModel):
    rung: str = Field(examples=["R3"])
    """R0 to R5."""
    label: str = Field(examples=["preferred_use"])
    """The rung's word: qualifying, one_off, repeat, preferred_use, strategic or integrated."""


class ProvingEngagement(BaseModel):
    id: str
    """The engagement's id."""
    name: str
    """What the engagement is called."""


class ProofOut(RungOut):
    """A reached rung and few engagements that alone suffice for it."""

    engagements: list[ProvingEngagement]
    """Few engagements that alone suffice for the rung, in order of contracting; R5 needs recent executive contact
    beside."""


class NextRungOut(RungOut):
    needs: list[Need]
    """Everything that the rung needs beyond the present one, met or not."""


class RungChangeOut(BaseModel):
    """`because`: what proves the rung gained, or no longer proves the one lost, whose unmet needs are `missing`."""

    on: date
    """The day on which it changed."""
    before: RungOut
    """The rung until then."""
    after: RungOut
    """The rung from that day on."""
    because: list[ProvingEngagement]
    """The engagements that prove the rung gained, or no longer prove the one lost; empty where only executive contact
    ran out."""
    missing: list[Need]
    """The needs of the rung lost that are no longer met; empty where one was gained."""


class LadderOut(RungOut):
    relationship_id: str
    as_of: date
    """The day that it is read at."""
    settings_version: int
    """The version of the rules' numbers."""
    proofs: list[ProofOut]
    """Each rung reached, lowest first, with what proves it."""
    next: NextRungOut | None
    """The rung above; null at the top."""
    history: list[RungChangeOut]
    """Each change of the rung up to `as_of`, oldest first."""
    trends: Trends
    """How complexity and continuity went over time."""
