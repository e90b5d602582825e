"""Imports as their posters and admins see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.db.records import Records, find
from shared.http.pages import Page
from shared.text import folded

from .errors import ImportNotFound
from .schemas import ImportOut, ImportSummary, ReasonOut, RefusalOut
from .tables import ImportRow, imports, refusals

REASONS_MOST = 50
UNKNOWN = "unknown"
"""The code of a refusal that was stored without one."""


@dataclass(frozen=True)
class RefusalFilter:
    """Which refusals: with these words in column, value or reason, of this column, for this code or this reason."""

    q: str | None = None
    column: str | None = None
    reason: str | None = None
    code: str | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.q is not None:
            columns = (refusals.c.column, refusals.c.value, refusals.c.reason)
            as_written = sa.or_(*(column.icontains(self.q, autoescape=True) for column in columns))
            by_folding = refusals.c.folded.contains(folded(self.q), autoescape=True)
            yield sa.or_(by_folding, sa.and_(refusals.c.folded.is_(None), as_written))
        if self.column is not None:
            yield refusals.c.column == self.column
        if self.reason is not None:
            yield refusals.c.reason == self.reason
        if self.code is not None:
            yield refusals.c.code == self.code


def get_import(tx: Tx, import_id: str, actor: Actor) -> ImportOut:
    row = find(tx, IMPORTS, import_id, actor)
    report = None if row["report"] is None else as_now(row["report"])
    return ImportOut.model_validate({**row, "id": row["import_id"], "report": report})


def list_imports(tx: Tx, actor: Actor, *, after: str | None, limit: int) -> Page[ImportSummary]:
    """Newest first."""
    columns = [column for column in imports.c if column.name in ImportSummary.model_fields]
    chosen = sa.select(imports.c.import_id, *columns).where(_readable(actor))
    found = tx.run(keyset(chosen, [(imports.c.import_id, True)], after, limit)).mappings().all()
    rows, following = cut(found, ["import_id"], limit)
    return Page(items=[ImportSummary(id=row["import_id"], **row) for row in rows], next=following)


def list_refusals(
    tx: Tx, import_id: str, chosen: RefusalFilter, actor: Actor, *, after: str | None, limit: int
) -> Page[RefusalOut]:
    """The refused lines that are asked for, in the order in which they were refused."""
    get_import(tx, import_id, actor)
    asked = sa.select(refusals).where(refusals.c.import_id == import_id, *chosen.conditions())
    found = tx.run(keyset(asked, [(refusals.c.number, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["number"], limit)
    return Page(
        items=[RefusalOut.model_validate({**row, "code": row["code"] or UNKNOWN}) for row in rows], next=following
    )


def list_reasons(tx: Tx, import_id: str, actor: Actor) -> Page[ReasonOut]:
    """Why lines were refused, what refused most first; while an import runs, of what is stored so far."""
    found = get_import(tx, import_id, actor)
    if found.report is not None and found.report.reasons:
        return Page(items=found.report.reasons, next=None)
    lines = sa.func.count().label("lines")
    first = [sa.func.min(refusals.c[name]).label(name) for name in ("reason", "line", "value")]
    # Refusals without a code differ by their reasons.
    why = (refusals.c.code, refusals.c.column, sa.case((refusals.c.code.is_(None), refusals.c.reason)))
    counted = sa.select(refusals.c.code, refusals.c.column, lines, *first).where(refusals.c.import_id == import_id)
    rows = tx.run(counted.group_by(*why).order_by(lines.desc(), *first[:1]).limit(REASONS_MOST)).mappings()
    return Page(items=[ReasonOut.model_validate({**row, "code": row["code"] or UNKNOWN}) for row in rows], next=None)


def as_now(report: Mapping[str, object]) -> dict[str, object]:
    """A stored report with what reports have today: older ones count no reasons and say no codes."""
    empty: dict[str, object] = {"form": None, "reasons": [], "cleaned": []}
    listed = report.get("refusals")
    coded = [{"code": UNKNOWN, **each} for each in listed] if isinstance(listed, list) else []
    return {**empty, **report, "refusals": coded}


def _readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Their poster's and the admins'."""
    return sa.true() if actor.is_admin else imports.c.actor_id == actor.actor_id


IMPORTS = Records[ImportRow](
    imports, lambda actor: sa.select(imports).where(_readable(actor)), lambda import_id: ImportNotFound()
)
