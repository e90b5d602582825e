"""The cells of a row that a mapping reads: which column each is, and how its text becomes a value."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from shared.errors import Located

from .fields import Field, IdField, Stored, TextField
from .header import read_as
from .ids import check_error, check_id
from .mapping import InvalidMapping, Mapping

_OPTIONAL = {
    f"/delivery/{name}"
    for name in ("delivered_on", "quantity", "ordered_quantity", "late_cause", "reason", "cancelled_on")
} | {f"/{party}/{name}" for party in ("sponsor", "provider") for name in ("size", "region")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A field that a column fills, and the index of that column in the file."""

    pointer: str
    column: str
    index: int
    field: Field
    parse: Callable[[str], Stored]
    blanks: frozenset[str]
    is_required: bool
    is_code: bool


def cells_of(mapping: Mapping, header: Sequence[str], header_line: int) -> list[Cell]:
    """The cells of each field with a column; `InvalidMapping` names each column that the header lacks or has twice."""
    wanted = {column: pointer for pointer, column in reversed(list(mapping.columns()))}
    errors = [
        Located(pointer=pointer, detail=_mismatch(column, header))
        for column, pointer in sorted(wanted.items(), key=itemgetter(1))
        if list(header).count(column) != 1
    ]
    if errors:
        errors.append(Located(pointer="/file", detail=read_as(header_line, header)))
        raise InvalidMapping("The mapping does not fit the header of the file", errors=errors)
    return [
        _cell(mapping, header, pointer, field, field.column)
        for pointer, field in (*_keys(mapping), *mapping.fields())
        if field.column is not None
    ]


def _keys(mapping: Mapping) -> list[tuple[str, Field]]:
    return [(f"/delivery/key/{index}", TextField(column=column)) for index, column in enumerate(mapping.delivery.key)]


def _cell(mapping: Mapping, header: Sequence[str], pointer: str, field: Field, column: str) -> Cell:
    is_key = pointer.startswith("/delivery/key/")
    days = {field.column for pointer, field in mapping.fields() if pointer.endswith("_on")}
    read = field.reader(mapping.file)
    may_be_day = is_key and (len(mapping.delivery.key) > 1 or column in days)
    # Where a party has no number its name is the id, and a name is no number.
    is_id = isinstance(field, IdField) or is_key

    def parse(text: str) -> Stored:
        check_error(text)
        if is_id:
            check_id(text, may_be_day)
        return read(text)

    return Cell(
        pointer=pointer,
        column=column,
        index=list(header).index(column),
        field=field,
        # A track record repeats its names and days; dates cost ten times the rest of a line.
        parse=lru_cache(maxsize=4096, typed=True)(parse),
        blanks=frozenset(mapping.file.blanks if field.blanks is None else field.blanks),
        is_required=pointer not in _OPTIONAL,
        is_code=field.is_code or is_key,
    )


def _mismatch(column: str, header: Sequence[str]) -> str:
    if column in header:
        return f"names the column {column!r}, which the header has {list(header).count(column)} times"
    near = difflib.get_close_matches(column, header, n=1)
    return f"names the column {column!r}, which the file does not have" + "".join(f"; it has {n!r}" for n in near)
