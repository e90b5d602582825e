"""Imports: the job, its file in pieces, and the lines that were refused."""

from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.auth import ActorKind
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Import(Table, table=True):
    """A job; ``actor_id`` of ``actor_kind`` (person or client) posted it, and it is run on their behalf."""

    __tablename__ = "import"
    __table_args__ = (sa.Index("import_by_state", "status", "import_id"),)

    import_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    status: str = Field(max_length=10)
    actor_id: str = Field(sa_type=id_type, index=True)
    actor_kind: str = Field(max_length=10)
    file_name: str = Field(max_length=200)
    file_bytes: int = Field(sa_type=sa.BigInteger)
    mapping: str = Field(sa_type=sa.Text)
    is_dry_run: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(sa_type=UtcDateTime)
    lines_done: int = Field(sa_type=sa.BigInteger)
    lines_of: int | None = Field(sa_type=sa.BigInteger)
    report: dict[str, object] | None = Field(sa_type=json_type)
    problem: dict[str, object] | None = Field(sa_type=json_type)
    holder: str | None = Field(sa_type=id_type)
    held_until_at: datetime | None = Field(sa_type=UtcDateTime)


class ImportRow(TypedDict):
    import_id: str
    version: int
    status: str
    actor_id: str
    actor_kind: ActorKind
    file_name: str
    file_bytes: int
    mapping: str
    is_dry_run: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lines_done: int
    lines_of: int | None
    report: dict[str, object] | None
    problem: dict[str, object] | None
    holder: str | None
    held_until_at: datetime | None


class ImportChunk(Table, table=True):
    """A piece of an upload. Pieces are stored before their import is, so they do not reference it."""

    __tablename__ = "import_chunk"

    import_id: str = Field(sa_type=id_type, primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes
    stored_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ImportRefusal(Table, table=True):
    """A refused line; ``code`` is null where it was refused before there were codes."""

    __tablename__ = "import_refusal"

    import_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="import.import_id")
    number: int = Field(sa_type=sa.BigInteger, primary_key=True)
    line: int = Field(sa_type=sa.BigInteger)
    column: str | None = Field(sa_type=sa.Text)
    value: str | None = Field(sa_type=sa.Text)
    reason: str = Field(sa_type=sa.Text)
    code: str | None = Field(max_length=80)
    folded: str | None = Field(sa_type=sa.Text)
    """What a search compares; null where the release before refused the line."""


imports = Import.__table__
chunks = ImportChunk.__table__
refusals = ImportRefusal.__table__
