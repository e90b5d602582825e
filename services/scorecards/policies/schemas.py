"""Responses of tier policies."""

from services.scorecards.scoring.policy import Kind, Tier
from services.scorecards.values import Out


class TierGateOut(Out):
    lower: float
    p: float
    depth: float
    tenure_days: int


class PolicyOut(Out):
    """The numbers of docs/design/model.md as data."""

    version: int
    k: float
    mu: float
    z: float
    half_life_days: dict[Kind, int]
    depth_half_life_days: int
    gates: dict[Tier, TierGateOut]
    margin: float
    unproven_below_depth: float
    experience_y: dict[str, float]
    rating_y: dict[str, float]
    findings_y: dict[str, float]
    lapse_after_days: int
