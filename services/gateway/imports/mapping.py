"""The mapping file of an import: which column, or which constant, fills which field (docs/imports.md).

A mapping is data alone: nothing in it is ever evaluated.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
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

from .amounts import DecimalSign, ThousandsSign
from .fields import (
    MAX_WEIGHT,
    CauseField,
    Closed,
    Column,
    DateField,
    Field,
    FlagField,
    IdField,
    NumberField,
    ReasonField,
    RegionField,
    SizeField,
    Text,
    TextField,
    check_signs,
)

AccountKind = Literal["sponsor", "provider", "other"]
Delimiter = Literal[",", ";", "|", "tab"]
DELIMITERS: dict[Delimiter, str] = {",": ",", ";": ";", "|": "|", "tab": "\t"}
WIDE = ("utf-16", "utf-16-le", "utf-16-be")
MAX_HEADER_LINE = 10_000


class InvalidMapping(DomainError):
    """The mapping cannot be used; each error points into the mapping file."""

    slug, status, title = "invalid-mapping", 422, "The mapping is not right"


def _readable(name: str) -> str:
    """An encoding that can be read line by line: one that extends ASCII, or UTF-16."""
    try:
        is_readable = name.lower().replace("_", "-") in WIDE or '"a,\n'.encode(name) == b'"a,\n'
    except (LookupError, UnicodeError, ValueError):
        is_readable = False
    if not is_readable:
        raise ValueError(
            "is not an encoding that extends ASCII, as utf-8 or cp1252, nor utf-16; convert the file first"
        )
    return name


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


System = Annotated[Text, StringConstraints(max_length=80)]


class _Party(Closed):
    """An account, found by ``external_id`` in ``external_system`` or made."""

    name: TextField
    """What the company is called."""
    external_system: System
    """The system whose id identifies the company, up to 80 characters."""
    external_id: IdField
    """The company's id in that system."""
    size: SizeField | None = None
    """The company's size; null where nothing says it."""
    region: RegionField | None = None
    """Where the company is; null where nothing says it."""


class Sponsor(_Party):
    kind: AccountKind = "sponsor"
    """The kind of account that is made."""


class Provider(_Party):
    kind: AccountKind = "provider"
    """The kind of account that is made."""


class RelationshipDefaults(Closed):
    """What a relationship is given when the import makes it; one that exists is left as it is."""

    visibility: Literal["open", "restricted"] = "open"
    """Whether everybody of the sponsor side reads it, or only its team and admins."""
    started_on: Annotated[date, Strict()] | None = None
    """The day on which the two began to work together; null where it is not said."""


class DeliveryFields(Closed):
    """One delivery: the lines of one relationship with the same ``key``, which is also its external id."""

    key: Annotated[tuple[Column, ...], BeforeValidator(_as_list), Bounded(min_length=1)]
    """The columns whose cells together are the delivery's external id: lines of one sponsor and provider with the same
    are one delivery."""
    promised_on: DateField
    """The day first promised."""
    delivered_on: DateField | None = None
    """The day of delivery; null where none is read, and the promises are open."""
    accepted: FlagField = FlagField(constant=True)
    """Whether it was accepted; without it, it was."""
    weight: NumberField = NumberField(constant=Decimal(1))
    """How much it counts, above 0, at most 3; without it 1."""
    quantity: NumberField | None = None
    """How much was delivered; null where it is not read."""
    ordered_quantity: NumberField | None = None
    """How much was ordered; null where it is not read."""
    in_full_from: Annotated[Decimal, Bounded(gt=0, le=1)] | None = None
    """The part of what was ordered, above 0, at most 1, from which a delivery counts as accepted; null where it is not
    compared."""
    late_cause: CauseField | None = None
    """Through whom it was late; null where it is not read."""
    reason: ReasonField | None = None
    """Why it was late or called off; null where it is not read."""
    cancelled_on: DateField | None = None
    """The day on which it was called off; null where it is not read."""
    cancelled_by: Literal["sponsor", "provider"] = "sponsor"
    """Who called off what has such a day."""
    confirm_future: Annotated[bool, Strict()] = False
    """Take promises for a day more than 366 days ahead, which are refused otherwise."""

    @model_validator(mode="after")
    def _says_what_its_rules_need(self) -> Self:
        if self.in_full_from is not None and (self.quantity is None or self.ordered_quantity is None):
            raise ValueError("has in_full_from, which compares quantity with ordered_quantity: it needs both")
        if self.cancelled_on is not None and self.reason is None:
            raise ValueError('has cancelled_on, which needs a reason: a column, or a constant as "not said"')
        return self

    @field_validator("weight")
    @classmethod
    def _weighs(cls, weight: NumberField) -> NumberField:
        if weight.constant is not None and not 0 < weight.constant <= MAX_WEIGHT:
            raise ValueError(f"has a constant that is not above 0 and at most {MAX_WEIGHT}")
        return weight


class FileFormat(Closed):
    """How the file is written; what is not said is found where the file shows it plainly, and said in the report."""

    encoding: Annotated[str, AfterValidator(_readable)] | None = None
    """The file's encoding, as utf-8 or cp1252; null where it is found."""
    delimiter: Annotated[Delimiter | None, BeforeValidator(lambda value: "tab" if value == "\t" else value)] = None
    """What parts the cells."""
    quotes: Literal["marks", "text"] = "marks"
    """Whether quotation marks stand around cells, or are part of the text."""
    blanks: tuple[str, ...] = ()
    """Texts that mean nothing, beside empty cells, as N/A."""
    sheet: Annotated[str, Bounded(min_length=1, max_length=200)] | None = None
    """The sheet of a workbook, up to 200 characters; null: the first that is shown and not empty."""
    header_line: Annotated[int, Strict(), Bounded(ge=1, le=MAX_HEADER_LINE)] | None = None
    """The number of the header's line, from 1; null: the first that has the mapping's columns."""
    skip_lines: Annotated[int, Strict(), Bounded(ge=0, le=MAX_HEADER_LINE)] | None = None
    """How many lines at the beginning are not read; null: none."""
    decimal: DecimalSign | None = None
    """The decimal sign of numbers; null where each number says it."""
    thousands: ThousandsSign | None = None
    """The sign between thousands; null where each number says it."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_signs(self)
        if self.header_line is not None and self.header_line <= (self.skip_lines or 0):
            raise ValueError("has a header_line among the lines that skip_lines leaves out")
        return self


class Mapping(Closed):
    """A whole mapping file, checked."""

    accept_renames: Annotated[bool, Strict()] = False
    """Take lines that say another name, region or size of an account than is known of it."""
    file: FileFormat = FileFormat()
    """How the file is written."""
    sponsor: Sponsor
    """The account that was promised to."""
    provider: Provider
    """The account that promised."""
    relationship: RelationshipDefaults = RelationshipDefaults()
    """What a relationship is given when the import makes it."""
    delivery: DeliveryFields
    """What was promised and delivered."""

    @model_validator(mode="before")
    @classmethod
    def _has_it_among_the_settings_of_the_file(cls, given: object) -> object:
        """`accept_renames` is taken from `[file]` too: that is where the other settings are."""
        if not isinstance(given, dict) or not isinstance(file := given.get("file"), dict):
            return given
        if "accept_renames" not in file or "accept_renames" in given:
            return given
        others = {key: value for key, value in file.items() if key != "accept_renames"}
        return {**given, "file": others, "accept_renames": file["accept_renames"]}

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
        document = tomllib.loads(source if isinstance(source, str) else source.decode("utf-8-sig"))
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
