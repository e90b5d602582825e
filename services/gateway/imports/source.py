"""Opens a file for what it is: a text of rows, a workbook, or something that is named and refused."""

from typing import BinaryIO

from .kinds import advice, kind_of
from .lines import Content, UnreadableFile, is_wide
from .mapping import FileFormat
from .records import Source
from .text_source import TextSource
from .workbook_source import WorkbookSource


def open_source(file: BinaryIO, form: FileFormat, wanted: frozenset[str]) -> Source:
    """The rows of a file, of which only ``read(n)`` is used; ``wanted`` are the columns that its header should have.

    Raises `UnreadableFile` with what the file is where it holds no rows.
    """
    content = Content(file)
    kind = kind_of(content.head)
    if kind in ("zip", "ole"):
        return WorkbookSource(content.stream, ".xlsx" if kind == "zip" else ".xls", form, wanted)
    if kind != "text":
        raise UnreadableFile(advice(kind))
    if b"\0" in content.head and not is_wide(content.head):
        raise UnreadableFile(advice("no text: it holds zero bytes"))
    return TextSource(content, form, wanted)
