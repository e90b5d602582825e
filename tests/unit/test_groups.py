"""Tests of one group are run by one worker: the scheduler knows them by the end of their ids."""

import os

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_is_named_where_tests_are_handed_out(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@groups") == ("PYTEST_XDIST_WORKER" in os.environ)
