"""A file is read to its end whatever it holds; each refusal names line, column and reason."""

import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pytest

from services.gateway.imports import track_record
from services.gateway.imports.lines import MAX_LINE, UnreadableFile
from services.gateway.imports.mapping import InvalidMapping, Mapping, parse_mapping
from services.gateway.imports.track_record import DeliveryRecord, DeliveryWarning, Item, Refusal, TrackRecordFile

ROOT = Path(__file__).parents[2]

MAPPING = """
[sponsor]
name = { constant = "Us" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "Vendor" }
region = { column = "Region" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"], lines = "earliest" }
delivered_on = { column = "Delivered", formats = ["%Y-%m-%d"], lines = "latest" }
accepted = { column = "QC", true = ["ok"], false = ["rejected"], constant = true }
weight = { column = "Weight", lines = "sum", constant = 1 }
quantity = { column = "Packs", lines = "sum" }
"""
HEADER = "Shipment,Vendor,Region,Promised,Delivered,QC,Weight,Packs"
GOOD = "S1,Acme,europe,2024-01-10,2024-01-09,ok,1,5"


def mapping(text: str = MAPPING, **changes: str) -> Mapping:
    for old, new in changes.items():
        text = text.replace(old, new)
    return parse_mapping(text)


def read(*lines: str, by: Mapping | None = None) -> list[Item]:
    return list(TrackRecordFile(io.BytesIO("\n".join((HEADER, *lines)).encode()), by or mapping()))


def rows(items: list[Item]) -> list[DeliveryRecord]:
    return [item for item in items if isinstance(item, DeliveryRecord)]


def refusals(items: list[Item]) -> list[tuple[int, str | None, str | None, str]]:
    return [(i.line, i.column, i.value, i.reason) for i in items if isinstance(i, Refusal)]


def refused_file(data: bytes, by: Mapping | None = None) -> str:
    with pytest.raises(UnreadableFile) as error:
        list(TrackRecordFile(io.BytesIO(data), by or mapping()))
    [located] = error.value.errors
    assert located.pointer == "/file"
    return located.detail


def test_a_column_that_the_file_lacks_is_refused_once_and_where_the_mapping_names_it() -> None:
    with pytest.raises(InvalidMapping) as refused:
        TrackRecordFile(io.BytesIO(b"Shipment,Vendors,Region,Promised,Delivered,QC,Weight\n"), mapping())

    assert [(error.pointer, error.detail) for error in refused.value.errors] == [
        ("/delivery/quantity/column", "names the column 'Packs', which the file does not have"),
        ("/provider/name/column", "names the column 'Vendor', which the file does not have; it has 'Vendors'"),
        (
            "/file",
            'line 1 was read as the header: "Shipment", "Vendors", "Region", "Promised", "Delivered", "QC", "Weight"',
        ),
    ]


def test_a_column_that_the_file_has_twice_is_refused_if_the_mapping_names_it() -> None:
    with pytest.raises(InvalidMapping) as refused:
        TrackRecordFile(io.BytesIO(f"{HEADER},Vendor,Note,Note\n".encode()), mapping())

    assert [(error.pointer, error.detail) for error in refused.value.errors[:-1]] == [
        ("/provider/name/column", "names the column 'Vendor', which the header has 2 times")
    ]


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "line 1 is missing: the file is empty"),
        (
            b'"Shipment',
            "line 1 is no CSV header: a quotation mark opened on line 1 is never closed and would take the rest of the"
            ' line; close it, or say quotes = "text" in [file] where quotation marks are part of the text',
        ),
        (f"{HEADER}\n{'x' * (MAX_LINE + 1)}\n".encode(), f"line 2 is longer than {MAX_LINE} characters"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_whole(data: bytes, detail: str) -> None:
    assert refused_file(data) == detail


def test_a_compressed_file_that_breaks_off_gives_no_delivery() -> None:
    whole = gzip.compress("\n".join([HEADER, *(GOOD.replace("S1", f"S{n}") for n in range(5_000))]).encode())
    given: list[Item] = []

    with pytest.raises(UnreadableFile, match="cannot be decompressed"):
        given.extend(TrackRecordFile(io.BytesIO(whole[: len(whole) // 2]), mapping()))

    assert given == []


def test_a_ragged_row_is_refused_and_the_next_one_is_read() -> None:
    items = read("S1,Acme,europe", GOOD + ",extra", GOOD)

    assert refusals(items) == [
        (2, None, None, "has 3 cells where the header has 8"),
        (3, None, None, "has 9 cells where the header has 8"),
    ]
    assert [row.line for row in rows(items)] == [4]


def test_a_line_that_is_not_utf_8_is_refused_and_the_next_one_is_read() -> None:
    data = f"{HEADER}\n{GOOD}\n{GOOD.replace('Acme', 'Müller')}\n".encode("latin-1") + GOOD.replace("S1", "S2").encode()

    items = list(TrackRecordFile(io.BytesIO(data), parse_mapping('[file]\nencoding = "utf-8"\n' + MAPPING)))

    assert refusals(items) == [(3, None, None, "is not valid utf-8")]
    assert [row.line for row in rows(items)] == [2, 4]


def test_the_encoding_and_the_delimiter_are_the_mappings() -> None:
    data = f"{HEADER}\n{GOOD.replace('Acme', 'Müller')}\n".replace(",", ";").encode("cp1252")
    by = parse_mapping('[file]\nencoding = "cp1252"\ndelimiter = ";"\n' + MAPPING)

    [row] = rows(list(TrackRecordFile(io.BytesIO(data), by)))

    assert row.provider.name == "Müller"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    quoted = 'S1,"Acme ""B"", Ltd",europe,2024-01-10,2024-01-09,ok,1,5'
    with_break = f'S2,Acme,europe,2024-01-10,2024-01-09,ok,1,"{chr(10)}{chr(10)}7"'

    items = read(quoted, "", with_break, ",,,,,,,", "S3,Acme")

    assert [(row.line, row.provider.name) for row in rows(items)] == [(2, 'Acme "B", Ltd'), (4, "Acme")]
    assert refusals(items) == [(8, None, None, "has 2 cells where the header has 8")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_byte_order_mark_any_line_end_and_gzip_read_the_same(newline: str, pack: type[bytes]) -> None:
    data = pack(("\ufeff" + newline.join((HEADER, GOOD))).encode())

    assert rows(list(TrackRecordFile(io.BytesIO(data), mapping()))) == rows(read(GOOD))


def test_every_wrong_cell_of_a_line_is_named_and_counts_as_one_line() -> None:
    bad = TrackRecordFile(
        io.BytesIO(f"{HEADER}\nS1,Acme,mars,31/12/1999,1969-01-01,perhaps,-2,many\nS2,,,,,,,".encode()), mapping()
    )

    items = list(bad)

    assert [(line, column, value) for line, column, value, _ in refusals(items)] == [
        (2, "Region", "mars"),
        (2, "Promised", "31/12/1999"),
        (2, "Delivered", "1969-01-01"),
        (2, "QC", "perhaps"),
        (2, "Weight", "-2"),
        (2, "Packs", "many"),
        (3, "Vendor", ""),
        (3, "Vendor", ""),
        (3, "Promised", ""),
    ]
    assert asdict(bad.summary) == {"lines_read": 2, "lines_refused": 2, "deliveries": 0, "warnings": 0}


def test_a_blank_cell_is_nothing_or_the_constant_beside_its_column() -> None:
    [row] = rows(read("S1,Acme,,2024-01-10,,,,"))

    assert (row.delivered_on, row.quantity, row.provider.region) == (None, None, None)
    assert (row.accepted, row.weight) == (True, Decimal(1))


def test_blank_words_are_the_files_and_a_fields_own_replace_them() -> None:
    by = parse_mapping(
        '[file]\nblanks = ["N/A", "-"]\n'
        + MAPPING.replace('quantity = { column = "Packs"', 'quantity = { column = "Packs", blanks = ["none"]')
    )

    items = read("S1,Acme,-,2024-01-10,N/A,ok,1,none", "S2,Acme,-,2024-01-10,N/A,ok,1,N/A", by=by)

    assert [(row.line, row.delivered_on, row.quantity) for row in rows(items)] == [(2, None, None)]
    assert [(line, column, value) for line, column, value, _ in refusals(items)] == [(3, "Packs", "N/A")]


def test_a_delivery_record_has_every_field() -> None:
    [row] = rows(read("S1,Acme,europe,2024-01-10,2024-01-12,rejected,0.5,5"))

    assert row == DeliveryRecord(
        line=2,
        lines=(2,),
        sponsor=track_record.Party("sponsor", "Us", "erp", "1", None, None),
        provider=track_record.Party("provider", "Acme", "erp", "Acme", None, "europe"),
        external_id="S1",
        promised_on=date(2024, 1, 10),
        delivered_on=date(2024, 1, 12),
        accepted=False,
        weight=Decimal("0.5"),
        quantity=Decimal(5),
    )


def test_lines_of_one_key_are_one_delivery_and_what_they_disagree_on_is_a_warning() -> None:
    items = read(
        "S1,Acme,europe,2024-01-10,2024-01-09,ok,1,5",
        "S2,Acme,europe,2024-01-10,2024-01-09,ok,1,5",
        "S1,Acme,europe,2024-01-08,2024-01-11,ok,0.5,7",
        "S1,Acme,europe,2024-01-10,,ok,0.25,",
    )

    first, second = rows(items)
    assert (first.line, first.lines, second.lines) == (2, (2, 4, 5), (3,))
    assert (first.promised_on, first.delivered_on) == (date(2024, 1, 8), date(2024, 1, 11))
    assert (first.weight, first.quantity) == (Decimal("1.75"), Decimal(12))
    assert [item for item in items if isinstance(item, DeliveryWarning)] == [
        DeliveryWarning((2, 4, 5), "S1", "Promised", "2024-01-10 on line 2, 2024-01-08 on line 4; took the earliest"),
        DeliveryWarning(
            (2, 4, 5), "S1", "Delivered", "2024-01-09 on line 2, 2024-01-11 on line 4, blank on line 5; took the latest"
        ),
    ]


def test_other_values_than_the_first_lines_are_a_warning() -> None:
    by = mapping(earliest="first")

    items = read(GOOD, GOOD.replace("2024-01-10", "2024-01-01"), by=by)

    assert rows(items)[0].promised_on == date(2024, 1, 10)
    assert [item.detail for item in items if isinstance(item, DeliveryWarning)] == [
        "2024-01-10 on line 2, 2024-01-01 on line 3; took the first"
    ]


def test_lines_that_must_agree_and_do_not_are_all_refused() -> None:
    items = read(GOOD, GOOD.replace("ok", "rejected"))

    reason = "the lines of this delivery disagree: yes on line 2, no on line 3"
    assert refusals(items) == [(2, "QC", "yes", reason), (3, "QC", "no", reason)]
    assert rows(items) == []


def test_a_delivery_with_a_refused_line_is_refused_whole() -> None:
    items = read(GOOD, GOOD.replace("2024-01-10", "soon"), GOOD.replace("S1", "S2"))

    assert refusals(items) == [
        (3, "Promised", "soon", "is no day written as %Y-%m-%d"),
        (2, "Shipment", "S1", "line 3 of the same delivery is refused"),
    ]
    assert [row.external_id for row in rows(items)] == ["S2"]


def test_weights_that_add_up_to_more_than_three_refuse_the_delivery() -> None:
    items = read(GOOD.replace("ok,1", "ok,2"), GOOD.replace("ok,1", "ok,1.5"), GOOD.replace("S1,", "S2,"))

    assert [refusal[:3] for refusal in refusals(items)] == [(2, "Weight", "3.5"), (3, "Weight", "3.5")]
    assert [row.external_id for row in rows(items)] == ["S2"]


def test_the_same_number_from_two_providers_is_two_deliveries() -> None:
    items = read(GOOD, GOOD.replace("Acme", "Bolt"))

    assert [(row.provider.name, row.external_id) for row in rows(items)] == [("Acme", "S1"), ("Bolt", "S1")]


def test_a_key_of_several_columns_is_joined() -> None:
    by = mapping(**{'key = "Shipment"': 'key = ["Shipment", "Promised"]'})

    items = read(GOOD, GOOD.replace("2024-01-10", "2024-01-11"), by=by)

    assert [row.external_id for row in rows(items)] == ["S1 / 2024-01-10", "S1 / 2024-01-11"]


def test_a_key_that_thousands_of_lines_share_refuses_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_record, "MAX_LINES_OF_A_DELIVERY", 3)

    items = read(*[GOOD] * 5, GOOD.replace("S1", "S2"))

    assert [(line, column, value) for line, column, value, _ in refusals(items)] == [
        (line, "Shipment", "S1") for line in range(2, 7)
    ]
    assert [row.external_id for row in rows(items)] == ["S2"]


def test_deliveries_come_in_the_order_of_their_first_lines() -> None:
    items = read(*[GOOD.replace("S1", f"S{n % 700}") for n in range(2_100, 0, -1)])

    assert [row.line for row in rows(items)] == list(range(2, 702))
    assert {len(row.lines) for row in rows(items)} == {3}


def test_a_file_of_any_size_is_read_as_a_stream() -> None:
    def chunks() -> Iterator[bytes]:
        yield f"{HEADER}\nS0,Acme\n".encode()
        yield from (f"{GOOD}\n".encode() * 1_000 for _ in range(1_000))

    class Endless(io.RawIOBase):
        pieces = chunks()

        def read(self, size: int = -1) -> bytes:
            return next(self.pieces, b"")[:size]

    file = Endless()

    first = next(iter(TrackRecordFile(file, mapping())))  # type: ignore[arg-type]

    assert isinstance(first, Refusal)
    assert len(list(file.pieces)) > 990


def test_the_file_stays_open_for_its_opener() -> None:
    file: BinaryIO = io.BytesIO(f"{HEADER}\n{GOOD}\n".encode())

    list(TrackRecordFile(file, mapping()))
    file.seek(0)
    with pytest.raises(InvalidMapping):
        TrackRecordFile(file, mapping(Vendor="Seller"))

    assert not file.closed


def test_the_report_is_plain_json() -> None:
    whole = TrackRecordFile(io.BytesIO("\n".join((HEADER, GOOD, GOOD.replace("-10", "-11"), "x")).encode()), mapping())

    report = json.loads(json.dumps([asdict(item) for item in whole if not isinstance(item, DeliveryRecord)]))

    assert report == [
        {
            "line": 4,
            "column": None,
            "value": None,
            "reason": "has 1 cells where the header has 8",
            "code": "cell-count",
        },
        {
            "lines": [2, 3],
            "external_id": "S1",
            "column": "Promised",
            "detail": "2024-01-10 on line 2, 2024-01-11 on line 3; took the earliest",
        },
    ]
    assert asdict(whole.summary) == {"lines_read": 3, "lines_refused": 1, "deliveries": 1, "warnings": 1}


def test_the_guides_example_gives_the_report_that_the_guide_shows() -> None:
    guide = (ROOT / "docs" / "imports.md").read_text()
    document, data, report = (
        re.search(rf"^```{kind}\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)[1]  # type: ignore[index]
        for kind in ("toml", "csv", "json")
    )
    whole = TrackRecordFile(io.BytesIO(data.encode()), parse_mapping(document))

    items = list(whole)

    assert [json.loads(line) for line in report.splitlines()] == [
        *(json.loads(json.dumps(asdict(item))) for item in items if not isinstance(item, DeliveryRecord)),
        asdict(whole.summary),
    ]
    assert [(row.provider.name, row.external_id, row.accepted) for row in rows(items)] == [
        ("Halden Biologics", "SH-1", True),
        ("Kestrel Pharma", "SH-1", False),
    ]


def test_the_scms_file_is_73_providers_and_7030_deliveries_of_which_ten_disagree_with_themselves() -> None:
    by = parse_mapping((ROOT / "docs" / "examples" / "scms.mapping.toml").read_bytes())
    with (ROOT / "tests" / "data" / "scms_deliveries.csv.gz").open("rb") as file:
        whole = TrackRecordFile(file, by)
        items = list(whole)

    assert asdict(whole.summary) == {"lines_read": 10_324, "lines_refused": 0, "deliveries": 7_030, "warnings": 10}
    assert len({row.provider.external_id for row in rows(items)}) == 73
    assert {row.sponsor.external_id for row in rows(items)} == {"SCMS"}
    assert {item.column for item in items if isinstance(item, DeliveryWarning)} == {"Scheduled Delivery Date"}
    assert sum(row.delivered_on is not None and row.delivered_on <= row.promised_on for row in rows(items)) == 6_225
