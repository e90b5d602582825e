"""What must hold of a card's numbers whatever is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scorecards.reference import catalogue
from services.scorecards.scorecard_templates.importances import Profile, importances

GROUPS = {a["key"]: a["group"] for a in catalogue()["attributes"] + catalogue()["provider_attributes"]}
keys = st.sets(st.sampled_from(sorted(GROUPS)), min_size=1)


@given(keys, st.sampled_from(sorted(catalogue()["profiles"])))
def test_importances_add_up_to_one_whatever_is_asked(asked: set[str], profile: str) -> None:
    shares = importances({key: GROUPS[key] for key in asked}, {}, Profile(*profile.split("/")).group_weights)

    assert set(shares) == asked
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
