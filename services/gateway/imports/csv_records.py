"""The records of a CSV: bounded, and after a broken one resumed only where the next is known to begin.

A record that breaks the rules of quotation may go on over any number of lines. Two readings of it are followed, one by
its marks (a mark closes a cell only before a delimiter or a line end), one by their number (even: closed). It has
ended where the text that follows is read without a contradiction: what a quoted cell holds must never become a row.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import Literal

from .lines import has_undecodable
from .records import Fault, Record

MAX_ROW = 1 << 20  # characters of a record
MAX_CELL = csv.field_size_limit()  # characters of a cell, 131,072 in Python
AHEAD_LINES = 1_000
"""Lines, and `MAX_ROW` characters, without a contradiction are enough to know that a record has ended."""

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
        is_inside, count, opened_on = False, 0, first
        is_sound, is_open = True, False  # as long as no rule of quotation is broken, a cell is open or it is not
        for number, line in enumerate(feed.taken, first):
            was_inside, (is_inside, opens) = is_inside, quotes.follow(line, is_inside)
            opened_on = number if opens and (is_inside or not was_inside) else opened_on
            count += line.count('"')
            is_open, verdict = quotes.check(line, is_open)
            is_sound = is_sound and verdict == "clean"
        dirty_until = 0
        while True:
            if is_long and is_sound and not is_open:
                return feed.number, [], _fault(first, feed.number, opened_on, count, is_long, False)
            is_strong = not is_inside and count % 2 == 0
            if (is_strong or not is_inside or count % 2 == 0) and feed.number >= dirty_until:
                found = self._contradiction(is_strong)
                if found is None:
                    return feed.number, [], _fault(first, feed.number, opened_on, count, is_long, False)
                dirty_until = found
            line_after = feed.skip()
            if line_after is None:
                return feed.number, [], _fault(first, feed.number, opened_on, count, is_long, count % 2 == 1)
            is_inside, _ = quotes.follow(line_after, is_inside)
            count += line_after.count('"')
            is_open, verdict = quotes.check(line_after, is_open)
            is_sound = is_sound and verdict == "clean"

    def _contradiction(self, is_strong: bool) -> int | None:
        """The line on which what follows cannot be rows of its own; None where it is read cleanly.

        Where both readings agree that the record has ended (``is_strong``), another broken record may follow.
        """
        is_inside, size, opened_on = False, 0, 0
        verdict: Verdict = "clean"
        for number, line in enumerate(self._feed.seen(), self._feed.number + 1):
            was_inside = is_inside
            is_inside, verdict = self._quotes.check(line, is_inside)
            opened_on = number if is_inside and not was_inside else opened_on
            if verdict == "stray" or (verdict == "broken" and not is_strong):
                return number
            size += len(line)
            if verdict == "broken" or number - self._feed.number >= AHEAD_LINES or size > MAX_ROW:
                break
        # A cell that is not closed was not opened there: its mark closes the one before.
        return opened_on if is_inside and verdict == "clean" else None


class _Quotes:
    """Follows quotation marks through physical lines."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._opens = re.compile(rf'(?:^|{re.escape(delimiter)}) *"')

    def follow(self, line: str, is_inside: bool) -> tuple[bool, bool]:
        """Whether a line ends inside a quoted cell, and whether one was opened on it; a mark among text is text."""
        line = line.rstrip("\r\n")
        at, has_opened = 0, False
        while True:
            if not is_inside:
                opening = self._opens.search(line, at)
                if opening is None:
                    return False, has_opened
                is_inside, has_opened, at = True, True, opening.end()
            at, after = self._next(line, at)
            if at < 0:
                return True, has_opened
            is_inside = after not in ("", self._delimiter)

    def check(self, line: str, is_inside: bool) -> tuple[bool, Verdict]:
        """Whether a line ends inside a quoted cell, and whether it breaks a rule: a mark in a cell that is not quoted,
        or text behind the mark that closes one."""
        line = line.rstrip("\r\n")
        at = 0
        while True:
            if not is_inside:
                mark = line.find('"', at)
                if mark < 0:
                    return False, "clean"
                opening = self._opens.search(line, at)
                if opening is None or opening.end() != mark + 1:
                    return False, "stray"
                is_inside, at = True, mark + 1
            at, after = self._next(line, at)
            if at < 0:
                return True, "clean"
            if after not in ("", self._delimiter):
                return True, "broken"
            is_inside = False

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
