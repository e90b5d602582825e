"""Broken quotation: a record ends where the next is known to begin, and what a cell holds never becomes a row."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.gateway.imports import csv_records
from services.gateway.imports.mapping import parse_mapping
from services.gateway.imports.track_record import DeliveryRecord, Refusal, TrackRecordFile

MAPPING = """
[sponsor]
name = { constant = "Us" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "Vendor No" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"] }
delivered_on = { column = "Delivered", formats = ["%Y-%m-%d"] }
"""
HEADER = "Shipment,Vendor No,Vendor,Promised,Delivered,Note"
GHOST = "Z-9,66,Ghost Pharma,2024-09-01,2024-12-24,see below"


def row(key: str, note: str = "ok", vendor: str = "Halden") -> str:
    return f"{key},1,{vendor},2024-09-01,2024-09-01,{note}"


def read(lines: Sequence[str], mapping: str = MAPPING) -> tuple[list[str], list[Refusal], list[str]]:
    """The deliveries' keys, the refusals, and the names of all providers."""
    data = "\n".join((HEADER, *lines, "")).encode()
    items = list(TrackRecordFile(io.BytesIO(data), parse_mapping(mapping)))
    records = [item for item in items if isinstance(item, DeliveryRecord)]
    refusals = [item for item in items if isinstance(item, Refusal)]
    return [each.external_id for each in records], refusals, [each.provider.name for each in records]


@pytest.mark.parametrize(
    "note",
    [
        f'"They wrote "late" and sent\n{GHOST}\nregards"',
        f'"They wrote "late"\n{GHOST}\nregards"',
        f'"They wrote "late", and sent\n{GHOST}\nregards"',
        f'"They wrote "late", "soon", and sent\n{GHOST}\nregards"',
        f'"5" pipe and\n{GHOST}\nregards"',
        f'"5" pipe, "late",\n{GHOST}\nregards"',
        f'"They wrote "late"\n{GHOST.replace("Ghost Pharma", chr(34) + "Ghost" + chr(34))}\nregards"',
        f'"They wrote "late"\n{GHOST}\nregards,,,,,"',
        f'"late" they wrote\n{GHOST}\nregards"',
        f'"They wrote "late" and sent\n\n{GHOST}\n{GHOST}\n\nregards"',
        f'"They wrote \\"late\\" and sent\n{GHOST}\nregards"',
        f'"xa \n"late"""\n{GHOST}\n""";\n5"";y"',
        f'"x"late"\n\n{GHOST}\n";, y"',
        f'"x"late"\nDear all,\n{GHOST}\nregards"',
    ],
)
def test_text_inside_a_broken_cell_never_becomes_a_row(note: str) -> None:
    keys, refusals, providers = read([row("A-1", note), row("A-2")])

    assert (keys, providers) == (["A-2"], ["Halden"])
    assert [(each.line, each.code) for each in refusals] == [(2, "broken-quotation")]
    assert f"lines 2 to {2 + note.count(chr(10))} are no record" in refusals[0].reason


@pytest.mark.parametrize(
    "note", [f'"They wrote ""late""\n{GHOST}\nregards"', f' "sent\n{GHOST}\nregards"', f'"\n{GHOST}\n"']
)
def test_a_cell_over_several_lines_that_is_quoted_well_is_read(note: str) -> None:
    keys, refusals, providers = read([row("A-1", note), row("A-2")])

    assert (keys, refusals, providers) == (["A-1", "A-2"], [], ["Halden", "Halden"])


def test_a_mark_that_is_not_doubled_refuses_its_line_alone_where_all_that_follows_is_sound() -> None:
    keys, refusals, _ = read([row("A-1", '"a 5" pipe"'), row("A-2"), row("A-3", '"one, two"'), row("A-4", '"a\nb"')])

    assert keys == ["A-2", "A-3", "A-4"]
    assert [(each.line, each.code) for each in refusals] == [(2, "broken-quotation")]
    assert refusals[0].reason.startswith(
        "the line is no record: a quotation mark inside the quoted cell opened on line 2"
    )


def test_each_of_many_broken_lines_is_refused_and_those_between_are_read() -> None:
    lines = [row(f"A-{n}", '"say "late" here"' if n % 3 == 0 else "ok") for n in range(300)]

    keys, refusals, _ = read(lines)

    assert len(keys) == 200
    assert {each.code for each in refusals} == {"broken-quotation"}


def test_a_mark_within_a_cell_that_is_not_quoted_is_text() -> None:
    keys, refusals, _ = read([row("A-1", 'a 5" pipe'), row("A-2", 'say "late"')])

    assert (keys, refusals) == (["A-1", "A-2"], [])


@pytest.mark.parametrize("count", [3, 20_000])
def test_a_quotation_that_is_never_closed_names_its_line_and_how_many_it_would_take(count: int) -> None:
    lines = [row("A-1"), row("A-2", '"late'), *(row(f"B-{n}") for n in range(count))]

    keys, refusals, _ = read(lines)

    assert keys == ["A-1"]
    [refusal] = refusals
    assert (refusal.line, refusal.code) == (3, "unclosed-quotation")
    assert f"opened on line 3 is never closed and would take {count + 1} lines, to line {count + 3}" in refusal.reason
    assert 'quotes = "text"' in refusal.reason


def test_the_line_on_which_a_quotation_was_opened_is_named_and_not_the_records_first() -> None:
    keys, refusals, _ = read([row("A-1", '"x\ny"', '"Hal\nden"'), 'A-2,1,"Hal\nden",2024-09-01,2024-09-01,"open', "x"])

    assert keys == []
    assert [(each.line, each.code) for each in refusals] == [(2, "control-character"), (5, "unclosed-quotation")]
    assert "opened on line 6 is never closed and would take 2 lines, to line 7" in refusals[1].reason


def test_a_quotation_that_a_later_one_ends_takes_the_lines_between_and_no_more() -> None:
    keys, refusals, _ = read([row("A-1", '"late'), row("A-2"), row("A-3", '"one, two"'), row("A-4"), row("A-5", '"x"')])

    assert keys == ["A-4", "A-5"]
    assert [(each.line, each.code) for each in refusals] == [(2, "broken-quotation")]
    assert "lines 2 to 4" in refusals[0].reason


def test_marks_can_be_read_as_text() -> None:
    by = 'accept_renames = true\n[file]\nquotes = "text"\n' + MAPPING

    keys, refusals, providers = read([row("A-1", '"late'), row("A-2", '5"', '"Halden"'), row("A-3")], by)

    assert (keys, refusals, providers) == (["A-1", "A-2", "A-3"], [], ["Halden", '"Halden"', "Halden"])


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_or_a_row_beyond_bounds_is_refused_and_the_next_row_is_read(quoted: bool) -> None:
    long = "x" * (csv_records.MAX_CELL + 1)
    note = f'"{long}\n{GHOST}"' if quoted else long

    keys, refusals, _ = read([row("A-1", note), row("A-2")])

    assert keys == ["A-2"]
    assert [(each.line, each.code) for each in refusals] == [(2, "too-long")]


def test_a_row_of_very_many_lines_is_bounded() -> None:
    wide = ",".join(["x" * 1_000 + '"'] * 100)
    cell = '"' + ("y" * 1_000 + "\n") * 120 + '"'
    lines = [",".join([cell] * 10), row("A-2"), wide, row("A-3")]

    keys, refusals, _ = read(lines)

    assert keys == ["A-2", "A-3"]
    assert [each.code for each in refusals] == ["too-long", "cell-count"]


TEXTS = st.text(st.sampled_from('a ",\n5'), max_size=30)


@settings(deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_whatever_is_around_it_text_of_one_well_quoted_cell_is_no_row(before: str, after: str) -> None:
    note = f'"{before}\n{GHOST}\n{after}"'.replace('"', '""')[1:-1]

    _, _, providers = read([row("A-1", note), row("A-2")])

    assert "Ghost Pharma" not in providers


FRAGMENTS = st.lists(st.sampled_from(["a ", '"late"', '5"', ", ", '""', "\n", "x", '";', "', "]), max_size=7).map(
    "".join
)


def are_rows(text: str) -> list[list[str]]:
    """What a strict reader takes for rows before it comes to a fault."""
    rows = []
    try:
        for each in csv.reader(io.StringIO(text), strict=True, skipinitialspace=True):
            rows.append(each)  # noqa: PERF402 - those before a fault count
    except csv.Error:
        pass
    return rows


@pytest.mark.parametrize("is_quoted", [True, False])
@settings(deadline=None)
@given(before=FRAGMENTS, after=FRAGMENTS)
def test_whatever_breaks_the_cell_its_text_is_no_row_and_the_row_that_follows_is_read(
    is_quoted: bool, before: str, after: str
) -> None:
    broken = row("A-1", f'"x{before}\n{GHOST}\n{after}y"')
    assume(not any(each[:1] == ["Z-9"] for each in are_rows(broken)))
    following = ",".join(f'"{cell}"' for cell in row("A-2").split(",")) if is_quoted else row("A-2")

    keys, _, providers = read([broken, following])

    assert "Ghost Pharma" not in providers
    assert keys[-1:] == ["A-2"]
