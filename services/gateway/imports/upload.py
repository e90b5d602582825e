"""Receives the form of an import: streamed to disk, bounded, checked as far as it can be, stored in pieces."""

import hashlib
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from itertools import count, islice
from typing import TypeVar

import anyio.to_thread
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from services.gateway.http.app_state import state_of
from shared.errors import InvalidFields, Located, MalformedBody, TooLarge
from shared.http.requests import JsonRequest
from shared.ids import new_id

from .jobs import store_chunks
from .kinds import kind_of
from .lines import HEAD
from .mapping import parse_mapping
from .preview import preview
from .schemas import PreviewOut
from .track_record import TrackRecordFile
from .usecases import Upload

PIECE = 1 << 20
PIECES_AT_ONCE = 8
MAPPING_MOST = 1 << 20  # bytes
FIELDS = ("file", "mapping", "dry_run")
SAMPLE_FIELDS = ("file", "mapping")
SAMPLE_MOST = 1 << 20  # bytes of a text
WORKBOOK_MOST = 32 << 20  # bytes of a workbook, of which the end says where its parts are
T = TypeVar("T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _form(**properties: dict[str, object]) -> dict[str, object]:
    mapping = {"type": "string", "description": "The mapping file's TOML, as text or as a file."}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["file", "mapping"],
        "properties": {"mapping": mapping, **properties},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


FORM = _form(
    file={
        "type": "string",
        "format": "binary",
        "description": "CSV, also compressed with gzip, or an XLSX or XLS workbook.",
    },
    dry_run={"type": "boolean", "default": False, "description": "Say what would happen."},
)
SAMPLE_FORM = _form(
    file={
        "type": "string",
        "format": "binary",
        "description": "The beginning of a CSV, at most 1 MiB, or a whole workbook, at most 32 MiB.",
    }
)


class _Bounded(Request):
    """The request as it came, with at most so many bytes: the bound of routing is for JSON."""

    def __init__(self, request: Request, most: int) -> None:
        super().__init__(request.scope, request.receive)
        self._most = most

    async def stream(self) -> AsyncGenerator[bytes, None]:
        length = self.headers.get("content-length", "")
        received = int(length) if length.isascii() and length.isdigit() else 0
        if received > self._most:
            raise TooLarge(f"an upload has at most {self._most} bytes")
        received = 0
        async for chunk in super().stream():
            received += len(chunk)
            if received > self._most:
                raise TooLarge(f"an upload has at most {self._most} bytes")
            yield chunk


async def receive(request: JsonRequest) -> Upload:
    """The upload of a request, stored; a mapping that is wrong or does not fit the file's header is refused here."""
    return await _receive(request, state_of(request).max_upload_bytes, _store)


async def receive_sample(request: JsonRequest) -> PreviewOut:
    """The beginning of a file through a mapping; nothing is stored."""
    return await _receive(request, WORKBOOK_MOST, _preview)


async def _receive(request: JsonRequest, most: int, take: Callable[[JsonRequest, FormData], T]) -> T:
    try:
        bounded = _Bounded(request, most + MAPPING_MOST)
        async with bounded.form(max_files=10, max_fields=10, max_part_size=MAPPING_MOST) as form:
            return await anyio.to_thread.run_sync(take, request, form)
    except ClientDisconnect:
        raise MalformedBody("the upload broke off") from None


def _preview(request: JsonRequest, form: FormData) -> PreviewOut:
    file, source, _ = _fields(form, SAMPLE_FIELDS)
    sample = file.file.read()
    if len(sample) > SAMPLE_MOST and kind_of(sample[:HEAD]) not in ("zip", "ole"):
        raise TooLarge(f"the beginning of a text has at most {SAMPLE_MOST} bytes")
    return preview(sample, source)


def _store(request: JsonRequest, form: FormData) -> Upload:
    file, source, is_dry_run = _fields(form, FIELDS)
    digest = hashlib.sha256(repr((source, is_dry_run)).encode())
    for piece in iter(lambda: file.file.read(PIECE), b""):
        digest.update(piece)
    # Compared for an Idempotency-Key: a form has a new boundary each time, so its content is what counts.
    request.content = digest.digest()
    size = file.file.tell()
    file.file.seek(0)
    mapping = parse_mapping(source)
    TrackRecordFile(file.file, mapping).close()
    file.file.seek(0)
    import_id, now = new_id(), state_of(request).clock()
    pieces = iter(lambda: file.file.read(PIECE), b"")
    for first in count(step=PIECES_AT_ONCE):
        batch = list(islice(pieces, PIECES_AT_ONCE))
        if not batch:
            break
        store_chunks(state_of(request).database, import_id, first, batch, now)
    name = _CONTROL.sub("", file.filename or "")[:200]
    return Upload(import_id, name, size, source.decode("utf-8-sig"), is_dry_run)


def _fields(form: FormData, known: Sequence[str]) -> tuple[UploadFile, bytes, bool]:
    errors = [Located(pointer=f"/{name}", detail="is not a field of this form") for name in form if name not in known]
    errors += [Located(pointer=f"/{name}", detail="is given twice") for name in known if len(form.getlist(name)) > 1]
    file, mapping, dry_run = (form.get(name) for name in FIELDS)
    if not isinstance(file, UploadFile):
        errors.append(Located(pointer="/file", detail="is missing" if file is None else "is not a file"))
    if mapping is None:
        errors.append(Located(pointer="/mapping", detail="is missing"))
    if dry_run not in (None, "true", "false"):
        errors.append(Located(pointer="/dry_run", detail="is neither true nor false"))
    if errors or not isinstance(file, UploadFile):
        raise InvalidFields(errors)
    if isinstance(mapping, UploadFile):
        source = mapping.file.read(MAPPING_MOST + 1)
        if len(source) > MAPPING_MOST:
            raise TooLarge(f"a mapping has at most {MAPPING_MOST} bytes")
        return file, source, dry_run == "true"
    return file, str(mapping).encode(), dry_run == "true"
