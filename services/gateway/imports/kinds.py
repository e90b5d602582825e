"""What a file is, by its first bytes: a text, a workbook, or something that no import can read."""

import re
from mmap import mmap
from typing import Literal

Kind = Literal["text", "zip", "ole"]

_NAMED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x00\x01\x00\x00Standard ", "an Access database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a file compressed with bzip2"),
    (b"\xfd7zXZ\x00", "a file compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd"),
    (b"\x1f\x8b", "a gzip inside a gzip"),
    (b"\x7fELF", "a program"),
    (b"\x00\x00\x01\x00", "an image (ICO)"),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?P<html>!doctype\s+html|html|head|body|table|meta|style|div)\b|\s*<(?P<xml>\?xml|[A-Za-z][\w:.-]*[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb'\s*(?:\{\s*(?:"[^"]*"\s*:|\})|\[\s*[\[{])')
_MAIL = re.compile(rb"(?:[A-Za-z-]+: [^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){3,}\r?\n")
_ZIPPED: tuple[tuple[str, str], ...] = (
    ("word/", "a Word document (DOCX)"),
    ("ppt/", "a presentation (PPTX)"),
    ("visio/", "a diagram (VSDX)"),
    ("Index/", "a document of Apple's Numbers, Pages or Keynote"),
)
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (ODS)",
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text (ODT)",
    b"application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (ODP)",
    b"application/epub+zip": "an e-book (EPUB)",
}
_OLE: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "a workbook or document that is protected by a password"),
    ("WordDocument", "a Word document (DOC)"),
    ("PowerPoint Document", "a presentation (PPT)"),
    ("__substg1.0_", "an e-mail (MSG)"),
)


def kind_of(head: bytes) -> Kind | str:
    """`text`, `zip` or `ole` where the beginning may be read on; otherwise what the file is, with its article."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    for magic, name in _NAMED:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "an image (WebP)"
    if head[257:262] == b"ustar":
        return "a TAR archive"
    start = head.removeprefix(b"\xef\xbb\xbf")[:4096]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "a workbook in XML of Excel 2003"
    markup = _MARKUP.match(start)
    if markup is not None:
        return (
            "an HTML page (some systems name one .xls)"
            if markup["html"] or b"<html" in start.lower()
            else "an XML document"
        )
    if _JSON.match(start):
        return "a JSON document"
    if _MAIL.match(start):
        return "an e-mail"
    return "text"


def zipped_kind(names: list[str], mimetype: bytes) -> str | None:
    """What a ZIP archive is that is no XLSX workbook; None for a workbook."""
    if any(name.startswith("xl/") for name in names):
        return "a binary workbook (XLSB)" if "xl/workbook.bin" in names else None
    for folder, name in _ZIPPED:
        if any(each.startswith(folder) for each in names):
            return name
    return _OPEN_DOCUMENTS.get(mimetype.strip(), "a ZIP archive")


def ole_kind(content: bytes | mmap) -> str | None:
    """What an OLE file is that is no XLS workbook; None for a workbook, or for what is too damaged to say."""
    for stream in ("Workbook", "Book"):
        if content.find(f"{stream}\0".encode("utf-16-le")) >= 0:
            return None
    for stream, name in _OLE:
        if content.find(stream.encode("utf-16-le")) >= 0:
            return name
    return None


def advice(kind: str) -> str:
    """The sentence that refuses a file for what it is."""
    return f"it is {kind}, not a list of deliveries; export the rows as CSV or as a workbook (XLSX or XLS)"
