"""What the routes of imports answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from shared.errors import Located

from .mapping import Mapping

Status = Literal["queued", "running", "done", "failed", "cancelled"]


class RefusalOut(BaseModel):
    """A line that was not taken, with the cell at fault where there is one; `code` says why and never changes."""

    line: int
    """The number of the line in the file, from 1 for the first."""
    column: str | None
    """The column of the cell at fault, as the header has it; null where the whole line is."""
    value: str | None
    """What the cell holds, cut where it is long; null where the whole line is at fault."""
    reason: str
    """Why it was not taken, for people."""
    code: str
    """Names the reason for programs; it never changes."""


class WarningOut(BaseModel):
    """A delivery that was taken although its lines disagree."""

    lines: list[int]
    """The numbers of the lines that the delivery is of."""
    external_id: str
    """The delivery's external id."""
    column: str
    """The column in which they disagree."""
    detail: str
    """What they say, and what was taken."""


class ReasonOut(BaseModel):
    """Why lines were not taken, and how many; `reason`, `line` and `value` are of the first of them."""

    code: str
    """Names the reason for programs; it never changes."""
    column: str | None
    """The column at fault; null where whole lines are."""
    reason: str
    """Why they were not taken, for people."""
    lines: int
    """How many lines were refused for it."""
    line: int
    """The number of the first of those lines."""
    value: str | None
    """What the cell of the first of them holds; null where the whole line is at fault."""


class FormOut(BaseModel):
    """How a file was read; `notes` are sentences about what was found rather than said by the mapping."""

    header_line: int
    """The number of the line that the header is on, from 1."""
    kind: str
    """What the file is: text or a workbook."""
    encoding: str | None
    """The encoding that it was read in; null of a workbook."""
    delimiter: str | None
    """What parts its cells; null of a workbook."""
    sheet: str | None
    """The sheet that was read; null of a text."""
    sheets: list[str]
    """Every sheet of a workbook; empty of a text."""
    notes: list[str]
    """Sentences about what was found rather than said by the mapping."""


class CleanedOut(BaseModel):
    """What was taken off the texts of a column, in how many cells, and the first of them as it was read."""

    column: str
    """The column whose texts were cleaned."""
    what: str
    """What was taken off."""
    cells: int
    """From how many cells."""
    line: int
    """The number of the first of those lines."""
    value: str
    """The text of the first of them as it was read."""


class ReportOut(BaseModel):
    """What an import did, or in a dry run would do.

    `refused` counts lines. `reasons` counts refusals, the most frequent first; `refusals` has at most 1,000 of them by
    reason, each reason with some. At most 1,000 warnings are here.
    """

    is_dry_run: bool
    """Whether nothing was written."""
    lines_read: int
    """How many lines with content there are, without the header."""
    refused: int
    """How many lines were not taken."""
    deliveries: int
    """How many deliveries the file holds."""
    created: int
    """How many of them were recorded."""
    existing: int
    """How many of them were there already."""
    accounts_created: int
    """How many accounts were made."""
    relationships_created: int
    """How many relationships were made."""
    warned: int
    """How many warnings there are."""
    form: FormOut | None
    """How the file was read; null where it was not."""
    reasons: list[ReasonOut]
    """Why lines were not taken, the most frequent reason first."""
    refusals: list[RefusalOut]
    """Up to 1,000 refused lines; all are counted."""
    warnings: list[WarningOut]
    """Up to 1,000 deliveries that were taken although their lines disagree."""
    cleaned: list[CleanedOut]
    """What was taken off the texts of cells, by column."""


class ImportSummary(BaseModel):
    """``lines_of`` is null until the file has been read once; ``problem`` says why an import failed."""

    id: str
    version: int
    status: Status
    """queued, running, done, failed or cancelled."""
    actor_id: str
    """The id of the person or client on whose behalf it runs."""
    file_name: str
    """What the file is called, up to 200 characters."""
    file_bytes: int
    """How large the file is, in bytes."""
    is_dry_run: bool
    """Whether nothing is written."""
    created_at: datetime
    started_at: datetime | None
    """When a worker began with it (UTC); null while it waits."""
    finished_at: datetime | None
    """When it ended (UTC); null while it has not."""
    lines_done: int
    """How many lines are done."""
    lines_of: int | None
    """How many lines there are; null until the file has been read once."""
    problem: dict[str, object] | None
    """Why it failed, as a refusal says it; null where it did not."""


class ImportOut(ImportSummary):
    """``report`` is null until the import is done."""

    mapping: str
    """The mapping file's TOML, as it was given."""
    report: ReportOut | None
    """What it did; null until it is done."""


class RecordOut(BaseModel):
    """A line of a file before any mapping; `cells` is empty where it cannot be read."""

    line: int
    """The number of the line in the file, from 1."""
    cells: list[str]
    """What its cells hold; empty where it cannot be read."""


class PartyOut(BaseModel):
    name: str
    """What the company is called."""
    external_id: str
    """What the other system calls it."""
    size: str | None
    """The company's size; null where no column says it."""
    region: str | None
    """Where the company is; null where no column says it."""


class DeliveryPreview(BaseModel):
    """A delivery as the mapping reads it from `lines`."""

    lines: list[int]
    """The numbers of the lines that it is of."""
    sponsor: PartyOut
    """Whom it was promised to."""
    provider: PartyOut
    """Who promised it."""
    external_id: str
    """What the other system calls it."""
    promised_on: date
    """The day first promised."""
    delivered_on: date | None
    """The day on which it was handed over; null while it is open."""
    accepted: bool
    """Whether it was accepted."""
    weight: Decimal
    """How much it counts, above 0, at most 3."""
    quantity: Decimal | None
    """How much was delivered; null where no column says it."""
    late_cause: str | None
    """Through whom it was late; null where nothing is said."""
    reason: str | None
    """Why it was late or called off; null where nothing is said."""
    cancelled_on: date | None
    """The day on which it was called off; null where it was not."""


class ColumnOfAmounts(BaseModel):
    """A column whose numbers have signs: the decimal sign that they show, and a number that can be read in two ways."""

    column: str
    """The column, as the header has it."""
    decimal: str | None
    """The decimal sign that its cells show; null where none does."""
    ambiguous: str | None
    """A number of it that can be read in two ways; null where there is none."""
    readings: list[str]
    """The ways in which that number can be read."""


class PreviewOut(BaseModel):
    """The first lines of a file, and what a mapping makes of them.

    `mapping` is it as understood, with its defaults; null where it cannot be used, and `errors` say where and why.
    """

    form: FormOut | None
    """How the file was read; null where it was not."""
    header: list[str]
    """The names of the columns."""
    records: list[RecordOut]
    """The first lines, as they are in the file."""
    amounts: list[ColumnOfAmounts]
    """The columns whose numbers have signs."""
    mapping: Mapping | None
    """The mapping as understood, with its defaults; null where it cannot be used."""
    errors: list[Located]
    """What is wrong with the mapping or the file, and where."""
    deliveries: list[DeliveryPreview]
    """What the mapping makes of those lines."""
    refusals: list[RefusalOut]
    """The lines of them that would not be taken."""
    warnings: list[WarningOut]
    """The deliveries of them whose lines disagree."""
    cleaned: list[CleanedOut]
    """What was taken off the texts of their cells."""
