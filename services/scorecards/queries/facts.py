"""Facts of a period, from this service's own ledger (contract.md, Rating, exactly)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards.queries.cards import find_card
from services.scorecards.queries.evidence import (
    RelationshipNotFound,
    chosen_day,
    ledger,
    portfolio,
    relationship_is_readable,
)
from services.scorecards.schemas.readings import EvidenceOut, FactsOut, PromiseFactsOut
from services.scorecards.scoring import calendar_day, day_number
from shared.auth import Actor
from shared.clock import utc_day
from shared.db import Tx
from shared.errors import InvalidField
from shared.page import Page, decode_cursor, encode_cursor

HAPPENINGS = ("interaction", "delivery", "milestone")


def get_facts(
    tx: Tx, relationship_id: str, from_on: date | None, to_on: date | None, actor: Actor, now: datetime
) -> FactsOut:
    """By default the running calendar quarter until today."""
    last = chosen_day("to", to_on, now)
    first = last.replace(month=(last.month - 1) // 3 * 3 + 1, day=1) if from_on is None else from_on
    if first > last:
        raise InvalidField("from", "lies after `to`")
    seen = sa.select(portfolio.c.relationship_id).where(
        portfolio.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    if tx.run(seen).first() is None:
        raise RelationshipNotFound(relationship_id)
    return _facts(tx, relationship_id, first, last, now)


def get_card_facts(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> FactsOut:
    card = find_card(tx, scorecard_id, actor, now)
    return _facts(tx, card["relationship_id"], card["period_starts_on"], card["period_ends_on"], now)


def _facts(tx: Tx, relationship_id: str, first: date, last: date, now: datetime) -> FactsOut:
    rows = tx.run(_of_period(relationship_id, first, last)).mappings().all()
    by_kind = {kind: [row for row in rows if row["source_kind"] == kind] for kind in HAPPENINGS}
    talked = by_kind["interaction"]
    review = portfolio.c.last_business_review_on
    reviewed_on = tx.run(sa.select(review).where(portfolio.c.relationship_id == relationship_id)).scalar()
    until = min(last, utc_day(now))
    known = None if reviewed_on is None or reviewed_on > until else reviewed_on
    return FactsOut(
        relationship_id=relationship_id,
        from_on=first,
        to_on=last,
        as_of=utc_day(now),
        deliveries=_promises(by_kind["delivery"]),
        milestones=_promises(by_kind["milestone"]),
        interactions=len(talked),
        interactions_by_kind=_counted(talked, "event_kind"),
        interactions_by_experience=_counted(talked, "experience"),
        findings=_counted(talked, "findings"),
        last_business_review_on=known,
        days_since_business_review=None if known is None else (until - known).days,
    )


def _of_period(relationship_id: str, first: date, last: date) -> sa.Select[Any]:
    return sa.select(ledger).where(
        ledger.c.relationship_id == relationship_id,
        ledger.c.on_day.between(day_number(first), day_number(last)),
        ledger.c.source_kind.in_(HAPPENINGS),
        sa.not_(ledger.c.is_retracted),
        ledger.c.is_private.is_not(True),
    )


def _counted(rows: Sequence[Mapping[Any, Any]], name: str) -> dict[str, int]:
    return dict(sorted(Counter(row[name] for row in rows if row[name] is not None).items()))


def _promises(rows: Sequence[Mapping[Any, Any]]) -> PromiseFactsOut:
    """What is no evidence and was done late was excused; y says of the others whether they were kept."""
    words = Counter(_outcome(row) for row in rows)
    judged = words["kept"] + words["broken"]
    return PromiseFactsOut(**_all(words), kept_share=words["kept"] / judged if judged else None)


def _all(words: Counter[str]) -> dict[str, int]:
    return {name: words[name] for name in ("kept", "broken", "excused", "open", "cancelled")}


def _outcome(row: Mapping[Any, Any]) -> str:
    if row["y_micro"] is not None:
        return "kept" if row["y_micro"] else "broken"
    return "excused" if row["status"] in ("done", "lapsed") else str(row["status"])


def list_suggested_evidence(
    tx: Tx, scorecard_id: str, attribute: str | None, after: str | None, limit: int, actor: Actor, now: datetime
) -> Page[EvidenceOut]:
    """Records of the card's period, newest first; with an attribute, interactions that touch it come before."""
    card = find_card(tx, scorecard_id, actor, now)
    chosen = _of_period(card["relationship_id"], card["period_starts_on"], card["period_ends_on"])
    # A period of one relationship holds some hundreds of records at most, and what touches what is in their JSON.
    found = sorted(tx.run(chosen).mappings(), key=lambda row: _place(row, attribute))
    if after is not None:
        place = tuple(decode_cursor(after, [int, int, str]))
        found = [row for row in found if _place(row, attribute) > place]
    page = found[:limit]
    following = encode_cursor(_place(page[-1], attribute)) if len(found) > limit else None
    return Page(items=[_evidence_out(row) for row in page], next=following)


def _place(row: Mapping[Any, Any], attribute: str | None) -> tuple[int, int, str]:
    return (attribute not in (row["attributes"] or ()), -row["on_day"], row["source_id"])


def _evidence_out(row: Mapping[Any, Any]) -> EvidenceOut:
    shown = ("source_kind", "source_id", "experience", "findings", "outcome", "promised_on")
    return EvidenceOut(
        **{name: row[name] for name in shown},
        on=calendar_day(row["on_day"]),
        kind=row["event_kind"],
        attributes=row["attributes"] or [],
    )
