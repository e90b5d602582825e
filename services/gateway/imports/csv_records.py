"""The records of a CSV: bounded, and after a broken one resumed only where the next is known to begin.

A record that breaks the rules of quotation may go on over any number of lines. Two readings of it are followed, one by
its marks (a mark closes a cell only before a delimiter or a line end), one by their number (even: closed). It has
ended where the text that follows is read without a contradiction: what a quoted cell holds must never become a row.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple

from .lines import has_undecodable
from .records import Fault, Record

MAX_ROW = 1 << 20  # characters of a record
MAX_CELL = csv.field_size_limit()  # characters of a cell, 131,072 in Python
AHEAD_LINES = 1_000
"""Lines, and `MAX_ROW` characters, without a contradiction are enough to know that a record has ended."""

NEAR_LINES = 50
"""Lines in which a row with too few or too many cells is rather text of the broken cell."""

Verdict = Literal["clean", "stray", "broken"]
_REMEDY = 'or say quotes = "text" in [file] where quotation marks are part of the text'


class _TooLong(Exception):
    """The record has more than `MAX_ROW` characters."""


class Feed:
    """Numbered physical lines that can be seen before they are taken; ``taken`` are those of the present record."""

    def __init__(self, lines: Iterator[str], ahead: list[str], number: int) -> None:
        self._lines, self._ahead = lines, deque(ahead)
        self.number = number
        self.taken: list[str] = []
        self._size = 0

    def begin(self) -> None:
        self.taken = []
        self._size = 0

    def __iter__(self) -> "Feed":
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if self._size > MAX_ROW:
            raise _TooLong
        return line

    def skip(self) -> str | None:
        """The next line without noting it; None at the end."""
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        self.number += line is not None
        return line

    def seen(self) -> Iterator[str]:
        """The lines that follow, which stay."""
        at = 0
        while True:
            if at == len(self._ahead):
                line = next(self._lines, None)
                if line is None:
                    return
                self._ahead.append(line)
            yield self._ahead[at]
            at += 1


class CsvRecords:
    """The records of a feed. Records are strict CSV, but that blanks may stand before a quotation mark."""

    def __init__(self, feed: Feed, delimiter: str, encoding: str, is_quoted: bool = True) -> None:
        self._feed, self._encoding = feed, encoding
        self._quotes = _Quotes(delimiter)
        self._blanks = f"{delimiter} \t\r\n"
        self.width: int | None = None
        """How many cells a row has, once the header is read."""
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE
        self._reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True, quoting=quoting)

    def __iter__(self) -> "CsvRecords":
        return self

    def __next__(self) -> Record:
        feed = self._feed
        feed.begin()
        first = feed.number + 1
        try:
            cells = next(self._reader)
        except csv.Error as error:
            return Record(first, *self._resume(first, is_long="limit" in str(error)))
        except _TooLong:
            return Record(first, *self._resume(first, is_long=True))
        if any(has_undecodable(line) for line in feed.taken):
            return Record(first, feed.number, cells, Fault("not-in-encoding", f"is not valid {self._encoding}"))
        return Record(first, feed.number, cells)

    def _resume(self, first: int, is_long: bool) -> tuple[int, list[str], Fault]:
        """Read on to the end of a broken record: its last line, no cells, and why."""
        feed, quotes = self._feed, self._quotes
        is_inside, count, opened_on, is_sound = False, 0, first, True
        for number, line in enumerate(feed.taken, first):
            was_inside, read = is_inside, quotes.read(line, is_inside)
            is_inside, is_sound = read.is_inside, is_sound and read.verdict == "clean"
            opened_on = number if read.has_opened and (is_inside or not was_inside) else opened_on
            count += line.count('"')
        dirty_until = 0
        while True:
            is_strong = not is_inside and count % 2 == 0
            # As long as no rule is broken, the end of a record is where it is.
            is_ended = is_long and is_sound and not is_inside
            if not is_ended and feed.number >= dirty_until and (not is_inside or count % 2 == 0):
                found = self._contradiction(is_strong)
                is_ended, dirty_until = found is None, found or 0
            if is_ended:
                return feed.number, [], _fault(first, feed.number, opened_on, count, is_long, False)
            line_after = feed.skip()
            if line_after is None:
                return feed.number, [], _fault(first, feed.number, opened_on, count, is_long, count % 2 == 1)
            read = quotes.read(line_after, is_inside)
            is_inside, is_sound = read.is_inside, is_sound and read.verdict == "clean"
            count += line_after.count('"')

    def _contradiction(self, is_strong: bool) -> int | None:
        """The line on which what follows cannot be rows of its own; None where it is read cleanly.

        Where both readings agree that the record has ended (``is_strong``), another broken record may follow. Text
        of a cell betrays itself by marks among text, or by another number of cells than the header has.
        """
        end = self._feed.number
        is_inside, size, started_on, cells, has_marks = False, 0, 0, 1, False
        for number, line in enumerate(self._feed.seen(), end + 1):
            if not is_inside:
                started_on, cells, has_marks = number, 1, False
            read = self._quotes.read(line, is_inside)
            is_inside, cells, has_marks = read.is_inside, cells + read.delimiters, has_marks or '"' in line
            is_ragged = self.width is not None and (cells > self.width if is_inside else cells != self.width)
            if read.verdict == "broken" and is_strong and not is_ragged and cells > 1 and line[:1] not in self._blanks:
                return None
            if read.verdict != "clean":
                return number
            is_text = has_marks or (not is_strong and number - end <= NEAR_LINES)
            if not is_inside and is_ragged and is_text and line.strip(self._blanks):
                return started_on
            size += len(line)
            if number - end >= AHEAD_LINES or size > MAX_ROW:
                break
        # A cell that is not closed was not opened there: its mark closes the one before.
        return started_on if is_inside else None


class _Line(NamedTuple):
    """Whether a line ends inside a quoted cell, the rule that it breaks first, whether a cell was opened on it, and its
    delimiters outside of quoted cells."""

    is_inside: bool
    verdict: Verdict
    has_opened: bool
    delimiters: int


class _Quotes:
    """Follows quotation marks through physical lines: a mark closes a cell only before a delimiter or a line end."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._opens = re.compile(rf'(?:^|{re.escape(delimiter)}) *"')

    def read(self, line: str, is_inside: bool) -> _Line:
        """Read a line that begins inside a quoted cell or not."""
        line = line.rstrip("\r\n")
        verdict: Verdict = "clean"
        at, has_opened, delimiters = 0, False, 0
        while True:
            if not is_inside:
                opening = self._opens.search(line, at)
                end = len(line) if opening is None else opening.end() - 1
                delimiters += line.count(self._delimiter, at, end)
                if verdict == "clean" and line.find('"', at, end) >= 0:
                    verdict = "stray"
                if opening is None:
                    return _Line(False, verdict, has_opened, delimiters)
                is_inside, has_opened, at = True, True, opening.end()
            at, after = self._next(line, at)
            if at < 0:
                return _Line(True, verdict, has_opened, delimiters)
            is_inside = after not in ("", self._delimiter)
            if is_inside and verdict == "clean":
                verdict = "broken"

    @staticmethod
    def _next(line: str, at: int) -> tuple[int, str]:
        """The position behind the next mark that is not doubled, and the character there; -1 where there is none."""
        while True:
            mark = line.find('"', at)
            if mark < 0:
                return -1, ""
            if line[mark + 1 : mark + 2] != '"':
                return mark + 1, line[mark + 1 : mark + 2]
            at = mark + 2


def _fault(first: int, last: int, opened_on: int, count: int, is_long: bool, is_unclosed: bool) -> Fault:
    span = f"lines {first} to {last} are" if last > first else "the line is"
    if is_unclosed:
        taken = last - opened_on + 1
        lines = f"{taken} lines, to line {last}" if taken > 1 else "the rest of the line"
        reason = (
            f"a quotation mark opened on line {opened_on} is never closed and would take {lines}; close it, {_REMEDY}"
        )
        return Fault("unclosed-quotation", reason)
    if is_long:
        opened = f", with a quotation mark opened on line {opened_on}" if count else ""
        reason = f"{span} more than a record may have: a cell of {MAX_CELL} or a row of {MAX_ROW} characters{opened}"
        return Fault("too-long", reason)
    reason = (
        f"{span} no record: a quotation mark inside the quoted cell opened on line {opened_on} is not doubled;"
        f' write "" for it, {_REMEDY}'
    )
    return Fault("broken-quotation", reason)
