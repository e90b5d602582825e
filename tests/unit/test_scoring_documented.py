"""The numbers in docs/scoring.md are the policy's."""

import re
from pathlib import Path

from services.scorecards.scoring.policy import DEFAULT_POLICY, Kind, Tier

TEXT = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text()


def test_the_gates_of_each_tier_are_as_documented() -> None:
    rows = re.findall(r"^\| (preferred|strategic|partnership) \| (\d+) \| (\d+) \| (\d+) \| (\d+) days \|", TEXT, re.M)

    documented = {tier: tuple(map(int, numbers)) for tier, *numbers in rows}
    policy = {
        str(tier): (round(100 * g.lower), round(100 * g.p), round(g.depth), g.tenure_days)
        for tier, g in DEFAULT_POLICY.gates.items()
    }
    assert documented == {tier: gates for tier, gates in policy.items() if tier != Tier.transactional}


def test_half_lives_and_the_start_of_everybody_are_as_documented() -> None:
    half_lives = DEFAULT_POLICY.half_life_days

    assert "Deliveries and interactions have a half-life of 180 days" in TEXT
    assert half_lives[Kind.delivery] == half_lives[Kind.interaction] == 180
    assert "milestones and scorecards of 365, audits of 730" in TEXT
    assert (half_lives[Kind.milestone], half_lives[Kind.scorecard], half_lives[Kind.audit]) == (365, 365, 730)
    assert "p = (2 × 0.70 + S) / (2 + N)" in TEXT
    assert (DEFAULT_POLICY.k, DEFAULT_POLICY.mu, round(DEFAULT_POLICY.z, 4)) == (2, 0.70, 1.2816)
    assert "Below\na depth of 3" in TEXT
    assert DEFAULT_POLICY.unproven_below_depth == 3
