"""Scores computed again: after a day has passed, or all of them; and the export by which two runs are compared."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

import pydantic_core
import sqlalchemy as sa

from services.scorecards.events import CausedBy
from services.scorecards.ledger.tables import ledger
from services.scorecards.policies.queries import current_policy
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import relationships, standings
from services.scorecards.tiers.projection import lock, refresh, rescore, scores_as_of
from shared.clock import utc_day
from shared.db.database import Database, Tx

BATCH = 500
Counts = dict[str, int]


def review_scores(database: Database, now: datetime) -> Counts:
    """Bring every row of an earlier day, or of another policy, to today: what has faded, and items whose day has come.

    Each batch is its own transaction, so a stopped review goes on where it was; run again, it finds nothing to do.
    """
    chosen = (
        sa.select(portfolio.c.relationship_id)
        .where(
            sa.or_(
                portfolio.c.as_of < utc_day(now),
                portfolio.c.policy_version != current_policy().version,
            )
        )
        .order_by(portfolio.c.relationship_id)
        .limit(BATCH)
    )
    total: Counts = {}
    while True:
        with database.write() as tx:
            due = tx.run(chosen).scalars().all()
            if not due:
                return total
            _score(tx, due, "review", now, total)


def rebuild_scores(
    database: Database, now: datetime, on_progress: Callable[[int], None] = lambda relationships: None
) -> Counts:
    """Score everything again from the ledger and refresh it from the replicas; `on_progress` gets the number done.

    A change is announced only where the stored score or tier differs. Each batch is its own transaction, while
    no other writes of its relationships, so it may run beside live work.
    """
    total: Counts = {}
    after = ""
    while True:
        with database.write() as tx:
            ids = _known_ids(tx, after)
            if not ids:
                return total
            lock(tx, ids, utc_day(now))
            refresh(tx, ids)
            _score(tx, ids, "rebuild", now, total)
        after = ids[-1]
        on_progress(total["relationships"])


def _known_ids(tx: Tx, after: str) -> list[str]:
    """The next ids of whatever anything is known of, also where the portfolio has lost it."""
    of_each = [
        sa.select(
            sa.select(table.c.relationship_id)
            .where(table.c.relationship_id > after)
            .distinct()
            .order_by(table.c.relationship_id)
            .limit(BATCH)
            .subquery()
        )
        for table in (portfolio, relationships, standings, ledger)
    ]
    return sorted(tx.run(sa.union(*of_each)).scalars())[:BATCH]


def _score(
    tx: Tx, relationship_ids: Collection[str], cause: Literal["review", "rebuild"], now: datetime, total: Counts
) -> None:
    rows = lock(tx, relationship_ids, utc_day(now))
    counts = rescore(tx, rows, dict.fromkeys(rows, CausedBy(cause=cause)), now)
    for name, count in counts.items():
        total[name] = total.get(name, 0) + count


_EXPORTED = (
    "relationship_id", "as_of", "policy_version", "score", "p", "lower", "upper", "depth", "tenure_days",
    "evidence_count", "is_unproven", "tier", "tier_since", "tier_changes", "change", "monthly_scores",
)  # fmt: skip


def canonical_export(tx: Tx) -> Iterator[bytes]:
    """All scores as JSON lines in the order of the relationships' ids: equal bytes where all scores are equal.

    Floats are written in the fewest digits that name them, so two that differ in one bit differ here.
    """
    statement = sa.select(*(portfolio.c[name] for name in _EXPORTED)).order_by(portfolio.c.relationship_id)
    for row in tx.run(statement).mappings():
        yield _line(row)


def rescored_export(tx: Tx, days: Mapping[str, date]) -> Iterator[bytes]:
    """What `canonical_export` would give if each of these relationships were scored now, from its ledger, as of its
    day; nothing is written."""
    ids = sorted(days)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for relationship_id, scores in scores_as_of(tx, {key: days[key] for key in batch}).items():
            yield _line({"relationship_id": relationship_id, **scores})


def _line(row: Mapping[str, object] | sa.RowMapping) -> bytes:
    return pydantic_core.to_json([row[name] for name in _EXPORTED]) + b"\n"
