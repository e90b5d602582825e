"""The first rows of a file through a mapping that is being written, read as the import reads them."""

import io
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from itertools import islice

from pydantic import ValidationError

from shared.errors import DomainError, Located

from .amounts import decimal_sign, readings
from .cleaning import plain
from .lines import UnreadableFile
from .mapping import FileFormat, Mapping, parse_mapping
from .records import NumberCell, Record, Source
from .schemas import (
    CleanedOut,
    ColumnOfAmounts,
    DeliveryPreview,
    FormOut,
    PreviewOut,
    RecordOut,
    RefusalOut,
    WarningOut,
)
from .source import open_source
from .track_record import DeliveryRecord, Refusal, TrackRecordFile

RECORDS = 20
SAMPLED = 200
"""Rows by which the decimal sign of a column is proposed."""


def preview(sample: bytes, source: bytes) -> PreviewOut:
    """The beginning of a file through a mapping; errors of either are in the answer, not raised.

    A workbook is given whole; of a text its beginning is enough.
    """
    found = PreviewOut(
        form=None, header=[], records=[], amounts=[], mapping=None, errors=[], deliveries=[], refusals=[], warnings=[],
        cleaned=[],
    )  # fmt: skip
    try:
        mapping = found.mapping = parse_mapping(source)
    except DomainError as error:
        mapping = None
        found.errors += error.errors
    _look(found, sample, _format_of(source), mapping)
    if mapping is not None and found.form is not None:
        try:
            _read(found, TrackRecordFile(io.BytesIO(sample), mapping, RECORDS))
        except DomainError as error:
            found.errors += [each for each in error.errors if each not in found.errors]
    return found


def _look(found: PreviewOut, sample: bytes, form: FileFormat, mapping: Mapping | None) -> None:
    """How the file is read, its header and first rows, and what its columns show of their decimal sign."""
    wanted = frozenset() if mapping is None else frozenset(column for _, column in mapping.columns())
    try:
        with closing(open_source(io.BytesIO(sample), form, wanted)) as opened:
            found.header = opened.header
            found.form = FormOut.model_validate(asdict(opened.form))
            rows = list(islice(_rows(opened, found.errors), SAMPLED))
            found.form = FormOut.model_validate(asdict(opened.form))
    except UnreadableFile as error:
        found.errors += error.errors
        return
    found.records = [
        RecordOut(line=row.line, cells=[_readable(plain(cell)) for cell in row.cells]) for row in rows[:RECORDS]
    ]
    found.amounts = list(_amounts(opened.header, rows))


def _rows(opened: Source, errors: list[Located]) -> Iterator[Record]:
    """The rows that are not blank, up to where the sample breaks off."""
    try:
        for record in opened.records():
            if record.fault is not None or any(map(plain, record.cells)):
                yield record
    except UnreadableFile as error:
        errors += error.errors


def _amounts(header: list[str], rows: list[Record]) -> Iterator[ColumnOfAmounts]:
    """The columns whose numbers have a sign, with the sign that they show."""
    for index, column in enumerate(header):
        cells = [row.cells[index] for row in rows if index < len(row.cells)]
        cells = [cell if isinstance(cell, NumberCell) else plain(cell) for cell in cells]
        sign = decimal_sign(cells)
        ambiguous = next((cell for cell in cells if not isinstance(cell, NumberCell) and readings(cell)), None)
        if column and (sign is not None or ambiguous is not None):
            both = None if ambiguous is None else readings(ambiguous)
            yield ColumnOfAmounts(
                column=column, decimal=sign, ambiguous=ambiguous, readings=[] if both is None else list(both)
            )


def _read(found: PreviewOut, track_record: TrackRecordFile) -> None:
    for item in track_record:
        if isinstance(item, DeliveryRecord):
            found.deliveries.append(DeliveryPreview.model_validate(asdict(item)))
        elif isinstance(item, Refusal):
            found.refusals.append(RefusalOut(**asdict(item)))
        else:
            found.warnings.append(WarningOut.model_validate(asdict(item)))
    found.cleaned = [CleanedOut(**asdict(each)) for each in track_record.cleaned]


def _format_of(source: bytes) -> FileFormat:
    """How the mapping says that the file is written, as far as it says so already."""
    try:
        given = tomllib.loads(source.decode("utf-8-sig")).get("file", {})
        return FileFormat.model_validate({key: value for key, value in given.items() if key != "accept_renames"})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, AttributeError):
        return FileFormat()


def _readable(cell: str) -> str:
    """A cell whose undecodable bytes are shown as U+FFFD."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
