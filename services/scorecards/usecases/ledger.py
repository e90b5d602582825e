"""What was heard, collected over a transaction and then written at once: replicas, ledger, and what follows from them.

Of one record the highest (epoch, version) wins, in whatever order and how often it is heard (contract.md, Ledger).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards.events import CausedBy
from services.scorecards.queries import accounts, contacts, engagements, ledger, members, relationships, standings
from services.scorecards.scoring import Evidence, Kind, day_number, make_item
from services.scorecards.usecases import portfolio
from shared.clock import utc_day
from shared.db.bulk import where_missing
from shared.db.database import Tx

Row = dict[str, Any]


@dataclass
class Heard:
    """The newest of each record heard in this transaction, by table and key; and the teams of the relationships."""

    rows: dict[sa.Table, dict[tuple[str, ...], Row]] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Tx) -> "Heard":
        heard: Heard = tx.info.setdefault("heard", cls())
        return heard

    def keep(self, table: sa.Table, row: Row) -> bool:
        """Whether the row is newer than what this transaction has heard of the same record."""
        rows = self.rows.setdefault(table, {})
        key = tuple(row[column.name] for column in table.primary_key)
        known = rows.pop(key, None)
        is_newer = known is None or (known["epoch"], known["version"]) < (row["epoch"], row["version"])
        # Taken out and put in again, so that the last one heard stands last.
        rows[key] = row if known is None or is_newer else known
        return is_newer

    def take(self, table: sa.Table) -> list[Row]:
        """Rows by key: whoever writes several locks them in the one order that everybody does."""
        return [row for _, row in sorted(self.rows.get(table, {}).items())]


def hear_account(tx: Tx, **row: Any) -> None:
    Heard.of(tx).keep(accounts, row)


def hear_contact(tx: Tx, **row: Any) -> None:
    Heard.of(tx).keep(contacts, row)


def hear_relationship(tx: Tx, team: Iterable[str], **row: Any) -> None:
    heard = Heard.of(tx)
    if heard.keep(relationships, row):
        heard.teams[row["relationship_id"]] = sorted(set(team))


def hear_standing(tx: Tx, **row: Any) -> None:
    Heard.of(tx).keep(standings, row)


def hear_engagement(tx: Tx, **row: Any) -> None:
    Heard.of(tx).keep(engagements, row)


@dataclass(frozen=True)
class Source:
    """The record that an entry of the ledger is of, at one of its versions, and the event that told of it."""

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
    )
)  # fmt: skip


def enter(
    tx: Tx, source: Source, evidence: Evidence | None = None, *, on: date | None = None, retracted: bool = False,
    **facts: Any,
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
    Heard.of(tx).keep(ledger, row)


def enter_scorecard(tx: Tx, source: Source, period_ends_on: date, y: float | None, w: float | None) -> None:
    """A published card is one item, dated the last day of its period; one without a rating is a fact alone."""
    evidence = None if y is None or w is None else Evidence(Kind.scorecard, y, w, period_ends_on)
    enter(tx, source, evidence, on=period_ends_on, status="published", done_on=period_ends_on)


def settle(tx: Tx, now: datetime) -> None:
    """Write what was heard, score each touched relationship anew from its ledger, and announce what changed."""
    touched, changed = store(tx, now)
    caused_by = {
        relationship_id: CausedBy(cause="evidence", source_kind=source_kind, source_id=source_id)
        for relationship_id, (source_kind, source_id) in changed.items()
    }
    portfolio.refold(tx, {key: touched[key] for key in changed if key in touched}, caused_by, now)


def store(tx: Tx, now: datetime) -> tuple[Mapping[str, sa.RowMapping], dict[str, tuple[str, str]]]:
    """Write what was heard, scores apart: the portfolio rows touched, now locked; and the source by whose entry the
    ledger of a relationship changed (the last heard, where there are several).

    Locks are taken in one order, each table's by key: accounts, relationships, portfolio rows, and with them the
    entries. So two workers never wait for each other, and whoever comes second sees what the first has written.
    """
    heard: Heard = tx.info.pop("heard", Heard())
    renamed = _store_accounts(tx, heard)
    moved = [row.relationship_id for row in _put(tx, relationships, heard.take(relationships))]
    _put_teams(tx, {relationship_id: heard.teams[relationship_id] for relationship_id in moved})
    drawn = {*moved, *_relationships_of(tx, renamed), *(row["relationship_id"] for row in heard.take(standings))}
    entries = heard.take(ledger)
    rows = portfolio.lock(tx, drawn | {row["relationship_id"] for row in entries}, utc_day(now))
    _put(tx, standings, heard.take(standings))
    _put(tx, engagements, heard.take(engagements))
    _put(tx, contacts, heard.take(contacts))
    portfolio.draw(tx, drawn)
    written = {(row.source_kind, row.source_id) for row in _put(tx, ledger, entries)}
    order = [key for key in heard.rows.get(ledger, {}) if key in written]
    return rows, {heard.rows[ledger][key]["relationship_id"]: (key[0], key[1]) for key in order}


def _store_accounts(tx: Tx, heard: Heard) -> list[str]:
    """Write accounts; those that a relationship names are locked too, with a place held for the unknown.

    Else one worker could write an account while another writes a relationship of it, neither seeing the other, and
    the portfolio would stay without its name.
    """
    changed = [row.account_id for row in _put(tx, accounts, heard.take(accounts))]
    named = {row[end] for row in heard.take(relationships) for end in ("sponsor_id", "provider_id")}
    if named:
        blank = {
            "epoch": 0, "version": 0, "name": "", "kind": None, "size": None, "region": None, "tags": [],
            "is_archived": False,
        }  # fmt: skip
        tx.insert_rows(accounts, [{"account_id": account_id, **blank} for account_id in sorted(named)], where_missing)
        held = sa.select(accounts.c.account_id).where(tx.among(accounts.c.account_id, named))
        tx.run(held.order_by(accounts.c.account_id).with_for_update(read=True)).all()
    return changed


def _relationships_of(tx: Tx, account_ids: Sequence[str]) -> Sequence[str]:
    if not account_ids:
        return ()
    ends = (relationships.c.sponsor_id, relationships.c.provider_id)
    of_them = sa.or_(*(tx.among(end, account_ids) for end in ends))
    return tx.run(sa.select(relationships.c.relationship_id).where(of_them)).scalars().all()


def _put_teams(tx: Tx, teams: Mapping[str, Sequence[str]]) -> None:
    if not teams:
        return
    tx.run(sa.delete(members).where(tx.among(members.c.relationship_id, teams)))
    rows = [{"relationship_id": key, "actor_id": actor_id} for key, team in teams.items() for actor_id in team]
    tx.insert_rows(members, rows)


def _put(tx: Tx, table: sa.Table, rows: Sequence[Row]) -> Sequence[sa.Row[Any]]:
    """Insert rows or replace older ones; the keys of those that changed anything."""
    return tx.insert_rows(table, rows, _where_newer)


def _where_newer(insert: Any) -> Any:
    table, new = insert.table, insert.excluded
    is_newer = sa.or_(table.c.epoch < new.epoch, sa.and_(table.c.epoch == new.epoch, table.c.version < new.version))
    keys = list(table.primary_key)
    others = {column.name: new[column.name] for column in table.c if column not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=others, where=is_newer).returning(*keys)
