"""The tier policy: every number of the model in docs/design/model.md, as data, and the gates that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Reads are floats, good to about 1e-15: an exact tie (2.4 / 3 against .8) is met although its float falls short.
TIE = 1e-12


class Kind(StrEnum):
    """What sort of evidence an item is, which decides how fast it fades."""

    audit = "audit"
    delivery = "delivery"
    interaction = "interaction"
    milestone = "milestone"
    scorecard = "scorecard"


# A kind's code, in columns, is its position here; sums run in this order, so that they are bit-identical.
KINDS = tuple(sorted(Kind))


class InteractionCounts(NamedTuple):
    """The kinds of evidence that an interaction is by its findings, if these count, and by its experience."""

    findings: Kind | None = None
    experience: Kind = Kind.interaction


# Interactions that count other than by their experience as an interaction.
INTERACTION_COUNTS: Mapping[str, InteractionCounts] = {
    "audit": InteractionCounts(findings=Kind.audit),
    "inspection": InteractionCounts(findings=Kind.audit),
}


class Tier(StrEnum):
    """The four tiers from the base up. Compare them by `step`: as strings they order by the alphabet."""

    transactional = "transactional"
    preferred = "preferred"
    strategic = "strategic"
    partnership = "partnership"

    @property
    def step(self) -> int:
        """Steps above the base: 0 to 3."""
        return TIERS.index(self)


TIERS = tuple(Tier)


class Gate(NamedTuple):
    """What a tier asks for, all of it: `lower` and `p` in [0, 1], `depth` in faded weight, `tenure_days`."""

    lower: float
    p: float
    depth: float
    tenure_days: int


def _gates() -> dict[Tier, Gate]:
    return {
        Tier.preferred: Gate(lower=0.60, p=0.67, depth=5.0, tenure_days=90),
        Tier.strategic: Gate(lower=0.75, p=0.82, depth=12.0, tenure_days=365),
        Tier.partnership: Gate(lower=0.85, p=0.92, depth=24.0, tenure_days=730),
    }


def _half_lives() -> dict[Kind, int]:
    return {Kind.audit: 730, Kind.delivery: 180, Kind.interaction: 180, Kind.milestone: 365, Kind.scorecard: 365}


def _steps() -> dict[str, float]:
    return {"below": 0.0, "meets": 0.8, "exceeds": 1.0}


def _findings() -> dict[str, float]:
    return {"none": 1.0, "minor": 0.8, "major": 0.2, "critical": 0.0}


@dataclass(frozen=True)
class Policy:
    """One version of the tier policy. Raises ValueError, naming the field, where numbers make no policy."""

    version: int
    k: float = 2.0
    mu: float = 0.70
    half_life_days: Mapping[Kind, int] = field(default_factory=_half_lives)
    depth_half_life_days: int = 1460
    z: float = 1.2815515655446004
    gates: Mapping[Tier, Gate] = field(default_factory=_gates)
    margin: float = 0.05
    unproven_below_depth: float = 3.0
    experience_y: Mapping[str, float] = field(default_factory=_steps)
    rating_y: Mapping[str, float] = field(default_factory=_steps)
    findings_y: Mapping[str, float] = field(default_factory=_findings)
    lapse_after_days: int = 60

    def __post_init__(self) -> None:
        for complaint in self._complaints():
            raise ValueError(complaint)

    def _complaints(self) -> Iterator[str]:
        if not 0 < self.k < np.inf:
            yield "k must be above 0"
        if not 0 < self.mu < 1:
            yield "mu must lie between 0 and 1"
        if not 0 <= self.z < np.inf:
            yield "z must not be negative"
        if not 0 <= self.margin < 1:
            yield "margin must lie in [0, 1)"
        if set(self.half_life_days) != set(Kind):
            yield "half_life_days must name every kind"
        if not all(int(days) == days >= 1 for days in (*self.half_life_days.values(), self.depth_half_life_days)):
            yield "half_life_days must be whole days, at least 1"
        if not all(
            0 <= y <= 1 for values in (self.experience_y, self.rating_y, self.findings_y) for y in values.values()
        ):
            yield "experience_y, rating_y and findings_y must lie in [0, 1]"
        if self.lapse_after_days < 0:
            yield "lapse_after_days must not be negative"
        if tuple(self.gates) != TIERS[1:]:
            yield "gates must name every tier above the base, from the lowest up"
        if any(low > high for gates in pairwise(self.gates.values()) for low, high in zip(*gates, strict=True)):
            yield "gates of a higher tier must not ask for less"
        # Else a day could lift and drop at once, and what the next tier takes would not be enough.
        if any(gate.p < gate.lower + self.margin - TIE for gate in self.gates.values()):
            yield "gates must ask for a p of at least lower + margin"

    @cached_property
    def _lines(self) -> dict[str, Floats]:
        """Per gate the three tiers' lines, ascending; `keep` is the line that p must hold to keep the tier."""
        lines = {name: np.array([getattr(gate, name) for gate in self.gates.values()], float) for name in Gate._fields}
        return lines | {"keep": lines["lower"] + self.margin}

    def reached(self, slack: Floats | float = 0.0, **values: Floats | Integers | float) -> Integers:
        """The step of the highest tier whose gates all hold, for `values` by gate's name, each lifted by `slack`."""
        steps = [_cleared(value, self._lines[gate], slack) for gate, value in values.items()]
        return reduce(np.minimum, steps)

    def kept(self, p: Floats | float, slack: Floats | float = 0.0) -> Integers:
        """The step of the highest tier that `p` is enough to keep."""
        return _cleared(p, self._lines["keep"], slack)

    def band(self, score: float) -> Tier:
        """The tier whose line a value in [0, 100] has cleared: bands meet at the lines, without gap or overlap."""
        if not 0 <= score <= 100:
            raise ValueError(f"a score lies in [0, 100], not {score}")
        return TIERS[int(_cleared(score / 100, self._lines["lower"], 0.0))]


def _cleared(value: Floats | Integers | float, lines: Floats, slack: Floats | float) -> Integers:
    return lines.searchsorted(value + (slack + TIE), side="right")


DEFAULT_POLICY = Policy(version=1)
