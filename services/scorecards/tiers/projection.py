"""The projection: one row per relationship, refreshed from the replicas and scored from its whole ledger.

One path serves what is live, the daily review and a rebuild, so that all three say the same.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TypedDict

import numpy as np
import sqlalchemy as sa

from services.scorecards.events import CausedBy, ScoreChanged, TierChanged
from services.scorecards.policies.queries import current_policy
from services.scorecards.portfolio.tables import portfolio, portfolio_names
from services.scorecards.replicas.tables import accounts, relationships, standings
from services.scorecards.scoring.evidence import day_number
from services.scorecards.scoring.exact import read
from services.scorecards.scoring.policy import Integers, Tier
from services.scorecards.scoring.tiers import Fold, fold, shown_days
from services.scorecards.tiers.evidence import NO_EVIDENCE, ledgers
from shared.clock import utc_day
from shared.db import outbox
from shared.db.bulk import where_missing
from shared.db.database import Tx

LOWEST_RUNG = "R0"
_UNKNOWN: dict[str, object] = {
    "is_known": False,
    "is_restricted": True,
    "is_archived": False,
    "sponsor_id": None,
    "sponsor_name": "",
    "provider_id": None,
    "provider_name": "",
    "provider_region": None,
    "provider_size": None,
    "name_key": "",
    "folded": "",
    "sort_key": "",
    "derived_from": None,
    "owner_id": None,
    "started_on": None,
    "rung": LOWEST_RUNG,
    "last_contact_on": None,
    "last_contact_key": date.min,
    "last_business_review_on": None,
    "next_touch_due_on": None,
}


class Scores(TypedDict):
    """What the ledger of a relationship comes to as of a day: columns of the projection."""

    score: float
    p: float
    lower: float
    upper: float
    depth: float
    tenure_days: int
    evidence_count: int
    is_unproven: bool
    tier: str
    tier_since: date | None
    tier_changes: list[list[int | str]]
    change: float
    monthly_scores: list[float]
    as_of: date
    policy_version: int


class ScoredRow(Scores):
    relationship_id: str
    version: int


def lock(tx: Tx, relationship_ids: Collection[str], today: date) -> Mapping[str, sa.RowMapping]:
    """The rows of these relationships, made where missing, locked in the order of ids until the transaction ends."""
    if not relationship_ids:
        return {}
    rows = _locked(tx, relationship_ids)
    missing = sorted(set(relationship_ids) - set(rows))
    if missing:
        blank = {**_UNKNOWN, **_scored(fold((), current_policy(), today))}
        versions = _announced_versions(tx, missing)
        made = [{"relationship_id": key, "version": versions.get(key, 0), **blank} for key in missing]
        tx.insert_rows(portfolio, made, where_missing)
        rows = _locked(tx, relationship_ids)
    return rows


def _locked(tx: Tx, relationship_ids: Collection[str]) -> dict[str, sa.RowMapping]:
    chosen = sa.select(portfolio).where(tx.among(portfolio.c.relationship_id, relationship_ids))
    locked = chosen.order_by(portfolio.c.relationship_id).with_for_update()
    return {row["relationship_id"]: row for row in tx.run(locked).mappings()}


def _announced_versions(tx: Tx, relationship_ids: Collection[str]) -> dict[str, int]:
    """The last version announced of each: a row that was lost goes on from there, for a version is given once."""
    aggregates = [f"{event.aggregate}:{key}" for event in (ScoreChanged, TierChanged) for key in relationship_ids]
    versions: dict[str, int] = {}
    for name in ("outbox", "outbox_archive"):
        table = tx.table(name)
        latest = sa.select(table.c.aggregate, sa.func.max(table.c.version).label("version"))
        for row in tx.run(latest.where(tx.among(table.c.aggregate, aggregates)).group_by(table.c.aggregate)):
            relationship_id = row.aggregate.split(":", 1)[1]
            versions[relationship_id] = max(row.version, versions.get(relationship_id, 0))
    return versions


def refresh(tx: Tx, relationship_ids: Collection[str]) -> None:
    """Write what the replicas say of these relationships, whose rows the transaction has locked, into them."""
    if not relationship_ids:
        return
    sponsors, providers = accounts.alias("sponsor"), accounts.alias("provider")
    joined = (
        portfolio.outerjoin(relationships, relationships.c.relationship_id == portfolio.c.relationship_id)
        .outerjoin(sponsors, sponsors.c.account_id == relationships.c.sponsor_id)
        .outerjoin(providers, providers.c.account_id == relationships.c.provider_id)
        .outerjoin(standings, standings.c.relationship_id == portfolio.c.relationship_id)
    )
    statement = sa.select(
        portfolio.c.relationship_id,
        relationships.c.relationship_id.is_not(None).label("is_known"),
        sa.func.coalesce(relationships.c.is_restricted, sa.true()).label("is_restricted"),
        sa.func.coalesce(relationships.c.is_archived, sa.false()).label("is_archived"),
        relationships.c.sponsor_id,
        sa.func.coalesce(sponsors.c.name, "").label("sponsor_name"),
        relationships.c.provider_id,
        sa.func.coalesce(providers.c.name, "").label("provider_name"),
        providers.c.region.label("provider_region"),
        providers.c.size.label("provider_size"),
        relationships.c.owner_id,
        relationships.c.started_on,
        sa.func.coalesce(standings.c.rung, LOWEST_RUNG).label("rung"),
        standings.c.last_contact_on,
        standings.c.last_business_review_on,
        standings.c.next_touch_due_on,
    ).select_from(joined)
    found = tx.run(statement.where(tx.among(portfolio.c.relationship_id, relationship_ids))).mappings()
    tx.update_rows(portfolio, [dict(row) | _keys(row) for row in found])


def _keys(row: sa.RowMapping) -> dict[str, object]:
    """What a list is searched and sorted by, which may not be null."""
    return {
        "name_key": row["provider_name"].casefold()[:200],
        "last_contact_key": row["last_contact_on"] or date.min,
        **portfolio_names.of(dict(row)),
    }


def rescore(
    tx: Tx, rows: Mapping[str, sa.RowMapping], caused_by: Mapping[str, CausedBy], now: datetime
) -> dict[str, int]:
    """Score relationships, whose rows are locked, from their ledgers; announce each changed score and tier.

    Returns counts of relationships, items and changes of the tier. A row is never taken back to an earlier day: the
    clocks of two workers may stand on two sides of midnight.
    """
    policy = current_policy()
    counts = {"relationships": len(rows), "items": 0, "tier_changes": 0}
    changed: list[ScoredRow] = []
    columns_of = ledgers(tx, rows)
    for relationship_id, row in rows.items():
        columns = columns_of.get(relationship_id, NO_EVIDENCE)
        counts["items"] += len(columns)
        new = _scored(fold(columns, policy, max(utc_day(now), row["as_of"])))
        if all(row[name] == value for name, value in new.items()):
            continue
        version = row["version"] + (new["score"] != row["score"] or new["tier"] != row["tier"])
        changed.append({"relationship_id": relationship_id, "version": version, **new})
        counts["tier_changes"] += new["tier"] != row["tier"]
        _announce(tx, row, changed[-1], caused_by[relationship_id], now)
    tx.update_rows(portfolio, changed)
    return counts


def scores_as_of(tx: Tx, days: Mapping[str, date]) -> dict[str, Scores]:
    """The scores of relationships, each as of its day, from their ledgers."""
    policy = current_policy()
    columns_of = ledgers(tx, days)
    return {key: _scored(fold(columns_of.get(key, NO_EVIDENCE), policy, day)) for key, day in days.items()}


_PRIOR_SCORE = read((), current_policy(), date(1970, 1, 1)).score


def _scored(folded: Fold) -> Scores:
    reading = folded.reading
    quarter_end, *monthly = _scores_at(folded, shown_days(reading.as_of))
    return {
        "score": reading.score,
        "p": reading.p,
        "lower": reading.lower,
        "upper": reading.upper,
        "depth": reading.depth,
        "tenure_days": reading.tenure_days,
        "evidence_count": reading.evidence_count,
        "is_unproven": reading.unproven,
        "tier": str(folded.tier),
        "tier_since": folded.tier_since,
        "tier_changes": [[day_number(change.on), str(change.to_tier)] for change in folded.changes],
        "change": reading.score - quarter_end,
        "monthly_scores": monthly,
        "as_of": reading.as_of,
        "policy_version": reading.policy_version,
    }


def _scores_at(folded: Fold, days: Integers) -> list[float]:
    """What `folded.score_at` says of each day, for all of them at once."""
    offsets = days - (folded.days[0] if len(folded.days) else days[-1] + 1)
    scores = np.full(len(days), _PRIOR_SCORE)
    scores[offsets >= 0] = 100 * folded.course.p[offsets[offsets >= 0]]
    return list(scores.tolist())


def _announce(tx: Tx, old: sa.RowMapping, new: ScoredRow, caused_by: CausedBy, now: datetime) -> None:
    relationship_id, version = new["relationship_id"], new["version"]
    common: dict[str, object] = {
        "id": relationship_id,
        "relationship_id": relationship_id,
        "version": version,
        "score": new["score"],
        "p": new["p"],
        "lower": new["lower"],
        "upper": new["upper"],
        "as_of": new["as_of"],
        "policy_version": new["policy_version"],
    }
    if new["score"] != old["score"]:
        outbox.add(tx, ScoreChanged(**common, from_=old["score"], to=new["score"], caused_by=caused_by), now)
    if new["tier"] != old["tier"]:
        tiers = {"from_": Tier(old["tier"]), "to": Tier(new["tier"])}
        outbox.add(tx, TierChanged(**common, **tiers, caused_by=caused_by), now)
