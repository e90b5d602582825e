"""The rows of a file of any form, and what cells of a workbook say beyond their text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no record: a stable code and a sentence's end that follows "line 7"."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row, from its first to its last physical line. Cells beside a fault are only shown."""

    line: int
    last_line: int
    cells: list[str]
    fault: Fault | None = None


@dataclass(slots=True)
class Form:
    """How a file was read, as it is said to the user. JSON-able."""

    header_line: int = 1
    kind: str = "CSV"
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Source(Protocol):
    """A file that is opened: its header, then its rows. ``form`` is complete when the rows are read to their end."""

    form: Form
    header: list[str]

    def records(self) -> Iterator[Record]: ...

    def close(self) -> None: ...


class NumberCell(str):
    """A number of a workbook, written with a decimal point: no sign of it is ambiguous."""

    __slots__ = ()


class DayCell(str):
    """A day of a workbook, as 2024-09-02."""

    __slots__ = ()


class FlagCell(str):
    """`true` or `false` of a workbook."""

    __slots__ = ()


class ErrorCell(str):
    """What a formula ended with, as `#N/A`, or `formula` where its value is not in the file."""

    __slots__ = ()
