"""Reads a CSV of deliveries through a mapping, in constant memory, with a refusal or warning for each line at fault.

It uses no service and writes only a private spool, which SQLite stores on disk and removes. All lines are read before
the first delivery is given, so a truncated file gives none.
"""

import csv
import difflib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, BinaryIO

from shared.errors import Located

from .lines import Lines, UnreadableFile
from .mapping import MAX_WEIGHT, MILLION, Field, InvalidMapping, Mapping, Provider, Sponsor, Stored, TextField
from .spool import Spool, SpooledLine

MAX_LINES_OF_A_DELIVERY = 10_000  # more means that the wrong column was named as key
_MAX_SHOWN = 200  # characters of a refused cell
# Cells with control characters are refused, so this is in none of the three parts of a delivery's identity.
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Party:
    """An account to find by its external id, or to make."""

    kind: str
    name: str
    external_system: str
    external_id: str
    size: str | None
    region: str | None


DETAILS = tuple(
    field.name for field in fields(Party) if field.name not in ("kind", "name", "external_system", "external_id")
)
"""What an account is given when the import makes it, where a column says it."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery; ``line`` is the first of its ``lines``, counted from 1 for the header."""

    line: int
    lines: tuple[int, ...]
    sponsor: Party
    provider: Party
    external_id: str
    promised_on: date
    delivered_on: date | None
    accepted: bool
    weight: Decimal
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported, with the cell at fault where there is one. JSON-able."""

    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryWarning:
    """A delivery that was imported although its lines disagree. JSON-able."""

    lines: tuple[int, ...]
    external_id: str
    column: str
    detail: str


@dataclass(slots=True)
class Summary:
    """Counts so far; final when the file is read to its end. JSON-able. Empty lines and the header are not counted."""

    lines_read: int = 0
    lines_refused: int = 0
    deliveries: int = 0
    warnings: int = 0


Item = DeliveryRecord | Refusal | DeliveryWarning


@dataclass(frozen=True, slots=True)
class _Cell:
    """A field that a column fills, and the index of that column in the file."""

    pointer: str
    column: str
    index: int
    field: Field
    parse: Callable[[str], Stored]
    blanks: frozenset[str]
    is_required: bool


class TrackRecordFile:
    """One pass over a file: iterate it once, then read ``summary``.

    ``file`` needs ``read(n)`` alone and stays open. Raises ``InvalidMapping`` where the mapping names a column that
    the header lacks or has twice, and ``UnreadableFile`` (also while iterating) where the file itself is broken.
    """

    def __init__(self, file: BinaryIO, mapping: Mapping) -> None:
        self.summary = Summary()
        self.mapping = mapping
        self._lines = Lines(file, mapping.file.encoding)
        self._reader = csv.reader(self._lines, delimiter=mapping.file.delimiter, strict=True)
        header = self._read_header()
        self._width = len(header)
        self._cells = _cells(mapping, header)
        self._constants = {pointer: field.stored_constant for pointer, field in mapping.fields()}
        index_of = {cell.pointer: index for index, cell in enumerate(self._cells)}
        self._key_indexes = [index_of[f"/delivery/key/{index}"] for index in range(len(mapping.delivery.key))]
        self._party_indexes = [index_of.get("/sponsor/external_id"), index_of.get("/provider/external_id")]
        self._key_column = " / ".join(mapping.delivery.key)

    def __iter__(self) -> Iterator[Item]:
        with closing(Spool(len(self._cells))) as spool:
            for number, record in self._records():
                if isinstance(record, Refusal):
                    self.summary.lines_refused += 1
                    yield record
                    continue
                values, refusals = self._parse(number, record)
                if refusals:
                    self.summary.lines_refused += 1
                    yield from refusals
                delivery = self._identity(values)
                if delivery is not None:
                    spool.add(number, delivery, bool(refusals), values)
            for delivery, lines in spool.deliveries():
                yield from self._merge(delivery.rsplit(_SEPARATOR, 1)[1], lines)

    def _read_header(self) -> list[str]:
        try:
            header = next(self._reader)
        except StopIteration:
            raise UnreadableFile(1, "is missing: the file is empty") from None
        except csv.Error as error:
            raise UnreadableFile(1, f"is no CSV header: {error}") from error
        if self._lines.has_undecodable:
            raise UnreadableFile(1, f"is not valid {self._lines.encoding}: name the file's encoding in the mapping")
        return [name.strip() for name in header]

    def _records(self) -> Iterator[tuple[int, list[str] | Refusal]]:
        """Each record with the physical line on which it starts, or the refusal of what is no record."""
        while True:
            number = self._lines.number + 1
            self._lines.has_undecodable = False
            record: list[str] = []
            fault = None
            try:
                record = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                last = self._lines.number
                fault = f"is no CSV: {error}" + (f" (read to line {last})" if last > number else "")
            if fault is None and not any(record):
                continue
            self.summary.lines_read += 1
            if self._lines.has_undecodable:
                fault = f"is not valid {self._lines.encoding}"
            elif fault is None and len(record) != self._width:
                fault = f"has {len(record)} cells where the header has {self._width}"
            yield number, record if fault is None else Refusal(number, None, None, fault)

    def _parse(self, number: int, record: list[str]) -> tuple[list[Stored | None], list[Refusal]]:
        values: list[Stored | None] = []
        refusals = []
        for cell in self._cells:
            text = record[cell.index].strip()
            value: Stored | None = None
            if not text or text in cell.blanks:
                value = cell.field.stored_constant
                if value is None and cell.is_required:
                    refusals.append(Refusal(number, cell.column, text, "is blank"))
            else:
                try:
                    value = cell.parse(text)
                except ValueError as error:
                    refusals.append(Refusal(number, cell.column, text[:_MAX_SHOWN], str(error)))
            values.append(value)
        return values, refusals

    def _identity(self, values: list[Stored | None]) -> str | None:
        """Sponsor, provider and key: an external id is unique within a relationship, not within the file."""
        parties = ["" if index is None else values[index] for index in self._party_indexes]
        key = [values[index] for index in self._key_indexes]
        if None in parties or None in key:
            return None
        return _SEPARATOR.join((*map(str, parties), " / ".join(map(str, key))))

    def _merge(self, key: str, group: Iterator[SpooledLine]) -> Iterator[Item]:
        lines = list(islice(group, MAX_LINES_OF_A_DELIVERY + 1))
        if len(lines) > MAX_LINES_OF_A_DELIVERY:
            every = ((line.number, key) for line in chain(lines, group))
            yield from self._refuse(every, self._key_column, f"more than {MAX_LINES_OF_A_DELIVERY} lines have this key")
            return
        refused = next((line.number for line in lines if line.is_refused), None)
        if refused is not None:
            others = ((line.number, key) for line in lines if not line.is_refused)
            yield from self._refuse(others, self._key_column, f"line {refused} of the same delivery is refused")
            return
        numbers = tuple(line.number for line in lines)
        merged = dict(self._constants)
        warnings = []
        for index, cell in enumerate(self._cells):
            values = [line.values[index] for line in lines]
            present = [value for value in values if value is not None]
            rule = cell.field.lines
            merged[cell.pointer] = _CHOOSE[rule](present) if present else None
            if rule == "sum" or values.count(values[0]) == len(values):
                continue
            detail = _disagreement(cell, numbers, values)
            if rule == "same":
                shown = ((number, _shown(cell, value)) for number, value in zip(numbers, values, strict=True))
                yield from self._refuse(shown, cell.column, f"the lines of this delivery disagree: {detail}")
                return
            warnings.append(DeliveryWarning(numbers, key, cell.column, f"{detail}; took the {rule}"))
        weight = _number(merged["/delivery/weight"]) or Decimal(0)
        if not 0 < weight <= MAX_WEIGHT:
            column = self.mapping.delivery.weight.column
            shown = ((number, f"{weight:f}") for number in numbers)
            yield from self._refuse(shown, column, f"is no weight above 0 and at most {MAX_WEIGHT}")
            return
        self.summary.warnings += len(warnings)
        yield from warnings
        self.summary.deliveries += 1
        yield DeliveryRecord(
            line=numbers[0],
            lines=numbers,
            sponsor=_party(self.mapping.sponsor, "/sponsor", merged),
            provider=_party(self.mapping.provider, "/provider", merged),
            external_id=key,
            promised_on=date.fromordinal(int(merged["/delivery/promised_on"] or 0)),
            delivered_on=_day(merged.get("/delivery/delivered_on")),
            accepted=bool(merged["/delivery/accepted"]),
            weight=weight,
            quantity=_number(merged.get("/delivery/quantity")),
        )

    def _refuse(self, lines: Iterable[tuple[int, str]], column: str | None, reason: str) -> Iterator[Refusal]:
        for number, value in lines:
            self.summary.lines_refused += 1
            yield Refusal(number, column, value, reason)


# Blank cells are left out before one is chosen, so each has at least one value to choose from.
_CHOOSE: dict[str, Callable[[list[Any]], Stored]] = {
    "first": itemgetter(0),
    "same": itemgetter(0),
    "earliest": min,
    "latest": max,
    "sum": sum,
}
_OPTIONAL = {"/delivery/delivered_on", "/delivery/quantity"} | {
    f"/{party}/{name}" for party in ("sponsor", "provider") for name in DETAILS
}


def _cells(mapping: Mapping, header: list[str]) -> list[_Cell]:
    wanted = {column: pointer for pointer, column in reversed(list(mapping.columns()))}
    errors = [
        Located(pointer=pointer, detail=_mismatch(column, header))
        for column, pointer in sorted(wanted.items(), key=itemgetter(1))
        if header.count(column) != 1
    ]
    if errors:
        raise InvalidMapping("The mapping does not fit the header of the file", errors=errors)
    keys = [(f"/delivery/key/{index}", TextField(column=column)) for index, column in enumerate(mapping.delivery.key)]
    return [
        _Cell(
            pointer=pointer,
            column=field.column,
            index=header.index(field.column),
            field=field,
            # A track record repeats its names and days; dates cost ten times the rest of a line.
            parse=lru_cache(maxsize=4096)(field.parse),
            blanks=frozenset(mapping.file.blanks if field.blanks is None else field.blanks),
            is_required=pointer not in _OPTIONAL,
        )
        for pointer, field in (*keys, *mapping.fields())
        if field.column is not None
    ]


def _mismatch(column: str, header: list[str]) -> str:
    if column in header:
        return f"names the column {column!r}, which the header has {header.count(column)} times"
    near = difflib.get_close_matches(column, header, n=1)
    return f"names the column {column!r}, which the file does not have" + "".join(f"; it has {n!r}" for n in near)


def _disagreement(cell: _Cell, numbers: tuple[int, ...], values: list[Stored | None]) -> str:
    """The values and the first line of each: ``2013-04-15 on line 7, 2013-04-16 on line 9``."""
    first: dict[Stored | None, int] = {}
    for number, value in zip(numbers, values, strict=True):
        first.setdefault(value, number)
    return ", ".join(f"{_shown(cell, value) or 'blank'} on line {number}" for value, number in islice(first.items(), 5))


def _shown(cell: _Cell, value: Stored | None) -> str:
    return "" if value is None else cell.field.show(value)


def _party(party: Sponsor | Provider, pointer: str, merged: dict[str, Stored | None]) -> Party:
    return Party(
        kind=party.kind,
        name=str(merged[f"{pointer}/name"]),
        external_system=party.external_system,
        external_id=str(merged[f"{pointer}/external_id"]),
        **{name: _text(merged.get(f"{pointer}/{name}")) for name in DETAILS},
    )


def _text(stored: Stored | None) -> str | None:
    return None if stored is None else str(stored)


def _day(stored: Stored | None) -> date | None:
    return None if stored is None else date.fromordinal(int(stored))


def _number(stored: Stored | None) -> Decimal | None:
    return None if stored is None else Decimal(stored) / MILLION
