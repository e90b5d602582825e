"""Reads a file of deliveries through a mapping, in constant memory, with a refusal or warning for each line at fault.

It uses no service and writes only a private spool, which SQLite stores on disk and removes. All lines are read before
the first delivery is given, so a truncated file gives none.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import Any, BinaryIO

from .amounts import MILLION, CellError
from .cells import Cell, cells_of
from .cleaning import Cleaned, Cleanings, cleaned, plain
from .fields import MAX_WEIGHT, Stored
from .mapping import Mapping, Provider, Sponsor
from .parties import Parties
from .records import Fault, Form, Record
from .source import open_source
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
    late_cause: str | None = None
    reason: str | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported, with the cell at fault where there is one; ``code`` is stable. JSON-able."""

    line: int
    column: str | None
    value: str | None
    reason: str
    code: str


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


class TrackRecordFile:
    """One pass over a file: iterate it once, then read ``summary``, ``form`` (how it was read) and ``cleaned``.

    ``file`` needs ``read(n)`` alone and stays open; ``most`` rows are read, all of them where it is None. Raises
    ``InvalidMapping`` where the mapping names a column that the header lacks or has twice, and ``UnreadableFile`` (also
    while iterating) where the file itself is broken.
    """

    def __init__(self, file: BinaryIO, mapping: Mapping, most: int | None = None) -> None:
        self.summary = Summary()
        self.mapping = mapping
        self._most = most
        self._source = open_source(file, mapping.file, frozenset(column for _, column in mapping.columns()))
        try:
            self._cells = cells_of(mapping, self._source.header, self._source.form.header_line)
        except Exception:
            self._source.close()
            raise
        self._width = len(self._source.header)
        self._constants = {pointer: field.stored_constant for pointer, field in mapping.fields()}
        index_of = {cell.pointer: index for index, cell in enumerate(self._cells)}
        self._key_indexes = [index_of[f"/delivery/key/{index}"] for index in range(len(mapping.delivery.key))]
        self._party_indexes = [index_of.get("/sponsor/external_id"), index_of.get("/provider/external_id")]
        self._key_column = " / ".join(mapping.delivery.key)
        self._parties = Parties(mapping, index_of)
        self._cleanings = Cleanings()

    @property
    def form(self) -> Form:
        return self._source.form

    @property
    def cleaned(self) -> list[Cleaned]:
        """What was taken off the texts of cells, so far."""
        return self._cleanings.all()

    def close(self) -> None:
        """Stop reading; the file stays open."""
        self._source.close()

    def __iter__(self) -> Iterator[Item]:
        with closing(self._source), closing(Spool(len(self._cells))) as spool:
            for record in islice(self._rows(), self._most):
                self.summary.lines_read += 1
                if record.fault is not None:
                    self.summary.lines_refused += 1
                    yield Refusal(record.line, None, None, record.fault.reason, record.fault.code)
                    continue
                values, refusals = self._parse(record)
                if refusals:
                    self.summary.lines_refused += 1
                    yield from refusals
                delivery = self._identity(values)
                if delivery is not None:
                    spool.add(record.line, delivery, bool(refusals), values)
            self.form.notes.extend(self._parties.notes)
            for delivery, lines in spool.deliveries():
                yield from self._merge(delivery.rsplit(_SEPARATOR, 1)[1], lines)

    def _rows(self) -> Iterator[Record]:
        """Each record that is not blank; one of another width than the header's has a fault."""
        width = self._width
        for record in self._source.records():
            cells = record.cells
            if record.fault is None:
                # An end-of-file mark is what old programs write behind the last row.
                if not any(cells) or not any(map(plain, cells)) or cells == ["\x1a"]:
                    continue
                if len(cells) != width and (len(cells) < width or any(map(plain, cells[width:]))):
                    yield ragged(record, width)
                    continue
            yield record

    def _parse(self, record: Record) -> tuple[list[Stored | None], list[Refusal]]:
        number = record.line
        values: list[Stored | None] = []
        refusals = []
        for cell in self._cells:
            text = record.cells[cell.index]
            value: Stored | None = None
            if type(text) is str:
                text, what = cleaned(text, cell.is_code)
                if what is not None:
                    self._cleanings.note(cell.column, what, number, text)
            if not text or text in cell.blanks:
                value = cell.field.stored_constant
                if value is None and cell.is_required:
                    refusals.append(Refusal(number, cell.column, text, "is blank", "blank"))
            else:
                try:
                    value = cell.parse(text)
                except CellError as error:
                    refusals.append(Refusal(number, cell.column, str(text[:_MAX_SHOWN]), str(error), error.code))
            values.append(value)
        refusals.extend(
            Refusal(number, found.column, found.value, found.reason, "contradiction")
            for found in self._parties.contradictions(number, values)
        )
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
            yield from self._refuse(
                every, self._key_column, f"more than {MAX_LINES_OF_A_DELIVERY} lines have this key", "key-too-frequent"
            )
            return
        refused = next((line.number for line in lines if line.is_refused), None)
        if refused is not None:
            others = ((line.number, key) for line in lines if not line.is_refused)
            yield from self._refuse(
                others, self._key_column, f"line {refused} of the same delivery is refused", "part-refused"
            )
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
                yield from self._refuse(
                    shown, cell.column, f"the lines of this delivery disagree: {detail}", "disagreement"
                )
                return
            warnings.append(DeliveryWarning(numbers, key, cell.column, f"{detail}; took the {rule}"))
        if merged.get("/delivery/cancelled_on") is not None and merged.get("/delivery/delivered_on") is not None:
            day = _day(merged["/delivery/cancelled_on"])
            shown = ((number, str(day)) for number in numbers)
            off = self.mapping.delivery.cancelled_on
            column = None if off is None else off.column
            reason = "is the day on which this was called off, and it has a day of delivery"
            yield from self._refuse(shown, column, reason, "cancelled-and-delivered")
            return
        weight = _number(merged["/delivery/weight"]) or Decimal(0)
        if not 0 < weight <= MAX_WEIGHT:
            column = self.mapping.delivery.weight.column
            shown = ((number, f"{weight:f}") for number in numbers)
            yield from self._refuse(
                shown, column, f"is no weight above 0 and at most {MAX_WEIGHT}", "weight-out-of-bounds"
            )
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
            accepted=bool(merged["/delivery/accepted"]) and not self._is_short(merged),
            weight=weight,
            quantity=_number(merged.get("/delivery/quantity")),
            late_cause=_text(merged.get("/delivery/late_cause")),
            reason=_text(merged.get("/delivery/reason")),
            cancelled_on=_day(merged.get("/delivery/cancelled_on")),
        )

    def _is_short(self, merged: dict[str, Stored | None]) -> bool:
        """Whether less was delivered than the mapping takes for in full."""
        share = self.mapping.delivery.in_full_from
        ordered, delivered = merged.get("/delivery/ordered_quantity"), merged.get("/delivery/quantity")
        if share is None or ordered is None or delivered is None or merged.get("/delivery/delivered_on") is None:
            return False
        return int(delivered) < share * int(ordered)

    def _refuse(
        self, lines: Iterable[tuple[int, str]], column: str | None, reason: str, code: str
    ) -> Iterator[Refusal]:
        for number, value in lines:
            self.summary.lines_refused += 1
            yield Refusal(number, column, value, reason, code)


# Blank cells are left out before one is chosen, so each has at least one value to choose from.
_CHOOSE: dict[str, Callable[[list[Any]], Stored]] = {
    "first": itemgetter(0),
    "same": itemgetter(0),
    "earliest": min,
    "latest": max,
    "sum": sum,
}


def _disagreement(cell: Cell, numbers: tuple[int, ...], values: list[Stored | None]) -> str:
    """The values and the first line of each: ``2013-04-15 on line 7, 2013-04-16 on line 9``."""
    first: dict[Stored | None, int] = {}
    for number, value in zip(numbers, values, strict=True):
        first.setdefault(value, number)
    return ", ".join(f"{_shown(cell, value) or 'blank'} on line {number}" for value, number in islice(first.items(), 5))


def _shown(cell: Cell, value: Stored | None) -> str:
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


def ragged(record: Record, width: int) -> Record:
    span = f" (read to line {record.last_line})" if record.last_line > record.line else ""
    reason = f"has {len(record.cells)} cells where the header has {width}{span}"
    return Record(record.line, record.last_line, [], Fault("cell-count", reason))
