"""What the routes of imports answer."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

Status = Literal["queued", "running", "done", "failed", "cancelled"]


class RefusalOut(BaseModel):
    """A line that was not taken, with the cell at fault where there is one."""

    line: int
    column: str | None
    value: str | None
    reason: str


class WarningOut(BaseModel):
    """A delivery that was taken although its lines disagree."""

    lines: list[int]
    external_id: str
    column: str
    detail: str


class ReportOut(BaseModel):
    """What an import did, or in a dry run would do. ``refused`` counts lines; the first 1,000 of each list are here."""

    is_dry_run: bool
    lines_read: int
    refused: int
    deliveries: int
    created: int
    existing: int
    accounts_created: int
    relationships_created: int
    warned: int
    refusals: list[RefusalOut]
    warnings: list[WarningOut]


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
    problem: dict[str, Any] | None


class ImportOut(ImportSummary):
    """``report`` is null until the import is done."""

    mapping: str
    report: ReportOut | None
