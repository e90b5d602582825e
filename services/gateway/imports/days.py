"""Calendar days as files write them: alone, or with a time, a fraction of a second and an offset."""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from .amounts import CellError
from .records import DayCell

FIRST_DAY = date(1970, 1, 1)
ISO = "iso"
"""A day as 2024-09-02, or an instant of ISO 8601 with it: the day that it names in its own offset."""

_ENGLISH_MONTHS = frozenset(calendar.month_name[1:]) | frozenset(calendar.month_abbr[1:])
_WORD = re.compile(r"[^\W\d_]+")
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d|:60)?(?:[.,]\d{1,9})?)?"
    r"(?: ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?",
    re.ASCII | re.IGNORECASE,
)
# Fractions have up to nine digits in files, %f reads six.
_FRACTION = re.compile(r"(:\d{2}[.,]\d{6})\d+")
# A day above twelve, so that a format that swaps day and month for another day cannot pass for a date.
_PROBE = datetime(2006, 9, 22, tzinfo=UTC)


def name_a_day(form: str) -> str:
    """A format that names a day; ``ValueError`` for one that does not."""
    if form == ISO:
        return form
    try:
        names_a_day = datetime.strptime(_PROBE.strftime(form), form).date() == _PROBE.date()  # noqa: DTZ007
    except ValueError:
        names_a_day = False
    if not names_a_day:
        raise ValueError("does not name a day, a month and a year, as %d-%b-%y does")
    return form


def name_an_english_month(text: str) -> str:
    if text not in _ENGLISH_MONTHS:
        raise ValueError("is not an English month, as Sep or September")
    return text


def day_of(cell: str, formats: tuple[str, ...], months: Mapping[str, str]) -> date:
    """The day that a cell names by the first format that fits; `CellError` where none does."""
    if isinstance(cell, DayCell):
        return _from_1970(date.fromisoformat(cell))
    plain = _WORD.sub(lambda word: months.get(word[0].lower(), word[0]), cell) if months else cell
    for form in formats:
        try:
            day = _iso(plain) if form == ISO else _by(form, plain)
        except ValueError:
            continue
        return _from_1970(day)
    shown = " or ".join("2024-09-02" if form == ISO else form for form in formats)
    raise CellError(f"is no day written as {shown}", "not-a-day")


def _by(form: str, text: str) -> date:
    if "%f" in form:
        text = _FRACTION.sub(r"\1", text)
    return datetime.strptime(text, form).date()  # noqa: DTZ007


def _iso(text: str) -> date:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError
    return date.fromisoformat(match[1])


def _from_1970(day: date) -> date:
    if day < FIRST_DAY:
        raise CellError("is a day before 1970", "before-1970")
    return day
