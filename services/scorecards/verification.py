"""Whether stored scores equal those of the ledger and the bus, to the byte (docs/design/reliability.md, Invariants)."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

import sqlalchemy as sa

from services.scorecards.handlers import REPLAYED_TOPICS, replayed
from services.scorecards.ledger.tables import ledger
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.scorecards.rights import PUBLISHED
from services.scorecards.scorecards.signing import snapshot_of
from services.scorecards.scorecards.tables import ScorecardRow, changes, scorecards, signatures
from services.scorecards.tiers.usecases import canonical_export, rescored_export
from shared.clock import system_clock
from shared.db.database import Database, Tx
from shared.messaging import epochs
from shared.messaging.bus import Bus
from shared.service import Check

# What an entry says. Not its event: of two events that say the same, either may have been applied first. Nor its
# instant: the release before stores none, and it is filled while both run.
COMPARED = [column for column in ledger.c if column.name not in ("event_id", "occurred_at", "occurred_version")]


def verify_scores(database: Database, bus: Bus) -> Iterator[Check]:
    """Stored evidence and scores, beside those computed again from the ledger and from the bus read from its start."""
    with database.read() as tx:
        days = _days(tx)
        entries, scores = set(_entries(tx)), list(canonical_export(tx))
        from_ledger = list(rescored_export(tx, days))
        yield _one_card_each(tx)
        yield _cards_are_evidence(tx)
        yield _signatures_hold(tx)
    with replayed(bus.read_all(REPLAYED_TOPICS), system_clock()) as replay, replay.read() as tx:
        replayed_entries, replayed_days = set(_entries(tx)), _days(tx)
        from_bus = list(rescored_export(tx, {key: days.get(key, day) for key, day in replayed_days.items()}))
    wrong = [f"only the ledger has {entry}" for entry in sorted(entries - replayed_entries)]
    wrong += [f"only the bus has {entry}" for entry in sorted(replayed_entries - entries)]
    yield Check("scorecards", "4 the ledger holds what the bus says, once", len(entries), wrong)
    yield _none_of_the_past(database)
    invariant = f"5 scores equal a rebuild from ledger and bus, SHA-256 {_digest(scores)}"
    yield Check(
        "scorecards",
        invariant,
        len(scores),
        [*_differences("ledger", scores, from_ledger), *_differences("bus", scores, from_bus)],
    )


def _none_of_the_past(database: Database) -> Check:
    with database.read() as tx:
        present = epochs.present(tx).get("engagements", 0)
        of_engagements = sa.select(ledger.c.source_kind, ledger.c.source_id, ledger.c.epoch).where(
            ledger.c.source_kind != "scorecard"
        )
        rows = tx.run(of_engagements).all()
    wrong = [f"{row.source_kind} {row.source_id} is of epoch {row.epoch}" for row in rows if row.epoch < present]
    return Check("scorecards", "4 the ledger holds nothing of an epoch that is over", len(rows), wrong)


def _one_card_each(tx: Tx) -> Check:
    """The key of cards forbids two of the same period's first day; periods that overlap are found here too."""
    same = ("review_cycle_id", "relationship_id", "side")
    columns = [scorecards.c[name] for name in (*same, "period_starts_on", "period_ends_on", "scorecard_id")]
    rows = tx.run(sa.select(*columns).order_by(*columns)).all()
    wrong = [
        f"scorecards {before.scorecard_id} and {row.scorecard_id} are of one cycle, period, relationship and side"
        for before, row in pairwise(rows)
        if before[:3] == row[:3] and row.period_starts_on <= before.period_ends_on
    ]
    return Check("scorecards", "6 one scorecard per cycle, period, relationship and side", len(rows), wrong)


def _cards_are_evidence(tx: Tx) -> Check:
    """A published card is in the ledger as it stands; and what the ledger has of cards was published once."""
    said = ("y_micro", "w_micro")
    of_cards = sa.select(ledger.c.source_id, *(ledger.c[name] for name in said)).where(
        ledger.c.source_kind == "scorecard"
    )
    entries: dict[str, tuple[int | None, ...]] = {row[0]: tuple(row[1:]) for row in tx.run(of_cards)}
    of_published = sa.select(scorecards.c.scorecard_id, *(scorecards.c[name] for name in said))
    cards = tx.run(of_published.where(scorecards.c.status.in_(PUBLISHED))).all()
    wrong = [
        f"scorecard {row[0]} is not in the ledger as it stands"
        for row in cards
        if entries.get(row[0]) != tuple(row[1:])
    ]
    once = set(tx.run(sa.select(changes.c.scorecard_id).where(changes.c.status == "published")).scalars())
    wrong += [f"the ledger has scorecard {key}, never published" for key in sorted(entries.keys() - once)]
    return Check("scorecards", "4 every published scorecard is one item of evidence", len(cards), wrong)


def _signatures_hold(tx: Tx) -> Check:
    """What was signed has the hash that was kept, and where the signature was not voided it is what stands."""
    rows = tx.run(sa.select(signatures).order_by(signatures.c.signature_id)).mappings().all()
    wrong = []
    for row in rows:
        if hashlib.sha256(row["snapshot"].encode()).hexdigest() != row["snapshot_sha256"]:
            wrong.append(f"signature {row['signature_id']} is of something else")
        elif row["voided_at"] is None and row["snapshot"] != snapshot_of(tx, _card(tx, row["scorecard_id"])):
            wrong.append(f"scorecard {row['scorecard_id']} was changed after signature {row['signature_id']}")
    return Check("scorecards", "6 every signature is of the scorecard that stands", len(rows), wrong)


def _card(tx: Tx, scorecard_id: str) -> ScorecardRow:
    [card] = tx.rows(sa.select(scorecards).where(scorecards.c.scorecard_id == scorecard_id), ScorecardRow)
    return card


def _days(tx: Tx) -> Mapping[str, date]:
    return {row.relationship_id: row.as_of for row in tx.run(sa.select(portfolio.c.relationship_id, portfolio.c.as_of))}


def _entries(tx: Tx) -> Iterator[str]:
    for row in tx.run(sa.select(*COMPARED)):
        yield " ".join(map(str, row))


def _differences(origin: str, stand: list[bytes], computed: list[bytes]) -> Iterator[str]:
    if _digest(stand) != _digest(computed):
        for line in sorted(set(computed) ^ set(stand)):
            where = "stands" if line in stand else f"from the {origin}"
            yield f"{where}: {line.decode().strip()}"


def _digest(lines: list[bytes]) -> str:
    return hashlib.sha256(b"".join(lines)).hexdigest()
