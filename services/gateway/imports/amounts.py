"""Numbers as files write them: with one sign for decimals and another between thousands, or with neither."""

import re
from typing import Literal

from .records import NumberCell

DecimalSign = Literal[".", ","]
ThousandsSign = Literal[".", ",", " ", "'"]
MILLION = 1_000_000

_EXAMPLE = "as 1234.5"
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
# Three digits in each group, or in India two in each but the last.
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:G[0-9]{3})+|[1-9][0-9]?(?:G[0-9]{2})+G[0-9]{3}", re.ASCII)
_ALLOWED = re.compile(r"[0-9][0-9., '’]*", re.ASCII)


class CellError(ValueError):
    """Why a cell has no value: a stable code, and the end of a sentence that begins with the cell."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


def millionths(cell: str, decimal: DecimalSign | None, thousands: ThousandsSign | None) -> int:
    """A number from 0 in millionths; `CellError` where it is none, or where it can be read in two ways.

    ``decimal`` and ``thousands`` are what the mapping says; a sign that it does not say is found where only one reading
    is possible.
    """
    if isinstance(cell, NumberCell):
        return _exact(cell, ".", None)
    text = cell.strip()
    if text.startswith(("-", "\u2212")) or (text.startswith("(") and text.endswith(")")):
        raise CellError(f"is not a number from 0 with at most six decimals, {_EXAMPLE}: it is below 0", "not-a-number")
    if text.endswith("%"):
        raise CellError(f"is a share in percent; this field wants a number, {_EXAMPLE}", "not-a-number")
    if not _ALLOWED.fullmatch(text):
        raise CellError(f"is not a number from 0 with at most six decimals, {_EXAMPLE}", "not-a-number")
    text = text.replace("’", "'")
    if decimal is None and thousands in (".", ","):
        decimal = "," if thousands == "." else "."
    if decimal is None and thousands is not None and thousands not in ".,":
        decimal = "," if "," in text else "."  # the other sign would part thousands
    if decimal is None:
        decimal = _found(text)
    return _exact(text, decimal, thousands)


def readings(text: str) -> tuple[str, str] | None:
    """Both readings of a number that has two, the one with a decimal point first: `1.250` is 1.25 or 1250."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", text, re.ASCII):
        return None
    whole, part = re.split("[.,]", text)
    part = part.rstrip("0")
    return (f"{whole}.{part}" if part else whole), whole + text[-3:]


def decimal_sign(cells: list[str]) -> DecimalSign | None:
    """The decimal sign that the cells of one column show; None where none shows it, or they contradict each other."""
    found: set[DecimalSign] = set()
    for cell in cells:
        text = cell.strip().removesuffix("%").rstrip()
        if isinstance(cell, NumberCell) or not _ALLOWED.fullmatch(text) or readings(text) is not None:
            continue
        signs = [sign for sign in text if sign in ".,"]
        if not signs:
            continue
        last: DecimalSign = "," if signs[-1] == "," else "."
        other: DecimalSign = "." if last == "," else ","
        found.add(other if signs.count(last) > 1 else last)
    return found.pop() if len(found) == 1 else None


def _found(text: str) -> DecimalSign:
    """The decimal sign of a number that says it by itself."""
    if (both := readings(text)) is not None:
        raise CellError(
            f'is {both[0]} or {both[1]}, by what "{text[-4]}" means: say the decimal sign, as decimal = "," in [file]',
            "ambiguous-number",
        )
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return "."
    last: DecimalSign = "," if signs[-1] == "," else "."
    # A sign that comes twice parts thousands.
    return ("." if last == "," else ",") if signs.count(last) > 1 else last


def _exact(text: str, decimal: DecimalSign, thousands: ThousandsSign | None) -> int:
    whole, sign, part = text.partition(decimal)
    if sign and (not _DIGITS.fullmatch(part) or len(part) > 6):
        raise _refused(decimal, thousands)
    groups = thousands or next((each for each in (".", ",", " ", "'") if each != decimal and each in whole), None)
    if groups is not None and groups in whole:
        if not _GROUPS.fullmatch(whole.replace(groups, "G")):
            raise _refused(decimal, thousands)
        whole = whole.replace(groups, "")
    # Twelve digits, so that millionths and their sums stay exact in the spool's 64-bit integers.
    if not _DIGITS.fullmatch(whole) or len(whole) > 12:
        raise _refused(decimal, thousands)
    return int(whole) * MILLION + int(part.ljust(6, "0") or 0)


def _refused(decimal: DecimalSign, thousands: ThousandsSign | None) -> CellError:
    example = f"1234{decimal}5" if thousands is None else f"1{thousands}234{decimal}5"
    return CellError(f"is not a number from 0 with at most six decimals, as {example}", "not-a-number")
