"""Reads one sheet of a workbook in a process of its own with limited memory: rows as JSON lines on standard output.

It is run as a file and imports nothing of the product. The first line says which sheets there are, the last that it is
the last. Whatever a workbook does to its reader, it does it here.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine

MEMORY = 1 << 30  # bytes of address space
SECONDS = 300  # of processor time
MAX_CELLS = 5_000_000
_PIECE = 1 << 20
_AGAIN = "open it in a spreadsheet and save it again, or ask for it once more"
_MAX_PENDING = 64 << 20
_NAME = rb"(?:\w+:)?"
_ROW = re.compile(rb"<" + _NAME + rb"row[\s>]")
_CELL = re.compile(rb"<" + _NAME + rb"c[\s/>]")
_ERROR = re.compile(
    rb"<"
    + _NAME
    + rb"c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*\br=[\"']([A-Z]{1,3})(\d+)[\"'][^>]*>.*?<"
    + _NAME
    + rb"v[^>]*>([^<]*)<",
    re.DOTALL,
)
_FORMULA = re.compile(
    rb"<" + _NAME + rb"c\b([^>]*)>\s*<" + _NAME + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _NAME + rb"f>)\s*"
    rb"(</" + _NAME + rb"c>|<" + _NAME + rb"v\s*(?:/>|>\s*</))"
)
_HAS_FORMULA = re.compile(rb"<" + _NAME + rb"f[\s/>]")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_SHEET = re.compile(rb"<" + _NAME + rb"sheet\s[^>]*>")

Spots = dict[tuple[int, int], str]


class Refused(Exception):
    """The workbook is not read; the reason is a sentence's end after "the workbook"."""


def main(path: str, wanted: str) -> None:
    _limit()
    try:
        for line in _lines(path, wanted):
            sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.write('{"end":true}\n')
    except Refused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"refused": f"needs more than {MEMORY >> 20} MiB of memory"}) + "\n")
    sys.stdout.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # there is no such limit on Windows
        return
    memory = min(MEMORY, _of_container() * 6 // 10)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _of_container() -> int:
    """The memory of this container, of which the child takes a part: where it takes more, its parent ends with it."""
    try:
        with open("/sys/fs/cgroup/memory.max") as said:
            return int(said.read())
    except (OSError, ValueError):
        return 10 * MEMORY


def _lines(path: str, wanted: str) -> Iterator[object]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError:
        raise Refused("is protected by a password; remove it and save the workbook again") from None
    except python_calamine.CalamineError:
        raise Refused(f"is damaged and cannot be opened; {_AGAIN}") from None
    sheets = [
        (each.name, each.visible == python_calamine.SheetVisibleEnum.Visible) for each in workbook.sheets_metadata
    ]
    name, sheet, spots = _choose(workbook, path, sheets, wanted)
    merged = [(first, last) for first, last in sheet.merged_cell_ranges or () if first[0] < 100]
    yield {"sheets": sheets, "sheet": name, "merged": merged}
    height, width = (0, 0) if sheet.end is None else (sheet.end[0] + 1, sheet.end[1] + 1)
    if width * height > MAX_CELLS:
        raise Refused(
            f"has {height} rows of {width} cells, more than {MAX_CELLS} cells; delete what is empty, or save it as CSV"
        )
    blank = [""] * width
    for number, row in enumerate(sheet.iter_rows(), 1):
        row = list(row)
        cells: list[object] = [cell if isinstance(cell, str) else _cell(cell) for cell in row]
        for column in range(width) if spots else ():
            if (number, column) in spots:
                cells[column] = {"e": spots[number, column]}
        if cells != blank:
            yield [number, cells]


def _choose(
    workbook: python_calamine.CalamineWorkbook, path: str, sheets: list[tuple[str, bool]], wanted: str
) -> tuple[str, python_calamine.CalamineSheet, Spots]:
    """The sheet of that name, or the first that is shown and not empty."""
    shown = [name for name, is_shown in sheets if is_shown]
    if wanted and wanted not in dict(sheets):
        names = ", ".join(name + ("" if is_shown else " (hidden)") for name, is_shown in sheets)
        raise Refused(f"has no sheet {wanted!r}; it has {names}")
    for name in [wanted] if wanted else shown:
        spots = _spots(path, name)
        try:
            sheet = workbook.get_sheet_by_name(name)
        except python_calamine.WorksheetNotFound:
            continue  # a sheet of charts
        except python_calamine.CalamineError:
            raise Refused(f"is damaged and its sheet {name!r} cannot be opened; {_AGAIN}") from None
        if sheet.end is not None or wanted:
            return name, sheet, spots
    hidden = ", ".join(name for name, is_shown in sheets if not is_shown)
    raise Refused("has no sheet with rows" + (f" that is shown; hidden: {hidden}" if hidden else ""))


def _spots(path: str, name: str) -> Spots:
    """The cells of an XLSX sheet that calamine reads as blank: errors, and formulas without a value."""
    spots: Spots = {}
    if not path.endswith(".xlsx"):
        return spots
    with zipfile.ZipFile(path) as archive:
        member = _member(archive, name)
        if member is None:
            return spots
        cells, pending = 0, b""
        with archive.open(member) as opened:
            while piece := opened.read(_PIECE):
                pending += piece
                end = pending.rfind(b"</row>") if b"</row>" in pending else _last_row(pending)
                if end > 0:
                    _note(pending[:end], spots)
                    cells += len(_CELL.findall(pending[:end]))
                    pending = pending[end:]
                if cells > MAX_CELLS or len(pending) > _MAX_PENDING:
                    raise Refused(f"has more than {MAX_CELLS} cells; delete what is empty, or save it as CSV")
        _note(pending, spots)
    return spots


def _last_row(piece: bytes) -> int:
    return max((match.start() for match in _ROW.finditer(piece)), default=0)


def _note(rows: bytes, spots: Spots) -> None:
    for letters, number, shown in _ERROR.findall(rows) if b't="e"' in rows or b"t='e'" in rows else ():
        spots[int(number), _index(letters)] = shown.decode("utf-8", "replace")
    for attributes, rest in _FORMULA.findall(rows) if _HAS_FORMULA.search(rows) else ():
        reference = _REFERENCE.search(attributes)
        # A formula whose result is an empty text has an empty value.
        is_text = b't="str"' in attributes and not rest.startswith(b"</")
        if reference is not None and not is_text:
            spots[int(reference[2]), _index(reference[1])] = "formula"


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _member(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of the archive that holds a sheet."""
    try:
        book, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return None
    for tag in _SHEET.findall(book):
        attributes = dict(re.findall(r'([\w:]+)="([^"]*)"', tag.decode("utf-8", "replace")))
        if _unescaped(attributes.get("name", "")) != name:
            continue
        wanted = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        for relation in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations.decode("utf-8", "replace")):
            parts = dict(re.findall(r'([\w:]+)="([^"]*)"', relation))
            if parts.get("Id") == wanted:
                target = parts.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return path if path in archive.namelist() else None
    return None


def _unescaped(text: str) -> str:
    for name, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(name, letter)
    return text


def _cell(value: float | bool | datetime | date | time | timedelta) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    if value == int(value):
        return {"n": str(int(value))}
    # A spreadsheet shows fifteen digits; the sixteenth is noise of the calculation.
    shown = f"{value:.15g}"
    return {"n": format(Decimal(shown), "f") if "e" in shown else shown}


if __name__ == "__main__":
    main(*sys.argv[1:])
