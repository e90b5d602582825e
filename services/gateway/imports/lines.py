"""The physical lines of a CSV or a CSV.gz of any size: decoded, counted, bounded."""

import codecs
import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO, Self

from shared.errors import DomainError, Located

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE = 1 << 20  # characters of one physical line
_GZIP_MAGIC = b"\x1f\x8b"
_UNDECODED = re.compile("[\udc80-\udcff]")


class UnreadableFile(DomainError):
    """The file is no CSV that can be read to its end; no delivery of it was given."""

    slug, status, title = "unreadable-file", 422, "The file cannot be read"

    def __init__(self, line: int, reason: str) -> None:
        detail = f"line {line} {reason}"
        super().__init__(f"The file cannot be read: {detail}", errors=[Located(pointer="/file", detail=detail)])


class Lines:
    """The physical lines of a CSV or a CSV.gz, recognised by its first two bytes; a byte-order mark is dropped."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.encoding = encoding
        self.number = 0
        self.has_undecodable = False
        buffered = io.BufferedReader(_Borrowed(file), 1 << 16)
        is_gzip = buffered.peek(2)[:2] == _GZIP_MAGIC
        codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        # Bytes that are no text become lone surrogates, so that one bad line does not end the file.
        self._text = io.TextIOWrapper(
            gzip.GzipFile(fileobj=buffered) if is_gzip else buffered, codec, "surrogateescape", newline=""
        )

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(MAX_LINE + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(self.number + 1, f"cannot be decompressed: {error}") from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_LINE:
            raise UnreadableFile(self.number, f"is longer than {MAX_LINE} characters")
        if not line.isascii() and _UNDECODED.search(line):
            self.has_undecodable = True
        return line


class _Borrowed(io.RawIOBase):
    """A file that its opener will close."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        with memoryview(buffer) as room:
            chunk = self._file.read(len(room))
            room[: len(chunk)] = chunk
        return len(chunk)
