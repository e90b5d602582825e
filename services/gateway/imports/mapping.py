"""The mapping file of an import: which column, or which constant, fills which field (docs/imports.md).

A mapping is data alone: nothing in it is ever evaluated. Each kind of field knows how to turn a cell into its *stored*
form, an integer or a text that SQLite can keep, compare and add up, and back into what a person reads.
"""

import calendar
import re
import tomllib
from abc import abstractmethod
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic import Field as Bounded
from pydantic_core import ErrorDetails

from shared.errors import DomainError, Located
from shared.sentences import rule_of

Stored = int | str
AccountKind = Literal["sponsor", "provider", "other"]
Size = Literal["small", "mid", "large"]
Region = Literal["north_america", "europe", "asia_pacific", "rest_of_world"]

MAX_TEXT = 200  # characters of a name or an external id
FIRST_DAY = date(1970, 1, 1)
MAX_WEIGHT = Decimal(3)
MILLION = 1_000_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WORD = re.compile(r"[^\W\d_]+")
# Twelve digits, so that millionths and their sums stay exact in the spool's 64-bit integers.
_NUMBER = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?", re.ASCII)
_ENGLISH_MONTHS = frozenset(calendar.month_name[1:]) | frozenset(calendar.month_abbr[1:])
# A day above twelve, so that a format that swaps day and month for another day cannot pass for a date.
_PROBE = datetime(2006, 9, 22)  # noqa: DTZ001 - a calendar day, never an instant


class InvalidMapping(DomainError):
    """The mapping cannot be used; each error points into the mapping file."""

    slug, status, title = "invalid-mapping", 422, "The mapping is not right"


def _refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("holds a line break or another control character")
    return text


def _name_a_day(form: str) -> str:
    try:
        names_a_day = datetime.strptime(_PROBE.strftime(form), form).date() == _PROBE.date()  # noqa: DTZ007
    except ValueError:
        names_a_day = False
    if not names_a_day:
        raise ValueError("does not name a day, a month and a year, as %d-%b-%y does")
    return form


def _name_an_english_month(text: str) -> str:
    if text not in _ENGLISH_MONTHS:
        raise ValueError("is not an English month, as Sep or September")
    return text


def _read_like_ascii(name: str) -> str:
    try:
        reads_like_ascii = '"a,\n'.encode(name) == b'"a,\n'
    except (LookupError, UnicodeError, ValueError):
        reads_like_ascii = False
    if not reads_like_ascii:
        raise ValueError("is not an encoding that extends ASCII, as utf-8 or cp1252; convert the file first")
    return name


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT), AfterValidator(_refuse_control)
]
System = Annotated[Text, StringConstraints(max_length=80)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, to_lower=True)]
Amount = Annotated[Decimal, Bounded(ge=0, lt=10**12, decimal_places=6, allow_inf_nan=False)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Field(_Closed):
    """Where a value comes from: a column, a constant, or a column with a constant for its blank cells."""

    column: Column | None = None
    blanks: tuple[str, ...] | None = None
    lines: Literal["first", "earliest", "latest", "sum", "same"] = "same"

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
        """Stored form of a cell that is not blank; ``ValueError`` says why there is none."""

    def show(self, stored: Stored) -> str:
        return str(stored)


class TextField(Field):
    """A name or an id: at most 200 characters, no control characters."""

    constant: Text | None = None
    lines: Literal["first", "same"] = "same"

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant

    def parse(self, cell: str) -> Stored:
        if len(cell) > MAX_TEXT:
            raise ValueError(f"is longer than {MAX_TEXT} characters")
        return _refuse_control(cell)


class _ChoiceField(Field):
    choices: ClassVar[tuple[str, ...]]
    lines: Literal["first", "same"] = "same"

    def parse(self, cell: str) -> Stored:
        if cell not in self.choices:
            raise ValueError(f"is none of {', '.join(self.choices)}")
        return cell


class SizeField(_ChoiceField):
    choices = ("small", "mid", "large")
    constant: Size | None = None

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant


class RegionField(_ChoiceField):
    choices = ("north_america", "europe", "asia_pacific", "rest_of_world")
    constant: Region | None = None

    @property
    def stored_constant(self) -> Stored | None:
        return self.constant


class DateField(Field):
    """A calendar day from 1970 on; stored as its proleptic ordinal. The first format that fits holds."""

    constant: Annotated[date, Strict()] | None = None
    formats: tuple[Annotated[str, AfterValidator(_name_a_day)], ...] = ()
    months: dict[Word, Annotated[str, AfterValidator(_name_an_english_month)]] = {}
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
        plain = _WORD.sub(lambda word: self.months.get(word[0].lower(), word[0]), cell) if self.months else cell
        for form in self.formats:
            try:
                day = datetime.strptime(plain, form).date()  # noqa: DTZ007
            except ValueError:
                continue
            if day < FIRST_DAY:
                raise ValueError("is a day before 1970")
            return day.toordinal()
        raise ValueError(f"is no day written as {' or '.join(self.formats)}")

    def show(self, stored: Stored) -> str:
        return date.fromordinal(int(stored)).isoformat()


class FlagField(Field):
    """Yes or no, in the words that the mapping lists; case does not matter. Stored as 1 or 0."""

    constant: Annotated[bool, Strict()] | None = None
    true: tuple[Word, ...] = ()
    false: tuple[Word, ...] = ()
    lines: Literal["first", "same"] = "same"

    @model_validator(mode="after")
    def _says_how_its_column_is_written(self) -> Self:
        if self.column is not None and not (self.true and self.false):
            raise ValueError("names a column but not its words for true and for false")
        if both := sorted(set(self.true) & set(self.false)):
            raise ValueError(f"takes {both[0]!r} for true and for false")
        return self

    @property
    def stored_constant(self) -> Stored | None:
        return None if self.constant is None else int(self.constant)

    def parse(self, cell: str) -> Stored:
        word = cell.lower()
        if word in self.true:
            return 1
        if word in self.false:
            return 0
        raise ValueError(f"is none of {', '.join(self.true + self.false)}")

    def show(self, stored: Stored) -> str:
        return "true" if stored else "false"


class NumberField(Field):
    """A number from 0, with a decimal point and at most six decimals; stored in millionths."""

    constant: Amount | None = None
    lines: Literal["first", "sum", "same"] = "same"

    @property
    def stored_constant(self) -> Stored | None:
        return None if self.constant is None else int(self.constant * MILLION)

    def parse(self, cell: str) -> Stored:
        match = _NUMBER.fullmatch(cell)
        if match is None:
            raise ValueError("is not a number from 0 with at most six decimals, as 1234.5")
        return int(match[1]) * MILLION + int((match[2] or "").ljust(6, "0"))

    def show(self, stored: Stored) -> str:
        return f"{Decimal(stored) / MILLION:f}"


class _Party(_Closed):
    """An account, found by ``external_id`` in ``external_system`` or made."""

    name: TextField
    external_system: System
    external_id: TextField
    size: SizeField | None = None
    region: RegionField | None = None


class Sponsor(_Party):
    kind: AccountKind = "sponsor"


class Provider(_Party):
    kind: AccountKind = "provider"


class RelationshipDefaults(_Closed):
    """What a relationship is given when the import makes it; one that exists is left as it is."""

    visibility: Literal["open", "restricted"] = "open"
    started_on: Annotated[date, Strict()] | None = None


class DeliveryFields(_Closed):
    """One delivery: the lines of one relationship with the same ``key``, which is also its external id."""

    key: Annotated[tuple[Column, ...], BeforeValidator(_as_list), Bounded(min_length=1)]
    promised_on: DateField
    delivered_on: DateField | None = None
    accepted: FlagField = FlagField(constant=True)
    weight: NumberField = NumberField(constant=Decimal(1))
    quantity: NumberField | None = None

    @field_validator("weight")
    @classmethod
    def _weighs(cls, weight: NumberField) -> NumberField:
        if weight.constant is not None and not 0 < weight.constant <= MAX_WEIGHT:
            raise ValueError(f"has a constant that is not above 0 and at most {MAX_WEIGHT}")
        return weight


class FileFormat(_Closed):
    encoding: Annotated[str, AfterValidator(_read_like_ascii)] = "utf-8"
    delimiter: Literal[",", ";", "|", "\t"] = ","
    blanks: tuple[str, ...] = ()


class Mapping(_Closed):
    """A whole mapping file, checked."""

    file: FileFormat = FileFormat()
    sponsor: Sponsor
    provider: Provider
    relationship: RelationshipDefaults = RelationshipDefaults()
    delivery: DeliveryFields

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Each field that the mapping fills, by its JSON pointer."""
        for part in ("sponsor", "provider", "delivery"):
            for name, field in getattr(self, part):
                if isinstance(field, Field):
                    yield f"/{part}/{name}", field

    def columns(self) -> Iterator[tuple[str, str]]:
        """Each key of the mapping that names a column, as (JSON pointer, column)."""
        for index, column in enumerate(self.delivery.key):
            yield f"/delivery/key/{index}", column
        for pointer, field in self.fields():
            if field.column is not None:
                yield f"{pointer}/column", field.column


def parse_mapping(source: str | bytes) -> Mapping:
    """The mapping in a TOML document; raises ``InvalidMapping`` with one located error per wrong key."""
    try:
        document = tomllib.loads(source if isinstance(source, str) else source.decode())
    except UnicodeDecodeError as error:
        raise InvalidMapping(errors=[Located(pointer="", detail="is not UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidMapping(errors=[Located(pointer="", detail=f"is not TOML: {error}")]) from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        raise InvalidMapping(errors=[_located(detail) for detail in error.errors()]) from error


_PLAIN_WORDS = {"missing": "is missing", "extra_forbidden": "is not a key of a mapping"}


def _located(error: ErrorDetails) -> Located:
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in error["loc"])
    detail = _PLAIN_WORDS.get(error["type"]) or rule_of(error)
    return Located(pointer=pointer, detail=detail)
