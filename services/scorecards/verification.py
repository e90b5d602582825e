"""Whether the scores that stand are those of the ledger and of the bus, byte for byte (reliability.md, Invariants)."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date

import sqlalchemy as sa

from services.scorecards import usecases
from services.scorecards.handlers import REPLAYED_TOPICS, replayed
from services.scorecards.tables import LedgerEntry, PortfolioRow, Scorecard
from shared.bus import Bus
from shared.clock import system_clock
from shared.db import Database, Tx
from shared.verify import Check

portfolio = PortfolioRow.__table__
ledger = LedgerEntry.__table__
scorecards = Scorecard.__table__
# What an entry says. Not its event: of two events that say the same, either may have been heard first.
SAID = [column for column in ledger.c if column.name != "event_id"]


def verify_scores(database: Database, bus: Bus) -> Iterator[Check]:
    """Evidence and scores that stand, beside those made anew from the ledger and from the bus read from offset zero."""
    with database.read() as tx:
        days = _days(tx)
        entries, scores = set(_entries(tx)), list(usecases.canonical_export(tx))
        from_ledger = list(usecases.rescored_export(tx, days))
        yield _one_card_each(tx)
    with replayed(bus.read_all(REPLAYED_TOPICS), system_clock()) as heard, heard.read() as tx:
        heard_entries, heard_days = set(_entries(tx)), _days(tx)
        from_bus = list(usecases.rescored_export(tx, {key: days.get(key, day) for key, day in heard_days.items()}))
    wrong = [f"only the ledger has {entry}" for entry in sorted(entries - heard_entries)]
    wrong += [f"only the bus has {entry}" for entry in sorted(heard_entries - entries)]
    yield Check("scorecards", "4 the ledger holds what the bus says, once", len(entries), wrong)
    invariant = f"5 scores equal a rebuild from ledger and bus, SHA-256 {_digest(scores)}"
    yield Check(
        "scorecards",
        invariant,
        len(scores),
        [*_differences("ledger", scores, from_ledger), *_differences("bus", scores, from_bus)],
    )


def _one_card_each(tx: Tx) -> Check:
    same = [scorecards.c[name] for name in ("review_cycle_id", "period_starts_on", "relationship_id", "side")]
    counted = tx.run(sa.select(*same, sa.func.count().label("cards")).group_by(*same)).all()
    wrong = [f"{row.cards} scorecards of {', '.join(map(str, row[:4]))}" for row in counted if row.cards > 1]
    return Check("scorecards", "6 one scorecard per cycle, period, relationship and side", len(counted), wrong)


def _days(tx: Tx) -> Mapping[str, date]:
    return {row.relationship_id: row.as_of for row in tx.run(sa.select(portfolio.c.relationship_id, portfolio.c.as_of))}


def _entries(tx: Tx) -> Iterator[str]:
    for row in tx.run(sa.select(*SAID)):
        yield " ".join(map(str, row))


def _differences(origin: str, stand: list[bytes], anew: list[bytes]) -> Iterator[str]:
    if _digest(stand) != _digest(anew):
        for line in sorted(set(anew) ^ set(stand)):
            where = "stands" if line in stand else f"from the {origin}"
            yield f"{where}: {line.decode().strip()}"


def _digest(lines: list[bytes]) -> str:
    return hashlib.sha256(b"".join(lines)).hexdigest()
