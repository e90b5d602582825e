"""What every read of scores shares: the tables, the policy, who may see what, and the evidence of relationships."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from services.scorecards.access import require_readable
from services.scorecards.ledger.tables import ledger
from services.scorecards.scoring.evidence import KIND_CODES, Columns
from services.scorecards.scoring.policy import Integers
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.errors import InvalidField

NO_EVIDENCE = Columns.of(())
FIRST_DAY = date(1970, 1, 1)
FURTHEST_DAYS = 731


def readable_evidence(tx: Tx, relationship_id: str, actor: Actor) -> Columns:
    """All live evidence of a relationship that this actor may read; `RelationshipNotFound` otherwise."""
    require_readable(tx, relationship_id, actor)
    shown = ("source_kind", "source_id", "evidence_kind", "on_day", "y_micro", "w_micro")
    statement = sa.select(*(ledger.c[name] for name in shown)).where(
        ledger.c.relationship_id == relationship_id, ledger.c.w_micro.is_not(None)
    )
    rows = tx.run(statement).all()
    if not rows:
        return NO_EVIDENCE
    source_kinds, source_ids, kinds, *numbers = zip(*rows, strict=True)
    on_day, y_micro, w_micro = np.array(numbers, np.int64)
    codes = np.array([KIND_CODES[kind] for kind in kinds], np.int64)
    return Columns(on_day, codes, y_micro, w_micro, list(zip(source_kinds, source_ids, strict=True)))


def ledgers(tx: Tx, relationship_ids: Collection[str]) -> dict[str, Columns]:
    """The live evidence of relationships, without its sources; those without any are not in the answer.

    The database writes each relationship's numbers of a kind into one text, which is read into an array at once: a row
    fetched per item costs ten times as much as folding it.
    """
    if not relationship_ids:
        return {}
    on_day, y_micro, w_micro = (sa.cast(ledger.c[name], sa.Text) for name in ("on_day", "y_micro", "w_micro"))
    written = sa.func.aggregate_strings(on_day + " " + y_micro + " " + w_micro, " ").label("written")
    keys = (ledger.c.relationship_id, ledger.c.evidence_kind)
    of_them = tx.among(ledger.c.relationship_id, relationship_ids)
    statement = sa.select(*keys, written).where(of_them, ledger.c.w_micro.is_not(None)).group_by(*keys)
    parts: dict[str, list[Integers]] = {}
    for row in tx.run(statement):
        numbers = np.fromstring(row.written, np.int64, sep=" ").reshape(-1, 3)
        kind = np.full(len(numbers), KIND_CODES[row.evidence_kind])
        parts.setdefault(row.relationship_id, []).append(np.column_stack((numbers, kind)))
    return {key: _columns(np.concatenate(of_kinds)) for key, of_kinds in parts.items()}


def _columns(rows: Integers) -> Columns:
    on_day, y_micro, w_micro, kind = rows.T
    return Columns(on_day, kind, y_micro, w_micro)


def chosen_day(name: str, day: date | None, now: datetime) -> date:
    """The day asked for, by default today (UTC): not before 1970, at most two years ahead."""
    today = utc_day(now)
    if day is None:
        return today
    if not FIRST_DAY <= day <= today + timedelta(days=FURTHEST_DAYS):
        raise InvalidField(name, f'"{day}" does not lie between 1970-01-01 and two years from today')
    return day
