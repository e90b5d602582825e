"""Responses of tier policies."""

from services.scorecards.scoring.policy import Kind, Tier
from services.scorecards.values import Out


class TierGateOut(Out):
    lower: float
    """What the lower end of the score's range has to reach, in 0..1."""
    p: float
    """What the score as a share has to reach, in 0..1."""
    depth: float
    """How much evidence there has to be, in weights that fade by `depth_half_life_days`."""
    tenure_days: int
    """How many days have to have passed since the first evidence."""


class PolicyOut(Out):
    """The numbers of docs/design/model.md as data."""

    version: int
    """The policy's version; scores name it as `policy_version`."""
    k: float
    """How much the prior counts, as a weight of evidence."""
    mu: float
    """The prior: the share that a relationship without evidence stands at, in 0..1."""
    z: float
    """How wide the score's range is, in standard deviations."""
    half_life_days: dict[Kind, int]
    """After how many days evidence of a kind counts half for the score."""
    depth_half_life_days: int
    """After how many days evidence counts half for the depth."""
    gates: dict[Tier, TierGateOut]
    """What each tier above the base asks for, all of it at once."""
    margin: float
    """By how much the share has to stay above a tier's `lower` gate so that the tier is not lost, in 0..1."""
    unproven_below_depth: float
    """Below this depth a relationship is shown as unproven."""
    experience_y: dict[str, float]
    """What an experience counts, in 0..1, by its word."""
    rating_y: dict[str, float]
    """What a rating counts, in 0..1, by its word."""
    findings_y: dict[str, float]
    """What the worst finding of an audit counts, in 0..1, by its word."""
    lapse_after_days: int
    """So many days past its first day an open promise lapses, and counts as missed."""
