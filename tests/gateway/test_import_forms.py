"""Files in the forms that people have: what becomes of every row, and what a file is that holds none."""

import gzip
import io
from pathlib import Path

import pytest
import xlsxwriter

from services.gateway.imports.mapping import parse_mapping
from services.gateway.imports.track_record import DeliveryRecord, Refusal, TrackRecordFile
from shared.errors import DomainError
from tests.gateway.import_files import FILES, HEADER, File, archive, book

CASES = Path(__file__).parents[1] / "data" / "imports"


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_row_of_a_file_becomes_what_it_should(file: File) -> None:
    outcomes: dict[int, str] = {}
    refused = ""
    notes: list[str] = []
    try:
        whole = TrackRecordFile(io.BytesIO(file.data), parse_mapping(file.mapping))
        for item in whole:
            if isinstance(item, DeliveryRecord):
                quantity = "" if item.quantity is None else f", {item.quantity:f}"
                outcomes[item.line] = f"{item.external_id} of {item.provider.name}{quantity}"
            elif isinstance(item, Refusal):
                outcomes[item.line] = item.code
        notes = whole.form.notes
    except DomainError as error:
        refused = "; ".join(each.detail for each in error.errors)

    assert outcomes == file.rows, refused
    assert file.refused in refused
    assert bool(refused) == bool(file.refused)
    assert file.noted in " ".join(notes)


def test_no_file_of_the_matrix_is_there_twice() -> None:
    assert len({file.name for file in FILES}) == len(FILES) >= 40


def test_an_ambiguous_number_is_refused_with_both_readings() -> None:
    file = next(file for file in FILES if file.name == "a number of two readings")

    [refusal] = [
        i for i in TrackRecordFile(io.BytesIO(file.data), parse_mapping(file.mapping)) if isinstance(i, Refusal)
    ]

    assert (refusal.column, refusal.value) == ("Packs", "1.250")
    assert refusal.reason.startswith("is 1.25 or 1250, by what")


def test_what_is_taken_off_cells_is_counted_by_column() -> None:
    file = next(file for file in FILES if file.name == "an id behind an apostrophe")
    whole = TrackRecordFile(io.BytesIO(file.data), parse_mapping(file.mapping))

    [record] = [item for item in whole if isinstance(item, DeliveryRecord)]

    assert record.provider.external_id == "00123"
    [cleaned] = whole.cleaned
    assert (cleaned.column, cleaned.cells, cleaned.line, cleaned.value) == ("Vendor No", 1, 2, "00123")


def test_a_name_that_begins_with_an_apostrophe_stays_as_it_is() -> None:
    file = next(file for file in FILES if file.name == "CSV in UTF-8")
    data = file.data.replace("Müller".encode(), b"'t Hooft")

    records = [
        i for i in TrackRecordFile(io.BytesIO(data), parse_mapping(file.mapping)) if isinstance(i, DeliveryRecord)
    ]

    assert records[0].provider.name == "'t Hooft"


def test_a_sheet_that_stretches_to_the_last_cell_is_refused_in_bounded_memory() -> None:
    sheet = '<c r="A1" t="inlineStr"><is><t>Shipment</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    content = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http:'
        '//schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"'
        "/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1">{sheet}</row></sheetData></worksheet>',
    }
    file = next(file for file in FILES if file.name == "XLSX")

    with pytest.raises(DomainError, match=r"more than 5000000 cells|cannot be read in the memory"):
        TrackRecordFile(io.BytesIO(archive(**content)), parse_mapping(file.mapping))


@pytest.mark.long
def test_two_million_cells_are_read_within_the_limit_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, [*HEADER, *(f"More {n}" for n in range(14))])
    for n in range(1, 100_001):
        row = [f"A-{n}", str(n % 500), f"Halden {n % 500}", "2024-09-02", "2024-09-01", n * 0.25]
        sheet.write_row(n, 0, [*row, *(f"text {n * m}" for m in range(14))])
    workbook.close()
    file = next(file for file in FILES if file.name == "XLSX")

    with path.open("rb") as opened:
        whole = TrackRecordFile(opened, parse_mapping(file.mapping))
        deliveries = sum(isinstance(item, DeliveryRecord) for item in whole)

    assert (deliveries, whole.summary.lines_refused) == (100_000, 0)


def relations(kind: str, target: str) -> str:
    of = "http://schemas.openxmlformats.org"
    relation = f'<Relationship Id="r1" Type="{of}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{of}/package/2006/relationships">{relation}</Relationships>'


def test_a_gzip_that_unpacks_without_end_is_refused() -> None:
    file = next(file for file in FILES if file.name == "CSV in UTF-8")
    bomb = gzip.compress(file.data + (b"x" * 1_000 + b",,,,,\n") * 50_000)

    with pytest.raises(DomainError, match="unpacks to more than 200 times its size"):
        list(TrackRecordFile(io.BytesIO(bomb), parse_mapping(file.mapping)))


def test_a_workbook_is_closed_though_only_its_beginning_was_read() -> None:
    rows = [(f"A-{n}", 1, "Halden", "2024-09-02", "2024-09-01", n) for n in range(3_000)]
    file = next(file for file in FILES if file.name == "XLSX")

    whole = TrackRecordFile(io.BytesIO(book(*rows)), parse_mapping(file.mapping), most=5)

    assert len([item for item in whole if isinstance(item, DeliveryRecord)]) == 5
    assert whole.summary.lines_read == 5


@pytest.mark.parametrize(
    ("name", "rows", "refused"),
    [
        ("02/file.csv", {5: "A-2"}, {2: "broken-quotation"}),
        ("12/file.csv", {2: "A-1"}, {}),
        ("14/blank.csv", {3: "A-1"}, {}),
        ("14/sep.csv", {3: "A-1"}, {}),
        ("14/title.csv", {4: "A-1"}, {}),
        ("15/unicode-text.txt", {2: "A-1"}, {}),
        ("15/utf16-no-bom.csv", {2: "A-1"}, {}),
        ("20/file.csv", {2: "A-1"}, {}),
    ],
)
def test_a_case_of_the_review_has_its_outcome(name: str, rows: dict[int, str], refused: dict[int, str]) -> None:
    mapping = (CASES / name).with_name("mapping.toml").read_text()
    whole = TrackRecordFile(io.BytesIO((CASES / name).read_bytes()), parse_mapping(mapping))

    items = list(whole)

    assert {item.line: item.external_id for item in items if isinstance(item, DeliveryRecord)} == rows
    assert {item.line: item.code for item in items if isinstance(item, Refusal)} == refused
    assert whole.summary.lines_read == len(rows) + len(refused)


@pytest.mark.parametrize("name", ["book.xlsx", "old.xls"])
def test_a_damaged_workbook_of_the_review_is_said_to_be_damaged(name: str) -> None:
    mapping = (CASES / "15" / "mapping.toml").read_text()

    with pytest.raises(DomainError, match="the workbook is damaged"):
        TrackRecordFile(io.BytesIO((CASES / "15" / name).read_bytes()), parse_mapping(mapping))
