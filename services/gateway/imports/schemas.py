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
    column: str | None
    value: str | None
    reason: str
    code: str


class WarningOut(BaseModel):
    """A delivery that was taken although its lines disagree."""

    lines: list[int]
    external_id: str
    column: str
    detail: str


class ReasonOut(BaseModel):
    """Why lines were not taken, and how many; `reason`, `line` and `value` are of the first of them."""

    code: str
    column: str | None
    reason: str
    lines: int
    line: int
    value: str | None


class FormOut(BaseModel):
    """How a file was read; `notes` are sentences about what was found rather than said by the mapping."""

    header_line: int
    kind: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[str]
    notes: list[str]


class CleanedOut(BaseModel):
    """What was taken off the texts of a column, in how many cells, and the first of them as it was read."""

    column: str
    what: str
    cells: int
    line: int
    value: str


class ReportOut(BaseModel):
    """What an import did, or in a dry run would do.

    `refused` counts lines. `reasons` counts refusals, the most frequent first; `refusals` has at most 1,000 of them by
    reason, each reason with some. At most 1,000 warnings are here.
    """

    is_dry_run: bool
    lines_read: int
    refused: int
    deliveries: int
    created: int
    existing: int
    accounts_created: int
    relationships_created: int
    warned: int
    form: FormOut | None
    reasons: list[ReasonOut]
    refusals: list[RefusalOut]
    warnings: list[WarningOut]
    cleaned: list[CleanedOut]


class ImportSummary(BaseModel):
    """``lines_of`` is null until the file has been read once; ``problem`` says why an import failed."""

    id: str
    version: int
    status: Status
    actor_id: str
    file_name: str
    file_bytes: int
    is_dry_run: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lines_done: int
    lines_of: int | None
    problem: dict[str, object] | None


class ImportOut(ImportSummary):
    """``report`` is null until the import is done."""

    mapping: str
    report: ReportOut | None


class RecordOut(BaseModel):
    """A line of a file before any mapping; `cells` is empty where it cannot be read."""

    line: int
    cells: list[str]


class PartyOut(BaseModel):
    name: str
    external_id: str
    size: str | None
    region: str | None


class DeliveryPreview(BaseModel):
    """A delivery as the mapping reads it from `lines`."""

    lines: list[int]
    sponsor: PartyOut
    provider: PartyOut
    external_id: str
    promised_on: date
    delivered_on: date | None
    accepted: bool
    weight: Decimal
    quantity: Decimal | None
    late_cause: str | None
    reason: str | None
    cancelled_on: date | None


class ColumnOfAmounts(BaseModel):
    """A column whose numbers have signs: the decimal sign that they show, and a number that can be read in two ways."""

    column: str
    decimal: str | None
    ambiguous: str | None
    readings: list[str]


class PreviewOut(BaseModel):
    """The first lines of a file, and what a mapping makes of them.

    `mapping` is it as understood, with its defaults; null where it cannot be used, and `errors` say where and why.
    """

    form: FormOut | None
    header: list[str]
    records: list[RecordOut]
    amounts: list[ColumnOfAmounts]
    mapping: Mapping | None
    errors: list[Located]
    deliveries: list[DeliveryPreview]
    refusals: list[RefusalOut]
    warnings: list[WarningOut]
    cleaned: list[CleanedOut]
