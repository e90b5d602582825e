"""The list of what runs on the embedded default alone names tests that there are."""

from pathlib import Path

import pytest

from tests.support.databases import EMBEDDED_FIRST, runs_embedded_first

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("key", EMBEDDED_FIRST)
def test_a_listed_test_exists(key: str) -> None:
    file, _, name = key.partition("::")

    assert f"def {name}" in (ROOT / file).read_text()


def test_a_listed_file_holds_for_each_of_its_cases_and_no_other_file() -> None:
    assert runs_embedded_first("tests/gateway/test_csrf.py::test_a_form_is_refused[distributed-POST]")
    assert not runs_embedded_first("tests/scorecards/test_racing_scorecards.py::test_two_submit[distributed]")


def test_a_listed_test_leaves_the_others_of_its_file_on_both() -> None:
    file = "tests/scorecards/test_reveal.py"

    assert not runs_embedded_first(f"{file}::test_two_sides_that_submit_at_once_reveal_once[distributed]")
