"""A text of rows: its delimiter and its header found, its records read."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from .csv_records import CsvRecords, Feed
from .header import FoundHeader, HeadRow, find_header, names_of
from .lines import Content, Lines, UnreadableFile
from .mapping import DELIMITERS, FileFormat
from .records import Form, Record

HEAD_LINES = 60
HEAD_CHARACTERS = 1 << 18
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?\1*', re.IGNORECASE)
_NAMES = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}


class TextSource:
    """The records of a CSV below its header. Raises `UnreadableFile` where there is none."""

    def __init__(self, content: Content, form: FileFormat, wanted: frozenset[str]) -> None:
        self.form = Form()
        self._lines = Lines(content, form.encoding, self.form.notes)
        self._error: UnreadableFile | None = None
        skipped = (form.header_line or 1) - 1 if form.header_line is not None else form.skip_lines or 0
        before = [line for number, line in enumerate(islice(self._lines, skipped)) if number < 3]
        head = self._head()
        if not head and self._error is not None:
            raise self._error
        self.form.encoding = self._lines.encoding
        mark, start = (None, 0) if form.header_line is not None else _separator(head)
        if mark is None and before:
            mark, _ = _separator(before)
        if mark is not None and form.delimiter is not None and mark != DELIMITERS[form.delimiter]:
            self.form.notes.append(
                f"The line sep={mark} says what parts the cells; the mapping's delimiter is not used."
            )
        is_quoted = form.quotes != "text"
        candidates = [mark] if mark is not None else _candidates(form)
        found, delimiter = _best(head[start:], candidates, wanted, is_quoted, form.header_line is not None)
        if mark is None and form.delimiter is not None and found is not None and wanted and found.matched == 0:
            other, by = _best(head[start:], list(DELIMITERS.values()), wanted, is_quoted, form.header_line is not None)
            if other is not None and other.matched == len(wanted):
                found, delimiter = other, by
                self.form.notes.append(
                    f"The mapping's delimiter parts no column; the cells are parted by {_NAMES[by]}s."
                )
        if found is None:
            raise _blank(form, skipped, head)
        at = start + found.row.at
        self.form.header_line = skipped + at + 1
        self.form.delimiter = "tab" if delimiter == "\t" else delimiter
        self.form.kind = "TSV" if delimiter == "\t" else "CSV"
        if at > 0 and form.header_line is None:
            self._say_header(skipped, start, at, head)
        if form.delimiter is None and mark is None and delimiter != ",":
            self.form.notes.append(f"The cells are parted by {_NAMES[delimiter]}s, as the header shows.")
        self._feed = Feed(self._rest(), head[at:], skipped + at)
        self._records = CsvRecords(self._feed, delimiter, self._lines.encoding, is_quoted)
        self.header = self._read_header()
        self._records.width = len(self.header)

    def records(self) -> Iterator[Record]:
        yield from self._records
        self.form.encoding = self._lines.encoding

    def close(self) -> None:
        """Nothing is open but the file, which is its opener's."""

    def _head(self) -> list[str]:
        """The beginning of the file; what breaks in it is raised when the reading comes to it."""
        head: list[str] = []
        size = 0
        try:
            for line in islice(self._lines, HEAD_LINES):
                head.append(line)
                size += len(line)
                if size > HEAD_CHARACTERS:
                    break
        except UnreadableFile as error:
            self._error = error
        return head

    def _rest(self) -> Iterator[str]:
        if self._error is not None:
            raise self._error
        yield from self._lines

    def _say_header(self, skipped: int, start: int, at: int, head: Sequence[str]) -> None:
        titles = [index for index in range(start, at) if head[index].strip(',;|\t \r\n"')]
        if titles:
            lines = [str(skipped + index + 1) for index in titles]
            said = f"line {lines[0]} is" if len(lines) == 1 else f"lines {', '.join(lines)} are"
            self.form.notes.append(f"The header is on line {self.form.header_line}; {said} not read.")

    def _read_header(self) -> list[str]:
        record = next(self._records)
        if record.fault is not None:
            if record.fault.code == "not-in-encoding":
                reason = f"is not valid {self._lines.encoding}: name the file's encoding in the mapping"
                raise UnreadableFile(reason, record.line)
            raise UnreadableFile(f"is no CSV header: {record.fault.reason}", record.line)
        return names_of(record.cells)


def _blank(form: FileFormat, skipped: int, head: Sequence[str]) -> UnreadableFile:
    if form.header_line is not None or skipped:
        reason = "is blank" if head else "is after the end of the file"
        return UnreadableFile(f"is to be the header and {reason}", skipped + 1)
    return UnreadableFile("is missing: the file is empty", 1)


def _separator(lines: Sequence[str]) -> tuple[str | None, int]:
    """The delimiter that the first line names, as `sep=;`, and how many lines that takes."""
    for index, line in enumerate(lines[:3]):
        if line.strip():
            match = _SEPARATOR_LINE.fullmatch(line.strip("\r\n \ufeff"))
            return (None, 0) if match is None else (match[1], index + 1)
    return None, 0


def _candidates(form: FileFormat) -> list[str]:
    return list(DELIMITERS.values()) if form.delimiter is None else [DELIMITERS[form.delimiter]]


def _best(
    head: Sequence[str], candidates: Sequence[str], wanted: frozenset[str], is_quoted: bool, is_first: bool
) -> tuple[FoundHeader, str] | tuple[None, str]:
    """The header and the delimiter by which it has most of the wanted columns, then most columns."""
    best: FoundHeader | None = None
    chosen = candidates[0]
    for delimiter in candidates:
        rows = _rows(head, delimiter, is_quoted)
        found = find_header(rows[:1] if is_first else rows, wanted)
        if found is not None and (best is None or _rank(found) > _rank(best)):
            best, chosen = found, delimiter
    return (None, chosen) if best is None else (best, chosen)


def _rank(found: FoundHeader) -> tuple[int, int]:
    return found.matched, len(found.row.cells)


def _rows(head: Sequence[str], delimiter: str, is_quoted: bool) -> list[HeadRow]:
    """The first records with the index of the line on which each begins; a broken one is left out."""
    reader = csv.reader(
        head,
        delimiter=delimiter,
        skipinitialspace=True,
        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
    )
    rows = []
    while True:
        at = reader.line_num
        try:
            rows.append(HeadRow(at, next(reader)))
        except StopIteration:
            return rows
        except csv.Error:
            continue
