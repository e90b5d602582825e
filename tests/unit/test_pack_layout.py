"""How much room a text takes in a pack, how its file is called, and where its numbers come from."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.packs.answers import Policy, TierGate
from services.gateway.packs.labels import evidence_labels, years
from services.gateway.packs.line_breaks import lines, shares
from services.gateway.packs.pack import Number, Scored, shown
from services.gateway.packs.request import PackRequest, plain
from services.gateway.packs.sections.standing import start_of, tier_lines


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [("", 5, 1), ("one", 5, 1), ("one two", 5, 2), ("one two", 7, 1), ("abcdefghijk", 5, 3), ("a bcdefghijk", 5, 3)],
)
def test_a_text_is_broken_at_spaces_and_inside_a_word_that_is_too_long(text: str, letters: int, expected: int) -> None:
    assert lines(text, letters) == expected


@given(st.text(alphabet="ab ", max_size=80), st.integers(1, 12))
def test_lines_are_enough_and_never_more_than_one_a_letter(text: str, letters: int) -> None:
    written = len("".join(text.split()))

    assert written / letters <= lines(text, letters) <= max(1, written)


def test_a_table_is_never_wider_than_its_page() -> None:
    assert shares([6, 6]) == [0.5, 0.5]
    assert sum(shares([12, 12, 1])) == pytest.approx(1)
    assert sum(shares([4, 2])) == 0.5


@pytest.mark.parametrize(
    ("sponsor", "provider", "called"),
    [
        ("Łódź A/S", "Crème & Co.", "Lodz-A-S-Creme-Co"),
        ("../../etc/passwd", 'a"; b\r\nc', "etc-passwd-a-b-c"),
        ("Біотех", "日本", ""),
        ("!!!", "...", "sponsor-provider"),
        ("a" * 200, "b", "a" * 60 + "-b"),
    ],
)
def test_a_file_is_called_by_names_that_every_file_system_takes(sponsor: str, provider: str, called: str) -> None:
    request = PackRequest("id", date(2026, 7, 1), date(2026, 9, 30), "pdf", "external")

    whole = request.file_name(sponsor, provider)

    assert plain(whole) == "-".join([*([called] if called else []), "2026-07-01-to-2026-09-30-external.pdf"])
    assert not set(whole) & set('/\\:*?"<>|\r\n;')


def test_a_score_is_never_written_without_its_range() -> None:
    assert shown(Scored(87.69, 78.97, 96.41)) == "87.7 (79.0 to 96.4)"


@pytest.mark.parametrize(("value", "written"), [(0.04, "0.0"), (-0.04, "0.0"), (1.25, "+1.2"), (-1.26, "\u22121.3")])
def test_a_change_has_its_sign_and_none_before_a_zero(value: float, written: str) -> None:
    assert shown(Number(value, "signed")) == written


def test_the_numbers_of_a_pack_are_those_of_its_policy() -> None:
    gates: dict[str, TierGate] = {"strategic": {"lower": 0.8}, "preferred": {"lower": 0.55}}
    policy: Policy = {"version": 2, "mu": 0.6, "half_life_days": {"delivery": 365, "audit": 1095}, "gates": gates}

    assert start_of(policy) == 60
    assert [(tier, round(points)) for tier, points in tier_lines(policy)] == [("preferred", 55), ("strategic", 80)]
    assert evidence_labels("scorecard", is_good=True, start=60.0) == ("scorecard above 60", "scorecards above 60")
    assert [years(days) for days in (180, 365, 730, 1095)] == ["half", "one", "two", "3"]
