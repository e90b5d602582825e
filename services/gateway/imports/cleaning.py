"""What programs put around the text of a cell, taken off again, and counted so that it can be said."""

import re
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# A joiner belongs to a word where letters are on both sides, as in Persian names; elsewhere nobody sees it.
_JOINER = re.compile(r"(?<![^\W\d_])[\u200c\u200d]|[\u200c\u200d](?![^\W\d_])")
_JOINERS = re.compile("[\u200c\u200d]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
# 'T Hooft is a name; '00123 and '=A1 are what a spreadsheet was given so that it would leave them alone.
_APOSTROPHE = re.compile(r"'(?=[=+@-]|[A-Za-z0-9._/#-]*[0-9][A-Za-z0-9._/#-]*$)")

INVISIBLE = "invisible characters"
SPACES = "unusual spaces"
AS_TEXT = 'a formula around the text, as ="00123"'
APOSTROPHE = "an apostrophe before the text"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many cells of a column held what was taken off, and the first of them. JSON-able."""

    column: str
    what: str
    cells: int
    line: int
    value: str


def plain(text: str) -> str:
    """A text without what cannot be seen, its spaces plain, and none around it."""
    if text.isascii():
        return text.strip()
    return _SPACE.sub(" ", _JOINER.sub("", _INVISIBLE.sub("", text))).strip()


def cleaned(text: str, is_code: bool) -> tuple[str, str | None]:
    """The text of a cell, and what was taken off. A code (an id, a number, a day) may begin with an apostrophe."""
    text = text.strip()
    what = None
    if not text.isascii():
        without = _INVISIBLE.sub("", text)
        without = (_JOINERS if is_code else _JOINER).sub("", without)
        what = INVISIBLE if without != text else None
        spaced = _SPACE.sub(" ", without)
        what = SPACES if what is None and spaced != without else what
        text = spaced.strip()
    if text.startswith('="') and (match := _AS_TEXT.fullmatch(text)) is not None:
        text, what = match[1].strip(), AS_TEXT
    if is_code and text.startswith("'") and _APOSTROPHE.match(text):
        text, what = text[1:].strip(), APOSTROPHE
    return text, what


class Cleanings:
    """What was taken off the cells of a file, by column."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Cleaned] = {}

    def note(self, column: str, what: str, line: int, value: str) -> None:
        known = self._found.get((column, what))
        if known is None:
            self._found[column, what] = Cleaned(column, what, 1, line, value[:200])
        else:
            self._found[column, what] = Cleaned(column, what, known.cells + 1, known.line, known.value)

    def all(self) -> list[Cleaned]:
        return list(self._found.values())
