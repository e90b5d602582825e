"""The fields of a mapping: where a value comes from, and what a cell becomes.

Each kind of field turns a cell into its *stored* form, an integer or a text that SQLite can keep, compare and add up,
and back into what a person reads.
"""

import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, StringConstraints, model_validator
from pydantic import Field as Bounded

from .amounts import MILLION, CellError, DecimalSign, ThousandsSign, millionths
from .cleaning import plain
from .days import FIRST_DAY, day_of, name_a_day, name_an_english_month
from .records import FlagCell

Stored = int | str
Size = Literal["small", "mid", "large"]
Region = Literal["north_america", "europe", "asia_pacific", "rest_of_world"]
Cause = Literal["provider", "sponsor", "external"]

MAX_TEXT = 200  # characters of a name or an external id
MAX_REASON = 2_000
MAX_WEIGHT = Decimal(3)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise CellError("holds a line break or another control character", "control-character")
    return text


Column = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(lambda name: " ".join(plain(name).split())),
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT), AfterValidator(refuse_control)
]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON), AfterValidator(refuse_control)
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, to_lower=True)]
Amount = Annotated[Decimal, Bounded(ge=0, lt=10**12, decimal_places=6, allow_inf_nan=False)]


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signs(Protocol):
    """What a file says of its numbers."""

    @property
    def decimal(self) -> DecimalSign | None: ...

    @property
    def thousands(self) -> ThousandsSign | None: ...


class Field(Closed):
    """Where a value comes from: a column, a constant, or a column with a constant for its blank cells."""

    is_code: ClassVar[bool] = True
    """Whether a spreadsheet may have been given an apostrophe before it."""

    column: Column | None = None
    """The column's name, exactly as the header has it; null where a constant alone fills the field."""
    blanks: tuple[str, ...] | None = None
    """Texts that mean nothing in this column, instead of the file's; null where those hold."""
    lines: Literal["first", "earliest", "latest", "sum", "same"] = "same"
    """What to do with several lines of one delivery: same (they must agree), first, earliest, latest or sum."""

    @model_validator(mode="after")
    def _names_a_source(self) -> Self:
        if self.column is None and self.stored_constant is None:
            raise ValueError("names neither a column nor a constant")
        return self

    @property
    @abstractmethod
    def stored_constant(self) -> Stored | None: ...

    @abstractmethod
    def parse(self, cell: str) -> Stored:
        """Stored form of a cell that is not blank; `CellError` says why there is none."""

    def reader(self, signs: Signs) -> Callable[[str], Stored]:
        """`parse`, by what the file says of its numbers."""
        return self.parse

    def show(self, stored: Stored) -> str:
        return str(stored)


class TextField(Field):
    """A name or an id: at most 200 characters, no control characters."""

    is_code = False
    constant: Text | None = None
    """The text of every line, or of blank cells beside a column; null where there is none."""
    lines: Literal["first", "same"] = "same"

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant

    def parse(self, cell: str) -> Stored:
        if len(cell) > MAX_TEXT:
            raise CellError(f"is longer than {MAX_TEXT} characters", "too-long")
        return refuse_control(cell)


class IdField(TextField):
    """An external id."""

    is_code = True


class ReasonField(Field):
    """What somebody wrote, in at most 2,000 characters; a line break becomes a space."""

    is_code = False
    constant: LongText | None = None
    """The text of every line, or of blank cells beside a column; null where there is none."""
    lines: Literal["first", "same"] = "same"

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant

    def parse(self, cell: str) -> Stored:
        if len(cell) > MAX_REASON:
            raise CellError(f"is longer than {MAX_REASON} characters", "too-long")
        return refuse_control(" ".join(cell.split()))


class ChoiceField(Field):
    """One of a few values; ``words`` are other words for them, whatever their case."""

    is_code = False
    choices: ClassVar[tuple[str, ...]]
    lines: Literal["first", "same"] = "same"

    def parse(self, cell: str) -> Stored:
        words: dict[str, str] = getattr(self, "words", {})
        cell = words.get(cell.lower(), cell)
        if cell not in self.choices:
            known = [*self.choices, *words]
            raise CellError(f"is none of {', '.join(known)}", "unknown-word")
        return cell


class SizeField(ChoiceField):
    choices = ("small", "mid", "large")
    constant: Size | None = None
    """The size of every line, or of blank cells beside a column; null where there is none."""
    words: dict[Word, Size] = {}
    """Other words for the sizes, whatever their case."""

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant


class RegionField(ChoiceField):
    choices = ("north_america", "europe", "asia_pacific", "rest_of_world")
    constant: Region | None = None
    """The region of every line, or of blank cells beside a column; null where there is none."""
    words: dict[Word, Region] = {}
    """Other words for the regions, whatever their case."""

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant


class CauseField(ChoiceField):
    """Through whom a delivery was late."""

    choices = ("provider", "sponsor", "external")
    constant: Cause | None = None
    """The cause of every line, or of blank cells beside a column; null where there is none."""
    words: dict[Word, Cause] = {}
    """Other words for the causes, whatever their case."""

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant


class DateField(Field):
    """A calendar day from 1970 on; stored as its proleptic ordinal. The first format that fits holds."""

    constant: Annotated[date, Strict()] | None = None
    """The day of every line, or of blank cells beside a column; null where there is none."""
    formats: tuple[Annotated[str, AfterValidator(name_a_day)], ...] = ()
    """How the column's days are written, as Python's strptime reads them; the first that fits holds."""
    months: dict[Word, Annotated[str, AfterValidator(name_an_english_month)]] = {}
    """Other words for months, whatever their case, with the English month of each."""
    lines: Literal["first", "earliest", "latest", "same"] = "same"

    @model_validator(mode="after")
    def _says_how_its_column_is_written(self) -> Self:
        if self.column is not None and not self.formats:
            raise ValueError("names a column but no formats of its dates")
        if self.constant is not None and self.constant < FIRST_DAY:
            raise ValueError("has a constant before 1970")
        return self

    @property
    def stored_constant(self) -> Stored | None:
        return None if self.constant is None else self.constant.toordinal()

    def parse(self, cell: str) -> Stored:
        return day_of(cell, self.formats, self.months).toordinal()

    def show(self, stored: Stored) -> str:
        return date.fromordinal(int(stored)).isoformat()


_SPELLED = (("yes", "true"), ("no", "false"))


class FlagField(Field):
    """Yes or no, in the words that the mapping lists; case does not matter. Stored as 1 or 0."""

    constant: Annotated[bool, Strict()] | None = None
    """The answer of every line, or of blank cells beside a column; null where there is none."""
    yes: tuple[Word, ...] = ()
    """The words for yes, whatever their case."""
    no: tuple[Word, ...] = ()
    """The words for no, whatever their case."""
    lines: Literal["first", "same"] = "same"

    @model_validator(mode="before")
    @classmethod
    def _reads_the_old_spelling(cls, given: object) -> object:
        """`true` and `false` are what `yes` and `no` were called."""
        if not isinstance(given, dict):
            return given
        renamed = dict(given)
        for new, old in _SPELLED:
            if old in renamed and new in renamed:
                raise ValueError(f"says both {new} and {old}, which are the same key")
            if old in renamed:
                renamed[new] = renamed.pop(old)
        return renamed

    @model_validator(mode="after")
    def _says_how_its_column_is_written(self) -> Self:
        if self.column is not None and not (self.yes and self.no):
            raise ValueError("names a column but not its words for yes and for no")
        if both := sorted(set(self.yes) & set(self.no)):
            raise ValueError(f"takes {both[0]!r} for yes and for no")
        return self

    @property
    def stored_constant(self) -> Stored | None:
        return None if self.constant is None else int(self.constant)

    def parse(self, cell: str) -> Stored:
        word = cell.lower()
        if word in self.yes:
            return 1
        if word in self.no:
            return 0
        if isinstance(cell, FlagCell):
            return int(cell == "true")
        raise CellError(f"is none of {', '.join(self.yes + self.no)}", "unknown-word")

    def show(self, stored: Stored) -> str:
        return "yes" if stored else "no"


class NumberField(Field):
    """A number from 0 with at most six decimals; stored in millionths. Its signs, or else those of the file, hold."""

    constant: Amount | None = None
    """The number of every line, or of blank cells beside a column; null where there is none."""
    decimal: DecimalSign | None = None
    """The decimal sign of this column, instead of the file's; null where that holds."""
    thousands: ThousandsSign | None = None
    """The sign between thousands in this column, instead of the file's; null where that holds."""
    lines: Literal["first", "sum", "same"] = "same"

    @model_validator(mode="after")
    def _has_two_signs(self) -> Self:
        check_signs(self)
        return self

    @property
    def stored_constant(self) -> Stored | None:
        return None if self.constant is None else int(self.constant * MILLION)

    def parse(self, cell: str) -> Stored:
        return millionths(cell, self.decimal, self.thousands)

    def reader(self, signs: Signs) -> Callable[[str], Stored]:
        own: Signs = self if self.decimal or self.thousands else signs
        return lambda cell: millionths(cell, own.decimal, own.thousands)

    def show(self, stored: Stored) -> str:
        return f"{Decimal(stored) / MILLION:f}"


def check_signs(signs: Signs) -> None:
    """`ValueError` where decimals and thousands have the same sign."""
    if signs.decimal is not None and signs.decimal == signs.thousands:
        raise ValueError("says the same sign for decimals and for thousands")
