"""The first lines of a file through a mapping that is being written, read as the import reads them."""

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from pydantic import ValidationError

from shared.errors import DomainError

from .lines import Lines, UnreadableFile
from .mapping import FileFormat, parse_mapping
from .schemas import DeliveryPreview, PreviewOut, RecordOut, RefusalOut, WarningOut
from .track_record import DeliveryRecord, Refusal, TrackRecordFile

RECORDS = 20


def preview(sample: bytes, source: bytes) -> PreviewOut:
    """The beginning of a file through a mapping; errors of either are in the answer, not raised."""
    found = PreviewOut(header=[], records=[], mapping=None, errors=[], deliveries=[], refusals=[], warnings=[])
    form = _format_of(source)
    head = _Head(sample, form)
    try:
        found.header = next(head, RecordOut(line=1, cells=[])).cells
        found.records = list(islice(head, RECORDS))
    except UnreadableFile as error:
        found.errors = error.errors
    try:
        mapping = parse_mapping(source)
        found.mapping = mapping
        for item in TrackRecordFile(io.BytesIO(head.taken(form.encoding)), mapping):
            if isinstance(item, DeliveryRecord):
                found.deliveries.append(DeliveryPreview.model_validate(asdict(item)))
            elif isinstance(item, Refusal):
                found.refusals.append(RefusalOut(**asdict(item)))
            else:
                found.warnings.append(WarningOut.model_validate(asdict(item)))
    except DomainError as error:
        found.errors += [each for each in error.errors if each not in found.errors]
    return found


def _format_of(source: bytes) -> FileFormat:
    """How the mapping says that the file is written, as far as it says so already."""
    try:
        return FileFormat.model_validate(tomllib.loads(source.decode()).get("file", {}))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError):
        return FileFormat()


class _Head:
    """The records at the beginning of a file, the header first; it stores the physical lines that they span."""

    def __init__(self, sample: bytes, form: FileFormat) -> None:
        self._lines = Lines(io.BytesIO(sample), form.encoding)
        self._taken: list[str] = []
        self._reader = csv.reader(self._note(), delimiter=form.delimiter, strict=True)

    def _note(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            yield line

    def __iter__(self) -> "_Head":
        return self

    def __next__(self) -> RecordOut:
        number = self._lines.number + 1
        try:
            cells = [_readable(cell.strip()) for cell in next(self._reader)]
        except csv.Error:
            cells = []
        return RecordOut(line=number, cells=cells)

    def taken(self, encoding: str) -> bytes:
        return "".join(self._taken).encode(encoding, "surrogateescape")


def _readable(cell: str) -> str:
    """A cell whose undecodable bytes are shown as U+FFFD."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
