"""Names as people search, sort and tell them apart: one normal form and one collation, whatever the database.

`folded` is what a search compares, `sort_key` what a list is ordered by, `name_in` what a name may hold. None asks a
database: its own collation differs from one version to the next.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from pydantic import AfterValidator

SORT_KEY_BYTES = 300
"""A longer key is cut: what is equal so far is then ordered by id."""
FOLDING = 1
"""Raised with every change of `folded`, so that what was stored is made again."""

# Strokes and joined letters that have no decomposition, as people type them on another keyboard.
_SPELT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
                      "\u0591-\u05bd\u064b-\u065f\u0670]+")  # fmt: skip
_SPACES = re.compile(r"\s+")
REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]")


def folded(text: str) -> str:
    """The text as a search compares it: any case, accents or not, full width, zero width, however many spaces.

    Two texts that differ in nothing else are equal; one is part of another where people would say so.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", lowered))
    seen = "".join(each for each in bare if unicodedata.category(each) != "Cf")
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", seen)).strip()


def sort_key(text: str) -> str:
    """Orders texts as people do, by ICU's root collation, when compared character by character: hexadecimal digits.

    Text and not bytes, since a cursor and a row sent as JSON hold none; the order is the same.
    """
    collate, _ = _collation()
    return collate(_SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip())[:SORT_KEY_BYTES].hex()


def made_by() -> str:
    """By which folding and which version of the collation `folded` and `sort_key` are made."""
    _, version = _collation()
    return f"{FOLDING}.{unicodedata.unidata_version}.{version}"


@cache
def _collation() -> tuple[Callable[[str], bytes], str]:
    """Loaded where it is needed: it takes 100 ms and 18 MB of a process."""
    try:
        import icu
    except ImportError:  # there is no wheel of it for Windows; names sort there as they are folded
        return lambda text: folded(text).encode(), "folded"
    collator = icu.Collator.createInstance(icu.Locale("root"))
    return collator.getSortKey, f"icu{icu.ICU_VERSION}"


def escaped(text: str) -> str:
    """The text with control and direction characters, which turn what is shown around them, as their code point."""
    return REFUSED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def name_in(text: str) -> str:
    """The name without white space around it and with one space between its words.

    `ValueError` where it holds a control or direction character, which would change how other text is shown, or shows
    nothing at all. The joiners that Persian and the scripts of India need may stand between letters.
    """
    found = REFUSED.search(text)
    if found is not None:
        raise ValueError(f"holds U+{ord(found[0]):04X}, a character that is not seen; type the name again without it")
    for joiner in _JOINERS.finditer(text):
        around = text[joiner.start() - 1 : joiner.start()], text[joiner.end() : joiner.end() + 1]
        if not all(unicodedata.category(each or " ")[0] in "LM" for each in around):
            raise ValueError(
                f"holds U+{ord(joiner[0]):04X} elsewhere than between two letters; type the name again without it"
            )
    name = _SPACES.sub(" ", text).strip()
    if text and not folded(name):
        raise ValueError("shows nothing; a name has at least one letter, digit or sign")
    return name


Plain = AfterValidator(name_in)
"""Annotates a name (`name_in`)."""
