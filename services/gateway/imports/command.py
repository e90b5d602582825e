"""Imports from the command line: into the services at hand, or through the API of a gateway elsewhere."""

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import sqlalchemy as sa

from services.gateway.identity.queries import users
from services.gateway.upstream import Upstreams
from shared.auth import Actor
from shared.db.database import Database
from shared.errors import DomainError

from .apply import OnProgress, apply
from .mapping import parse_mapping
from .service_client import ServiceClient
from .track_record import TrackRecordFile

COMMAND_LINE = Actor("00000000-0000-7000-8000-000000000001", "Command line", "admin", "sponsor", "client")
"""Whoever may open the data folder; owns what is imported before anybody has signed up."""

POLL_S = 0.5
_TIMEOUT = httpx.Timeout(30, read=600, write=600)
"""Generous: the gateway answers an upload when it has stored all of it."""


_RENAMES = re.compile(rb"^[ \t]*accept_renames[ \t]*=.*$", re.MULTILINE)


class CannotImport(ValueError):
    """Why an import cannot begin or ended early, in one line."""


def read_mapping(mapping: Path, accept_renames: bool) -> bytes:
    """A mapping file, which says that other names are accepted where ``accept_renames`` does."""
    try:
        source = mapping.read_bytes()
    except OSError as error:
        raise CannotImport(f"{error.filename}: {error.strerror}") from error
    if not accept_renames:
        return source
    # A key of the whole document stands before its first table.
    return b"accept_renames = true\n" + _RENAMES.sub(b"", source.removeprefix(b"\xef\xbb\xbf"))


@contextmanager
def open_track_record(file: Path, mapping: bytes) -> Iterator[TrackRecordFile]:
    """A track record; errors of the file or its mapping, now or while it is read, are a `CannotImport`."""
    try:
        with file.open("rb") as opened, closing(TrackRecordFile(opened, parse_mapping(mapping))) as track_record:
            yield track_record
    except OSError as error:
        raise CannotImport(f"{error.filename}: {error.strerror}") from error
    except DomainError as error:
        raise CannotImport(in_one_line(error.problem())) from error


def import_here(
    track_record: TrackRecordFile, database: Database, upstreams: Upstreams, dry_run: bool, on_progress: OnProgress
) -> dict[str, object]:
    """Apply a track record to the services of this installation; ``database`` is the gateway's."""
    actor = first_admin(database) or COMMAND_LINE
    with ServiceClient(upstreams, lambda: actor) as send:
        return asdict(apply(track_record, send, dry_run=dry_run, on_progress=on_progress))


def first_admin(database: Database) -> Actor | None:
    """The first admin: the command line acts on their behalf."""
    is_admin = (users.c.role == "admin", users.c.side == "sponsor", users.c.disabled_at.is_(None))
    with database.read() as tx:
        row = tx.run(sa.select(users).where(*is_admin).order_by(users.c.user_id).limit(1)).mappings().first()
    return None if row is None else Actor(row["user_id"], row["name"], "admin", "sponsor", "person")


def import_through(
    url: str, token: str, file: Path, mapping: bytes, dry_run: bool, on_progress: OnProgress
) -> dict[str, object]:
    """Upload a file, follow the job to its end and return its report; `CannotImport` where there is none."""
    with open_track_record(file, mapping):
        pass  # errors of the file and its mapping are reported before anything is sent
    try:
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=_TIMEOUT) as client:
            with file.open("rb") as opened:
                files: dict[str, tuple[str, BinaryIO | bytes]] = {
                    "file": (file.name, opened),
                    "mapping": ("mapping.toml", mapping),
                }
                job = _answer(client.post("/api/v1/imports", files=files, data={"dry_run": str(dry_run).lower()}))
            while job["status"] in ("queued", "running"):
                on_progress(job["lines_done"], job["lines_of"])
                time.sleep(POLL_S)
                job = _answer(client.get(f"/api/v1/imports/{job['id']}"))
            on_progress(job["lines_done"], job["lines_of"])
    except httpx.HTTPError as error:
        raise CannotImport(f"{url} does not answer: {error}") from error
    if job["status"] == "done":
        report: dict[str, object] = job["report"]
        return report
    why = in_one_line(job["problem"]) if job["problem"] else "it was cancelled"
    raise CannotImport(f"import {job['id']} did not finish: {why}")


def _answer(response: httpx.Response) -> dict[str, Any]:  # an import as the contract has it
    try:
        body = response.json()
    except ValueError:
        raise CannotImport(f"{response.url} answers {response.status_code} without JSON") from None
    if not response.is_success:
        raise CannotImport(in_one_line(body))
    answer: dict[str, Any] = body
    return answer


def in_one_line(problem: dict[str, Any]) -> str:
    """A problem document with each of its located errors."""
    errors = [f"{error['pointer']} {error['detail']}".strip() for error in problem.get("errors", ())]
    return "; ".join([problem["detail"], *errors])
