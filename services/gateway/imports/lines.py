"""The physical lines of a text of any size: unpacked, decoded, counted, bounded."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Self

from shared.errors import DomainError, Located

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE = 1 << 20  # characters of one physical line
MAX_UNPACKED = 4 << 30  # bytes of a gzip, unpacked
MAX_RATIO = 200  # times the size of a gzip, beyond `_SMALL`
_SMALL = 16 << 20
HEAD = 1 << 16  # bytes by which a file is known
_GZIP_MAGIC = b"\x1f\x8b"
_UNDECODED = re.compile("[\udc80-\udcff]")
_BROKEN_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
OTHERWISE = "cp1252"
"""What a file is read as that is not UTF-8 and says nothing of its encoding."""


class UnreadableFile(DomainError):
    """The file cannot be read to its end; no delivery of it was given."""

    slug, status, title = "unreadable-file", 422, "The file cannot be read"

    def __init__(self, detail: str, line: int | None = None) -> None:
        if line is not None:
            detail = f"line {line} {detail}"
        super().__init__(f"The file cannot be read: {detail}", errors=[Located(pointer="/file", detail=detail)])


class Content:
    """A file or what is in its gzip, known by its first two bytes: ``head`` is its beginning, ``stream`` all of it."""

    def __init__(self, file: BinaryIO) -> None:
        packed = _Ahead(file.read)
        self.is_gzip = packed.head[:2] == _GZIP_MAGIC
        unpacked = _Ahead(_Unpacked(packed).read) if self.is_gzip else packed
        self.head = unpacked.head
        self.stream = io.BufferedReader(unpacked, 1 << 16)


class Lines:
    """The physical lines of a text; ``notes`` receive how it is read where the mapping does not say it.

    Bytes that are no text of the encoding become lone surrogates (`has_undecodable`), so that one bad line does not
    end the file.
    """

    def __init__(self, content: Content, encoding: str | None, notes: list[str]) -> None:
        self.number = 0
        self._notes = notes
        self._is_other = False
        codec, self.encoding = self._choose(content.head, encoding)
        self._is_wide = codec.startswith(("utf-16", "utf-32"))
        # Only where nothing says the encoding may a line that is not UTF-8 make it another one.
        self._is_open = encoding is None and codec == "utf-8"
        self._text = io.TextIOWrapper(
            content.stream, codec, "replace" if self._is_wide else "surrogateescape", newline=""
        )

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(MAX_LINE + 1)
        except _BROKEN_GZIP as error:
            reason = "cannot be decompressed: the gzip breaks off there or is damaged; compress or send it again"
            raise UnreadableFile(reason, self.number + 1) from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_LINE:
            raise UnreadableFile(f"is longer than {MAX_LINE} characters", self.number)
        return line if line.isascii() else self._decoded(line)

    def _choose(self, head: bytes, said: str | None) -> tuple[str, str]:
        """The codec and what it is called."""
        for mark, codec, name in _MARKS:
            if head.startswith(mark):
                if not codecs.lookup(said or "utf-8").name.startswith(codec.removesuffix("-sig")):
                    self._notes.append(f"The file begins with the mark of {name} and is read as that.")
                return codec, codec.removesuffix("-sig")
        if said is not None and codecs.lookup(said).name != "utf-8":
            return said, said
        wide = _wide(head)
        if wide is not None:
            self._notes.append(f"The file is {wide.upper()} without a byte-order mark and is read as that.")
            return wide, wide
        return "utf-8", said or "utf-8"

    def _decoded(self, line: str) -> str:
        if self._is_wide:
            return line.replace("\ufffd", "\udcff")
        has_undecoded = _UNDECODED.search(line) is not None
        if self._is_open and has_undecoded:
            self._is_open, self._is_other = False, True
            self.encoding = OTHERWISE
            self._notes.append(
                f"The file is not UTF-8 (line {self.number}) and is read as Windows-1252 (cp1252);"
                f" where letters are wrong, name its encoding."
            )
        elif self._is_open:
            self._is_open = False  # it is UTF-8
        if not self._is_other:
            return line
        if not has_undecoded:
            return line.encode().decode("ascii", "surrogateescape")  # UTF-8 among cp1252: which one, nobody knows
        try:
            return line.encode("utf-8", "surrogateescape").decode(OTHERWISE)
        except UnicodeDecodeError:
            return line


def has_undecodable(line: str) -> bool:
    """Whether a line holds bytes that are no text of its encoding."""
    return not line.isascii() and _UNDECODED.search(line) is not None


def is_wide(head: bytes) -> bool:
    """Whether a text is UTF-16 or UTF-32, in which zero bytes are parts of letters."""
    return head.startswith(tuple(mark for mark, codec, _ in _MARKS if codec != "utf-8-sig")) or _wide(head) is not None


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: delimiters, digits and line ends have a zero byte, always on the same side."""
    head = head[: len(head) // 2 * 2]
    left, right = head[::2].count(0), head[1::2].count(0)
    if max(left, right) * 10 < len(head) // 2 or max(left, right) < 2:
        return None
    if right > 5 * left:
        return "utf-16-le"
    return "utf-16-be" if left > 5 * right else None


class _Ahead(io.RawIOBase):
    """A stream whose beginning is known before it is read; an error in the beginning is raised when it is reached."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._error: Exception | None = None
        pieces, size = [], 0
        try:
            while size < HEAD and (piece := read(HEAD - size)):
                pieces.append(piece)
                size += len(piece)
        except _BROKEN_GZIP as error:
            self._error = error
        self.head = b"".join(pieces)
        self._left = memoryview(self.head)
        self.given = 0  # bytes so far

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        with memoryview(buffer) as room:
            if not self._left:
                if self._error is not None:
                    raise self._error
                self._left = memoryview(self._read(len(room)))
            size = min(len(room), len(self._left))
            room[:size], self._left = self._left[:size], self._left[size:]
        self.given += size
        return size


class _Unpacked:
    """What is in a gzip; `UnreadableFile` beyond `MAX_UNPACKED` and `MAX_RATIO`."""

    def __init__(self, packed: "_Ahead") -> None:
        self._packed = packed
        self._file = gzip.GzipFile(fileobj=io.BufferedReader(packed, 1 << 16))
        self._size = 0

    def read(self, size: int) -> bytes:
        piece = self._file.read1(size)
        self._size += len(piece)
        if self._size > MAX_UNPACKED:
            raise UnreadableFile(f"the gzip is more than {MAX_UNPACKED >> 30} GiB when it is unpacked")
        if self._size > _SMALL and self._size > MAX_RATIO * self._packed.given:
            raise UnreadableFile(f"the gzip unpacks to more than {MAX_RATIO} times its size")
        return piece
