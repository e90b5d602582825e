"""Files of deliveries in the forms that people have, each with what becomes of every row."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl
import xlsxwriter
import xlwt

HEADER = ("Shipment", "Vendor No", "Vendor", "Promised", "Delivered", "Packs")
MAPPING = """{top}
[file]
{file}
[sponsor]
name = {{ constant = "Northwind" }}
external_system = "check"
external_id = {{ constant = "S-1" }}
[provider]
name = {{ column = "Vendor" }}
external_system = "check"
external_id = {{ column = "Vendor No" }}
[delivery]
key = "Shipment"
promised_on = {{ column = "Promised", formats = [{formats}] }}
delivered_on = {{ column = "Delivered", formats = [{formats}] }}
quantity = {{ column = "Packs" }}
"""
A1 = ("A-1", "1", "Müller", "2024-09-02", "2024-09-01", "12")
A2 = ("A-2", "2", "Halden", "2024-09-03", "", "7")
GOOD = {2: "A-1 of Müller, 12", 3: "A-2 of Halden, 7"}


@dataclass(frozen=True)
class File:
    """``rows`` are the outcomes by line: a delivery, or the code of a refusal; ``refused`` is of the whole file."""

    name: str
    data: bytes
    rows: dict[int, str]
    refused: str = ""
    file: str = ""
    top: str = ""
    formats: str = '"%Y-%m-%d"'
    noted: str = ""

    @property
    def mapping(self) -> str:
        return MAPPING.format(file=self.file, top=self.top, formats=self.formats)


def text(*rows: tuple[str, ...], by: str = ",", end: str = "\n", header: tuple[str, ...] = HEADER) -> str:
    return "".join(by.join(row) + end for row in (header, *rows))


def book(*rows: tuple[object, ...], header: tuple[object, ...] = HEADER, **options: object) -> bytes:
    """A workbook by openpyxl; `title` is above the header, `hidden` another sheet, `epoch` counts days from 1904."""
    workbook = openpyxl.Workbook()
    if options.get("epoch"):
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = workbook.active
    sheet.title = "Deliveries"
    if options.get("title"):
        sheet.append([options["title"]])
        sheet.merge_cells("A1:F1")
    for row in (header, *rows):
        sheet.append(list(row))
    if options.get("two_rows"):
        for letter in "ADEF":
            sheet.merge_cells(f"{letter}1:{letter}2")
        sheet.merge_cells("B1:C1")
    if options.get("hidden"):
        workbook.create_sheet("Archive").sheet_state = "hidden"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def old_book(*rows: tuple[object, ...]) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Deliveries")
    for y, row in enumerate((HEADER, *rows)):
        for x, cell in enumerate(row):
            style = xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(cell, date) else xlwt.Style.default_style
            sheet.write(y, x, cell, style)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def calculated(value: object) -> bytes:
    """A workbook by xlsxwriter whose last cell is a formula with this value."""
    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, {"in_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, A1[:5])
    sheet.write_formula(1, 5, "=6*2", None, value)
    workbook.close()
    return written.getvalue()


def archive(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name.replace("__", "/"), content)
    return written.getvalue()


BOTH = text(A1, A2)
DAYS = (date(2024, 9, 2), date(2024, 9, 1))
CELLS = (("A-1", 1, "Müller", *DAYS, 12), ("A-2", 2, "Halden", datetime(2024, 9, 3, 8), None, 7))  # noqa: DTZ001
TITLED = f"Bestellungen November;;;;;\n;;;;;\n{text(A1, A2, by=';')}"


def numbered(packs: str) -> str:
    return text((*A1[:5], f'"{packs}"'), A2)


def number(name: str, packs: str, becomes: str, file: str = "") -> File:
    outcome = becomes if becomes[0].isalpha() else f"A-1 of Müller, {becomes}"
    return File(name, numbered(packs).encode(), {2: outcome, 3: GOOD[3]}, file=file)


def days(name: str, promised: str, formats: str, is_read: bool = True) -> File:
    data = text(("A-1", "1", "Müller", promised, "", "12")).encode()
    return File(name, data, {2: GOOD[2] if is_read else "not-a-day"}, formats=formats)


def ident(name: str, cell: str, outcome: str) -> File:
    data = text(("A-1", cell, "Müller", *A1[3:])).encode()
    return File(name, data, {2: GOOD[2] if outcome.startswith("read") else outcome})


FILES = [
    File("CSV in UTF-8", BOTH.encode(), GOOD),
    File("CSV in UTF-8 with a mark, CRLF", text(A1, A2, end="\r\n").encode("utf-8-sig"), GOOD),
    File("CSV in a gzip", gzip.compress(BOTH.encode()), GOOD),
    File("CSV in cp1252, which is found", BOTH.encode("cp1252"), GOOD, noted="Windows-1252"),
    File("CSV in latin-1, as said", BOTH.encode("latin-1"), GOOD, file='encoding = "iso-8859-1"'),
    File("CSV in cp1252 that is said to be UTF-8", BOTH.encode("cp1252"), {2: "not-in-encoding", 3: GOOD[3]},
         file='encoding = "utf-8"'),
    File("UTF-16 with a mark", BOTH.encode("utf-16"), GOOD, noted="mark of UTF-16"),
    File("UTF-16 without a mark", BOTH.encode("utf-16-le"), GOOD, noted="without a byte-order mark"),
    File("UTF-16 BE without a mark", BOTH.encode("utf-16-be"), GOOD, noted="UTF-16-BE"),
    File("UTF-16, as said", BOTH.encode("utf-16"), GOOD, file='encoding = "utf-16"'),
    File("Unicode text of a spreadsheet", text(A1, A2, by="\t", end="\r\n").encode("utf-16"), GOOD, noted="by tabs"),
    File("TSV, as said", text(A1, A2, by="\t").encode(), GOOD, file='delimiter = "tab"'),
    File("TSV in the old spelling", text(A1, A2, by="\t").encode(), GOOD, file='delimiter = "\\t"'),
    File("semicolons, which are found", text(A1, A2, by=";").encode(), GOOD, noted="by semicolons"),
    File("bars, as said", text(A1, A2, by="|").encode(), GOOD, file='delimiter = "|"'),
    File("sep= before the header", ("sep=;\n" + text(A1, A2, by=";")).encode(), {3: GOOD[2], 4: GOOD[3]}),
    File("sep= against the mapping", ("sep=;\r\n" + text(A1, A2, by=";")).encode("utf-8-sig"), {3: GOOD[2], 4: GOOD[3]},
         file='delimiter = ","', noted="sep=;"),
    File("sep= in capitals, quoted", ('"SEP=|"\n' + text(A1, A2, by="|")).encode(), {3: GOOD[2], 4: GOOD[3]}),
    File("sep= among lines to skip", ("sep=|\n" + text(A1, A2, by="|")).encode(), {3: GOOD[2], 4: GOOD[3]},
         file="skip_lines = 1"),
    File("an end-of-file mark behind the rows", (BOTH + "\x1a").encode(), GOOD),
    File("a blank line before the header", ("\n" + BOTH).encode(), {3: GOOD[2], 4: GOOD[3]}),
    File("a title before the header", TITLED.encode(), {4: GOOD[2], 5: GOOD[3]}, noted="line 1 is not read"),
    File("the header's line, as said", TITLED.encode(), {4: GOOD[2], 5: GOOD[3]}, file="header_line = 3"),
    File("lines to skip, as said", TITLED.encode(), {4: GOOD[2], 5: GOOD[3]}, file="skip_lines = 2"),
    File("a header's line that is wrong", TITLED.encode(), {}, 'line 1 was read as the header: "Bestellungen November"',
         file="header_line = 1"),
    File("rows of blanks", (BOTH + " , ,\u00a0, , , \n,,,,,\n\u200b,,,,,\n" * 3).encode(), GOOD),
    File("commas behind the last column", (text(A1, A2)).replace("12\n", "12,,\n").encode(), GOOD),
    File("no end of line at the end, and CR", text(A1, A2, end="\r").rstrip().encode(), GOOD),
    number("a decimal comma that only can be one", "12,5", "12.5"),
    number("a number of two readings", "1.250", "ambiguous-number"),
    number("another number of two readings", "1,250", "ambiguous-number"),
    number("two readings, and the sign said", "1.250", "1250", 'decimal = ","'),
    number("two readings, and the thousands said", "1,250", "1250", 'thousands = ","'),
    number("both signs", "1.250,5", "1250.5"),
    number("thousands of India", "3,00,000.00", "300000"),
    number("a percentage", "12,5 %", "not-a-number"),
    number("thousands by narrow spaces", "1\u202f250,75", "1250.75"),
    days("a day with a time, a fraction and an offset", "2024-09-02T10:00:00.1234567+02:00", '"iso"'),
    days("a day with a fraction by its format", "2024-09-02 10:00:00.1234567Z", '"%Y-%m-%d %H:%M:%S.%f%z"'),
    days("a day that no calendar has", "2024-02-30", '"iso"', is_read=False),
    number("two readings, and spaces between thousands", "1,250", "1.25", "thousands = ' '"),
    ident("an id in capitals", "DEC-2024", "read"),
    ident("an id that begins as a month", "Maria-01", "read"),
    ident("an id as a formula", '"=""00123"""', "read"),
    ident("an id behind an apostrophe", "'00123", "read"),
    ident("an id with invisible characters", "\u200b00\u00ad123\u00a0", "read"),
    ident("an id that was shortened", "1.23E+11", "mangled-id"),
    ident("an id that became a day", "01. Mrz", "mangled-id"),
    ident("an id that became a number", "77.0", "mangled-id"),
    ident("an id that is an error", "#N/A", "spreadsheet-error"),
    File("XLSX", book(*CELLS), GOOD),
    File("XLSX with a title", book(*CELLS, title="November"), {3: GOOD[2], 4: GOOD[3]}, noted="row 1 is not read"),
    File("XLSX with a hidden sheet", book(*CELLS, hidden=True), GOOD, noted="Archive (hidden)"),
    File("XLSX with its sheet said", book(*CELLS, hidden=True), GOOD, file='sheet = "Deliveries"'),
    File("XLSX without that sheet", book(*CELLS, hidden=True), {},
         "no sheet 'Other'; it has Deliveries, Archive (hidden)",
         file='sheet = "Other"'),
    File("XLSX with days from 1904", book(*CELLS, epoch=True), GOOD),
    File("XLSX with a header of two rows", book((None, "Vendor No", "Vendor"), *CELLS, two_rows=True,
         header=("Shipment", "Partner", None, "Promised", "Delivered", "Packs")), {3: GOOD[2], 4: GOOD[3]}),
    File("XLSX with an id of a day", book(("A-1", DAYS[0], "Müller", *DAYS, 12)), {2: "mangled-id"}),
    File("XLSX with an id of many digits", book(("A-1", 12345678901234567, "Müller", *DAYS, 12)), {2: "mangled-id"}),
    File("XLSX with a number as a text", book(("A-1", 1, "Müller", *DAYS, "1.250")), {2: "ambiguous-number"}),
    File("XLSX with a number that has a point", book(("A-1", 1, "Müller", *DAYS, 1.25)), {2: "A-1 of Müller, 1.25"}),
    File("XLSX with the value of a formula", calculated(12), {2: GOOD[2]}),
    File("XLSX with the error of a formula", calculated("#DIV/0!"), {2: "spreadsheet-error"}),
    File("XLSX with a formula without value", book(("A-1", 1, "Müller", *DAYS, "=6*2")), {2: "formula-without-value"}),
    File("XLSX that breaks off", book(*CELLS)[:3_000], {}, "the workbook is damaged"),
    File("XLS", old_book(*(tuple("" if cell is None else cell for cell in row) for row in CELLS)), GOOD),
    File("XLS that breaks off", old_book(*CELLS[:1])[:1_024], {}, "the workbook is damaged"),
    File("a workbook that is a bomb", archive(xl__workbook="x", xl__sheet="0" * 150_000_000), {}, "times its size"),
    File("a Word document", archive(word__document="x"), {}, "it is a Word document (DOCX)"),
    File("a ZIP archive", archive(deliveries="x"), {}, "it is a ZIP archive"),
    File("a PDF", b"%PDF-1.7\n...", {}, "it is a PDF document"),
    File("an image", b"\x89PNG\r\n\x1a\n\0\0", {}, "it is an image (PNG)"),
    File("an HTML page", b"<html><body><table><tr><td>Shipment", {}, "it is an HTML page"),
    File("JSON", b'[{"Shipment": "A-1"}]', {}, "it is a JSON document"),
    File("zero bytes", b"Shipment\0\0\0,Vendor\n" * 3, {}, "it is no text"),
    File("an empty file", b"", {}, "the file is empty"),
]  # fmt: skip
