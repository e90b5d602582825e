"""What a batch of events says, collected and then written at once: replicas, ledger, and what follows from them.

Of one record the highest (epoch, version) wins, in whatever order and how often it arrives
(docs/design/contract.md, Ledger).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards.events import CausedBy
from services.scorecards.ledger.tables import ledger
from services.scorecards.replicas.tables import accounts, contacts, engagements, members, relationships, standings
from services.scorecards.scoring.evidence import Evidence, day_number, make_item
from services.scorecards.scoring.policy import Kind
from services.scorecards.tiers import projection
from shared.clock import utc_day
from shared.db.bulk import where_missing
from shared.db.database import Tx
from shared.db.replicas import put_newest, put_teams

Row = dict[str, Any]


@dataclass
class PendingChanges:
    """The newest version of each record of this batch, by table and key; and the teams of the relationships."""

    rows: dict[sa.Table, dict[tuple[str, ...], Row]] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)

    def put(self, table: sa.Table, row: Row) -> bool:
        """Whether the row is newer than what this batch has said of the same record."""
        rows = self.rows.setdefault(table, {})
        key = tuple(row[column.name] for column in table.primary_key)
        known = rows.pop(key, None)
        is_newer = known is None or (known["epoch"], known["version"]) < (row["epoch"], row["version"])
        # Taken out and put in again, so that the last one applied stands last.
        rows[key] = row if known is None or is_newer else known
        return is_newer

    def sorted_rows(self, table: sa.Table) -> list[Row]:
        """The rows of a table in the order of their keys, in which every worker locks them."""
        return [row for _, row in sorted(self.rows.get(table, {}).items())]


def apply_account(pending: PendingChanges, **row: object) -> None:
    pending.put(accounts, row)


def apply_contact(pending: PendingChanges, **row: object) -> None:
    pending.put(contacts, row)


def apply_relationship(pending: PendingChanges, team: Iterable[str], *, relationship_id: str, **row: object) -> None:
    if pending.put(relationships, {"relationship_id": relationship_id, **row}):
        pending.teams[relationship_id] = sorted(set(team))


def apply_standing(pending: PendingChanges, **row: object) -> None:
    pending.put(standings, row)


def apply_engagement(pending: PendingChanges, **row: object) -> None:
    pending.put(engagements, row)


@dataclass(frozen=True)
class Source:
    """The record that an entry of the ledger is of, at one of its versions, and the event of that version."""

    source_kind: str
    source_id: str
    relationship_id: str
    epoch: int
    version: int
    event_id: str


_FACTS: Row = dict.fromkeys(
    (
        "evidence_kind", "on_day", "y_micro", "w_micro", "engagement_id", "status", "event_kind", "experience",
        "findings", "promised_on", "done_on", "is_accepted", "outcome", "late_cause", "attributes", "is_private",
        "occurred_at", "occurred_version",
    )
)  # fmt: skip


def enter(
    pending: PendingChanges, source: Source, evidence: Evidence | None = None, *, on: date | None = None,
    retracted: bool = False, **facts: object,
) -> None:  # fmt: skip
    """Enter a record into the ledger: as evidence, as a fact of the day `on`, or as a tombstone.

    Raises EvidenceRefused for what can be no evidence.
    """
    row = _FACTS | vars(source) | {"is_retracted": retracted} | facts
    if evidence is not None:
        item = make_item(source.source_kind, source.source_id, evidence.kind, evidence.on, evidence.y, evidence.w)
        row |= {
            "evidence_kind": str(item.kind), "on_day": item.on_day, "y_micro": item.y_micro, "w_micro": item.w_micro,
        }  # fmt: skip
    elif on is not None:
        row["on_day"] = day_number(on)
    pending.put(ledger, row)


def enter_scorecard(
    pending: PendingChanges, source: Source, period_ends_on: date, y: float | None, w: float | None
) -> None:
    """A published card is one item, dated the last day of its period; one without a rating is a fact alone."""
    evidence = None if y is None or w is None else Evidence(Kind.scorecard, y, w, period_ends_on)
    enter(pending, source, evidence, on=period_ends_on, status="published", done_on=period_ends_on)


def flush(tx: Tx, pending: PendingChanges, now: datetime) -> None:
    """Write the changes, score each affected relationship from its ledger, and announce what changed."""
    affected, changed = store(tx, pending, now)
    caused_by = {
        relationship_id: CausedBy(cause="evidence", source_kind=source_kind, source_id=source_id)
        for relationship_id, (source_kind, source_id) in changed.items()
    }
    projection.rescore(tx, {key: affected[key] for key in changed if key in affected}, caused_by, now)


def store(
    tx: Tx, pending: PendingChanges, now: datetime
) -> tuple[Mapping[str, sa.RowMapping], dict[str, tuple[str, str]]]:
    """Write the changes, but for scores: the affected portfolio rows, now locked; and the source by whose entry the
    ledger of a relationship changed (the last applied, where there are several).

    Locks are taken in one order, each table's by key: accounts, relationships, portfolio rows, and with them the
    entries. So two workers never wait for each other, and whoever comes second sees what the first has written.
    """
    renamed = _store_accounts(tx, pending)
    moved = [row.relationship_id for row in put_newest(tx, relationships, pending.sorted_rows(relationships))]
    put_teams(tx, members, {relationship_id: pending.teams[relationship_id] for relationship_id in moved})
    refreshed = {
        *moved,
        *_relationships_of(tx, renamed),
        *(row["relationship_id"] for row in pending.sorted_rows(standings)),
    }
    entries = pending.sorted_rows(ledger)
    rows = projection.lock(tx, refreshed | {row["relationship_id"] for row in entries}, utc_day(now))
    put_newest(tx, standings, pending.sorted_rows(standings))
    put_newest(tx, engagements, pending.sorted_rows(engagements))
    put_newest(tx, contacts, pending.sorted_rows(contacts))
    projection.refresh(tx, refreshed)
    written = {(row.source_kind, row.source_id) for row in put_newest(tx, ledger, entries)}
    order = [key for key in pending.rows.get(ledger, {}) if key in written]
    return rows, {pending.rows[ledger][key]["relationship_id"]: (key[0], key[1]) for key in order}


def _store_accounts(tx: Tx, pending: PendingChanges) -> list[str]:
    """Write accounts; those that a relationship names are locked too, with a row of version 0 for the unknown.

    Else one worker could write an account while another writes a relationship of it, neither seeing the other, and
    the portfolio would stay without its name.
    """
    changed = [row.account_id for row in put_newest(tx, accounts, pending.sorted_rows(accounts))]
    named = {row[end] for row in pending.sorted_rows(relationships) for end in ("sponsor_id", "provider_id")}
    if named:
        blank = {
            "epoch": 0, "version": 0, "name": "", "kind": None, "size": None, "region": None, "tags": [],
            "is_archived": False,
        }  # fmt: skip
        tx.insert_rows(accounts, [{"account_id": account_id, **blank} for account_id in sorted(named)], where_missing)
        locked = sa.select(accounts.c.account_id).where(tx.among(accounts.c.account_id, named))
        tx.run(locked.order_by(accounts.c.account_id).with_for_update(read=True)).all()
    return changed


def _relationships_of(tx: Tx, account_ids: Sequence[str]) -> Sequence[str]:
    if not account_ids:
        return ()
    ends = (relationships.c.sponsor_id, relationships.c.provider_id)
    of_them = sa.or_(*(tx.among(end, account_ids) for end in ends))
    return tx.run(sa.select(relationships.c.relationship_id).where(of_them)).scalars().all()
