"""Compares what a file says of one account on different lines: one id has one name, region and size."""

import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fields import Stored
from .mapping import Mapping

_REMEMBERED = 100_000
_NOTED = 20
COMPARED = ("name", "region", "size")
CONFIRM = "correct one of them, or confirm both with accept_renames = true"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A cell that says something else of an account than an earlier line."""

    column: str | None
    value: str
    reason: str


def is_same(one: str, other: str) -> bool:
    """Whether two names are one but for case, blanks and the form of their letters."""
    return one == other or _key(one) == _key(other)


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Parties:
    """The accounts of a file so far; ``index_of`` is the index of each cell among the values of a line.

    ``notes`` name accounts that have one name and two ids: they may be two, so no line is stopped.
    """

    def __init__(self, mapping: Mapping, index_of: dict[str, int]) -> None:
        self._seen: OrderedDict[tuple[str, str, str], tuple[str, int]] = OrderedDict()
        self._numbers: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()
        self.notes: list[str] = []
        self._noted: set[tuple[str, str]] = set()
        self._compared = []
        if mapping.accept_renames:
            return
        for part, party in (("sponsor", mapping.sponsor), ("provider", mapping.provider)):
            for name in COMPARED:
                field = getattr(party, name)
                index = index_of.get(f"/{part}/{name}")
                # A field whose mapping says `first` takes what comes first.
                if index is not None and field.column is not None and field.lines == "same":
                    at = index_of.get(f"/{part}/external_id")
                    self._compared.append((party, name, field.column, index, at))

    def contradictions(self, line: int, values: Sequence[Stored | None]) -> Iterator[Contradiction]:
        for party, name, column, index, at in self._compared:
            value = values[index]
            number = party.external_id.constant if at is None else values[at]
            if value is None or number is None or value == number:
                continue
            seen = self._seen.setdefault((party.external_system, str(number), name), (str(value), line))
            if name == "name":
                self._note_number(party.external_system, str(value), str(number), line)
            if not is_same(seen[0], str(value)):
                reason = f"is said of {number}, whose {name} on line {seen[1]} is {seen[0]}: {CONFIRM}"
                yield Contradiction(column, str(value), reason)
        for remembered in (self._seen, self._numbers):
            while len(remembered) > _REMEMBERED:
                remembered.popitem(last=False)

    def _note_number(self, system: str, name: str, number: str, line: int) -> None:
        first, first_line = self._numbers.setdefault((system, name), (number, line))
        if first != number and len(self.notes) < _NOTED and (system, name) not in self._noted:
            self._noted.add((system, name))
            self.notes.append(
                f"{name} has the number {first} on line {first_line} and {number} on line {line}: two accounts."
            )
