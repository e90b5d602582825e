"""The typeface of the PDF: Noto Sans, embedded, which has the letters of every European script."""

import io
from functools import cache

import pymupdf_fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Pack", "Pack-Bold"
UNKNOWN = "\ufffd"
"""Stands for a letter that the typeface lacks."""
# It has no minus: the dash, as wide, is read as one.
_INSTEAD = str.maketrans({"\u2212": "\u2013"})


@cache
def letters() -> frozenset[int]:
    """The code points that it has; the first call registers it with reportlab."""
    plain, bold = (_registered(name, key) for name, key in ((PLAIN, "notos"), (BOLD, "notosbo")))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return plain & bold


def _registered(name: str, key: str) -> frozenset[int]:
    font = TTFont(name, io.BytesIO(pymupdf_fonts.fontbuffers[key]()))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def known(text: str) -> str:
    """The text in letters that the typeface has."""
    has = letters()
    return "".join(letter if ord(letter) in has else UNKNOWN for letter in text.translate(_INSTEAD))


def cut(text: str, size: float, most: float, font: str = PLAIN) -> str:
    """As much of a line as fits into so many points."""
    if pdfmetrics.stringWidth(text, font, size) <= most:
        return text
    while text and pdfmetrics.stringWidth(text + "…", font, size) > most:
        text = text[:-1]
    return text.rstrip() + "…"
