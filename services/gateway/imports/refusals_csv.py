"""Refused lines as a CSV, to be corrected in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync

from shared.auth import Actor
from shared.db.database import Database
from shared.http.pages import LIMIT_MOST, Page

from . import queries
from .schemas import RefusalOut

HEADER = ("line", "column", "value", "reason", "code")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def headers(import_id: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="refused-{import_id}.csv"'}


async def refusals(database: Database, import_id: str, actor: Actor) -> AsyncIterator[str]:
    """The lines of the CSV, page by page; `ImportNotFound` before the first."""
    page = await run_sync(_page, database, import_id, actor, None)
    return _lines(database, import_id, actor, page)


async def _lines(database: Database, import_id: str, actor: Actor, page: Page[RefusalOut]) -> AsyncIterator[str]:
    yield _line(HEADER)
    while True:
        for row in page.items:
            yield _line((row.line, *map(unformulated, (row.column, row.value, row.reason)), row.code))
        if page.next is None:
            return
        page = await run_sync(_page, database, import_id, actor, page.next)


def _page(database: Database, import_id: str, actor: Actor, after: str | None) -> Page[RefusalOut]:
    with database.read() as tx:
        return queries.list_refusals(tx, import_id, queries.RefusalFilter(), actor, after=after, limit=LIMIT_MOST)


def _line(cells: tuple[object, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def unformulated(cell: str | None) -> str:
    """A cell that a spreadsheet does not evaluate."""
    return "'" + cell if cell is not None and cell.startswith(_FORMULA) else cell or ""
