"""The first lines of a file as a mapping reads them, while it is being written: the same reading as the import's."""

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
from .track_record import Reading, Refusal, Row

RECORDS = 20


def preview(sample: bytes, source: bytes) -> PreviewOut:
    """What can be said of the beginning of a file; neither a wrong mapping nor a torn file is refused."""
    told = PreviewOut(header=[], records=[], mapping=None, errors=[], deliveries=[], refusals=[], warnings=[])
    form = _format_of(source)
    head = _Head(sample, form)
    try:
        told.header = next(head, RecordOut(line=1, cells=[])).cells
        told.records = list(islice(head, RECORDS))
    except UnreadableFile as error:
        told.errors = error.errors
    try:
        mapping = parse_mapping(source)
        told.mapping = mapping
        for item in Reading(io.BytesIO(head.taken(form.encoding)), mapping):
            if isinstance(item, Row):
                told.deliveries.append(DeliveryPreview.model_validate(asdict(item)))
            elif isinstance(item, Refusal):
                told.refusals.append(RefusalOut(**asdict(item)))
            else:
                told.warnings.append(WarningOut.model_validate(asdict(item)))
    except DomainError as error:
        told.errors += [each for each in error.errors if each not in told.errors]
    return told


def _format_of(source: bytes) -> FileFormat:
    """How the mapping says that the file is written, as far as it says so already."""
    try:
        return FileFormat.model_validate(tomllib.loads(source.decode()).get("file", {}))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError):
        return FileFormat()


class _Head:
    """The records at the beginning of a file, the header first; it remembers the physical lines that they took."""

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
    """What is no text in the file's encoding is shown as such."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
