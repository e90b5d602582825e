"""The rows of an XLSX or XLS workbook: checked as an archive first, then read in a process with a memory limit."""

import json
import mmap
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, TypedDict

from .header import HeadRow, find_header, names_of
from .kinds import advice, ole_kind, zipped_kind
from .lines import UnreadableFile
from .mapping import FileFormat
from .records import DayCell, ErrorCell, FlagCell, Form, NumberCell, Record

MAX_UNPACKED = 200 << 20  # bytes of all parts of a workbook
MAX_RATIO = 100
_SMALL = 1 << 20  # bytes unpacked, below which no ratio is a bomb
_HEAD_ROWS = 60
_CHILD = Path(__file__).with_name("workbook_child.py")
_PIECE = 1 << 20

Cells = list[str | bool | dict[str, str]]


class _Opened(TypedDict):
    sheets: list[tuple[str, bool]]
    sheet: str
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


class WorkbookSource:
    """The rows of one sheet below its header. Raises `UnreadableFile` where the workbook cannot be opened."""

    def __init__(
        self, stream: BinaryIO, suffix: Literal[".xlsx", ".xls"], form: FileFormat, wanted: frozenset[str]
    ) -> None:
        self._file = tempfile.NamedTemporaryFile(suffix=suffix)  # noqa: SIM115 - closed by close()
        self._child: subprocess.Popen[bytes] | None = None
        try:
            while piece := stream.read(_PIECE):
                self._file.write(piece)
            self._file.flush()
            (_check_zip if suffix == ".xlsx" else _check_ole)(self._file.name)
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD), self._file.name, form.sheet or ""],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._lines = self._read()
            opened: _Opened = json.loads(next(self._lines))
            self.form = Form(kind=suffix[1:].upper(), sheet=opened["sheet"])
            self._say_sheets(opened)
            self._find_header(form, wanted, opened)
        except BaseException:
            self.close()
            raise

    def records(self) -> Iterator[Record]:
        yield from (Record(number, number, cells) for number, cells in self._head)
        yield from (Record(number, number, cells) for number, cells in self._rows())

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            if self._child.stdout is not None:
                self._child.stdout.close()
        self._file.close()

    def _read(self) -> Iterator[bytes]:
        """What the child says, until it says that it has come to its end."""
        if self._child is not None and self._child.stdout is not None:
            for line in self._child.stdout:
                if line.startswith(b'{"end"'):
                    return
                if line.startswith(b'{"refused"'):
                    raise UnreadableFile(f"the workbook {json.loads(line)['refused']}")
                yield line
        raise UnreadableFile(
            "the workbook cannot be read in the memory for it (at most 1 GiB) and five minutes, or it is damaged;"
            " save the sheet as CSV"
        )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        for line in self._lines:
            row: tuple[int, Cells] = json.loads(line)
            yield row[0], [cell if isinstance(cell, str) else _typed(cell) for cell in row[1]]

    def _say_sheets(self, opened: _Opened) -> None:
        self.form.sheets = [name + ("" if is_shown else " (hidden)") for name, is_shown in opened["sheets"]]
        if len(self.form.sheets) > 1:
            others = ", ".join(name for name in self.form.sheets if name.removesuffix(" (hidden)") != opened["sheet"])
            self.form.notes.append(f"The sheet {opened['sheet']} is read; the workbook also has {others}.")

    def _find_header(self, form: FileFormat, wanted: frozenset[str], opened: _Opened) -> None:
        first = form.header_line or (form.skip_lines or 0) + 1
        rows = [row for row in islice(self._rows(), _HEAD_ROWS + first) if row[0] >= first]
        if form.header_line is not None:
            rows_to_look_at = [row for row in rows if row[0] == first]
        else:
            rows_to_look_at = rows[:_HEAD_ROWS]
        above = dict(rows)
        heads = [HeadRow(number, _with_merged(number, cells, above, opened)) for number, cells in rows_to_look_at]
        found = find_header(heads, wanted)
        if found is None:
            where = f"the header is to be in row {first}, which is blank" if first > 1 else "the sheet is empty"
            raise UnreadableFile(where)
        line = self.form.header_line = found.row.at
        self.header = names_of(found.row.cells)
        self._head = [row for row in rows if row[0] > line]
        titles = [str(number) for number, _ in rows if number < line]
        if titles and form.header_line is None:
            said = f"row {titles[0]} is" if len(titles) == 1 else f"rows {', '.join(titles)} are"
            self.form.notes.append(f"The header is in row {line}; {said} not read.")


def _with_merged(number: int, row: list[str], above: dict[int, list[str]], opened: _Opened) -> list[str]:
    """The cells of a row that may be the header; one that is merged with cells above it has their text."""
    cells = list(row)
    for (top, left), (bottom, _) in opened["merged"]:
        if top < number - 1 <= bottom and left < len(cells) and not cells[left]:
            cells[left] = above.get(top + 1, cells)[left]
    return cells


def _typed(cell: bool | dict[str, str]) -> str:
    if isinstance(cell, bool):
        return FlagCell("true" if cell else "false")
    [(kind, text)] = cell.items()
    return DayCell(text) if kind == "d" else NumberCell(text) if kind == "n" else ErrorCell(text)


def _check_zip(path: str) -> None:
    """`UnreadableFile` for an archive that is no workbook, is damaged, or would unpack to more than it should."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            kind = zipped_kind(names, archive.read("mimetype")[:100] if "mimetype" in names else b"")
            if kind is not None:
                raise UnreadableFile(advice(kind))
            packed = max(1, Path(path).stat().st_size)
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise UnreadableFile(
                    f"the workbook unpacks to more than {MAX_UNPACKED >> 20} MiB; save the sheet as CSV"
                )
            size = 0
            for part in parts:
                # The size that an archive states of itself may be a lie.
                with archive.open(part) as opened:
                    while piece := opened.read(_PIECE):
                        size += len(piece)
                        if size > MAX_UNPACKED or (size > _SMALL and size > MAX_RATIO * packed):
                            raise UnreadableFile(
                                f"the workbook unpacks to more than {MAX_UNPACKED >> 20} MiB, or to more than"
                                f" {MAX_RATIO} times its size; save the sheet as CSV"
                            )
    # What zipfile raises of archives that are cut off, encrypted or packed in a way that it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        head = Path(path).read_bytes()[: 1 << 16]
        what = "the workbook" if b"xl/" in head or b"[Content_Types].xml" in head else "the ZIP archive"
        again = "open it in a spreadsheet and save it again, or ask for it once more"
        raise UnreadableFile(f"{what} is damaged and cannot be opened; {again}") from error


def _check_ole(path: str) -> None:
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        kind = ole_kind(content)
    if kind is not None:
        raise UnreadableFile(advice(kind))
