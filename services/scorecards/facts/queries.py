"""What the ledger knows of a period: facts in figures, and the records that a rating may cite.

Of a card, days are those of its cycle's zone, as its period's are; of a relationship, UTC days. What was promised
counts by its calendar day, wherever that is. Private notes are never in it, not even as a number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from services.scorecards.access import require_readable
from services.scorecards.facts.schemas import (
    AuditsOut,
    FactsOut,
    InteractionsOut,
    LastReviewOut,
    PromisesOut,
    SuggestedEvidenceOut,
)
from services.scorecards.ledger.tables import ledger
from services.scorecards.review_cycles.periods import day_starts_at, local_day
from services.scorecards.scorecards.queries import find_card
from services.scorecards.scorecards.rights import Card
from services.scorecards.scoring.evidence import AUDITS, calendar_day, day_number
from services.scorecards.tiers.evidence import chosen_day
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import InvalidField
from shared.http.pages import Page

BUSINESS_REVIEWS = ("business_review", "steering_committee", "executive_review")
PROMISES = ("delivery", "milestone")
SHOWN_BY = {
    "delivery": ("on_time_delivery", "supply_continuity"),
    "milestone": ("schedule_adherence", "commitments_kept"),
}
"""Promises name no attributes: these are what each is about."""
_MISSED = ("late", "refused", "overdue", "lapsed", "cancelled")
_EXPERIENCES = ("below", "meets", "exceeds")
_FINDINGS = ("none", "minor", "major", "critical")


@dataclass(frozen=True)
class Days:
    """Calendar days of a zone, both ends included, as conditions on the ledger's entries.

    An entry without its instant, as a promise or what the release before wrote, counts by the day it has.
    """

    first: date
    last: date
    zone: str = "UTC"

    has_instant = ledger.c.occurred_at.is_not(None) & (ledger.c.occurred_version == ledger.c.version)
    instant = sa.case((has_instant, ledger.c.occurred_at))

    @property
    def starts_at(self) -> datetime:
        return day_starts_at(self.first, self.zone)

    @property
    def on_or_after_first(self) -> sa.ColumnElement[bool]:
        return ledger.c.on_day >= day_number(self.first)

    def before_end_of(self, day: date) -> sa.ColumnElement[bool]:
        ends_at = day_starts_at(day + timedelta(days=1), self.zone)
        in_days = ledger.c.on_day <= day_number(day)
        return sa.case((self.has_instant, ledger.c.occurred_at < ends_at), else_=in_days)

    def day_of(self, on_day: int, instant: datetime | None) -> date:
        """The day of these on which an entry happened."""
        return calendar_day(on_day) if instant is None else local_day(instant, self.zone)


def get_facts(
    tx: Tx, relationship_id: str, from_on: date | None, to_on: date | None, actor: Actor, now: datetime
) -> FactsOut:
    """By default of the calendar quarter that holds `to`, which is today by default."""
    require_readable(tx, relationship_id, actor)
    last = chosen_day("to", to_on, now)
    first = last.replace(month=last.month - (last.month - 1) % 3, day=1)
    first = first if from_on is None else chosen_day("from", from_on, now)
    if first > last:
        raise InvalidField("from", f'"{first}" lies after `to`, which is {last}')
    return _facts(tx, relationship_id, Days(first, last), now)


def get_facts_of_card(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> FactsOut:
    """Of the card's own period, in the zone of its cycle."""
    card = find_card(tx, scorecard_id, actor, now)
    return _facts(tx, card["relationship_id"], _days_of(card), now)


def _days_of(card: Card) -> Days:
    return Days(card["period_starts_on"], card["period_ends_on"], card["time_zone"])


def _facts(tx: Tx, relationship_id: str, days: Days, now: datetime) -> FactsOut:
    today = local_day(now, days.zone)
    until = min(days.last, today)
    counted = tx.run(_counted(relationship_id, days, until, today)).mappings().all()
    rows = [row for row in counted if row["source_kind"] is not None]
    reviewed = counted[0]["reviewed"]
    reviewed_on = None if reviewed is None else days.day_of(reviewed, counted[0]["reviewed_at"])
    interactions = [row for row in rows if row["source_kind"] == "interaction"]
    audits = [row for row in interactions if row["event_kind"] in AUDITS]
    deliveries, milestones = (_promises([row for row in rows if row["source_kind"] == kind]) for kind in PROMISES)
    return FactsOut(
        relationship_id=relationship_id,
        from_on=days.first,
        to_on=days.last,
        as_of=today,
        deliveries=deliveries,
        milestones=milestones,
        interactions=InteractionsOut(
            count=_total(interactions),
            by_kind=_totals(interactions, "event_kind", sorted({row["event_kind"] for row in interactions})),
            by_experience=_totals(interactions, "experience", _EXPERIENCES, "not_stated"),
        ),
        audits=AuditsOut(
            count=_total(audits),
            by_findings=_totals(audits, "findings", _FINDINGS, "not_stated"),
        ),
        last_business_review=LastReviewOut(
            on=reviewed_on, until=until, days=None if reviewed_on is None else (until - reviewed_on).days
        ),
    )


def _counted(relationship_id: str, days: Days, until: date, today: date) -> sa.Select[tuple[object, ...]]:
    """One row per kind of thing that happened or was due, with how many; one empty row where nothing was."""
    of_it = (ledger.c.relationship_id == relationship_id, *_is_shown())
    each = (
        sa.select(
            *(ledger.c[name] for name in ("source_kind", "event_kind", "experience", "findings")),
            _became(today).label("became"),
        )
        .where(*of_it, sa.or_(_happened(days), _was_due(days)))
        .subquery()
    )
    groups = sa.select(*each.c, sa.func.count().label("number")).group_by(*each.c).subquery()
    newest = (ledger.c.on_day.desc(), ledger.c.occurred_at.desc().nulls_last(), ledger.c.source_id.desc())
    reviews = (*of_it, ledger.c.event_kind.in_(BUSINESS_REVIEWS), days.before_end_of(until))
    reviewed, reviewed_at = (
        sa.select(column).where(*reviews).order_by(*newest).limit(1).scalar_subquery()
        for column in (ledger.c.on_day, days.instant)
    )
    once = sa.select(sa.literal(1).label("once")).subquery()
    last = (reviewed.label("reviewed"), reviewed_at.label("reviewed_at"))
    return sa.select(*last, *groups.c).select_from(once.outerjoin(groups, sa.true()))


def _is_shown() -> tuple[sa.ColumnElement[bool], ...]:
    return sa.not_(ledger.c.is_retracted), ledger.c.is_private.is_not(sa.true())


def _happened(days: Days, kinds: Collection[str] = ("interaction",)) -> sa.ColumnElement[bool]:
    # The index is by UTC day, from which no zone's day is further than one.
    near = ledger.c.on_day.between(day_number(days.first) - 1, day_number(days.last) + 1)
    begins = sa.case((days.has_instant, ledger.c.occurred_at >= days.starts_at), else_=days.on_or_after_first)
    return sa.and_(ledger.c.source_kind.in_(kinds), near, begins, days.before_end_of(days.last))


def _was_due(days: Days) -> sa.ColumnElement[bool]:
    return sa.and_(ledger.c.source_kind.in_(PROMISES), ledger.c.promised_on.between(days.first, days.last))


def _became(today: date) -> sa.ColumnElement[str | None]:
    """What became of a promise: one that has ended without evidence is excused (docs/design/model.md, Evidence)."""
    status, is_done = ledger.c.status, ledger.c.status == "done"
    is_open, is_in_time = status == "open", ledger.c.done_on <= ledger.c.promised_on
    is_past, is_no_evidence = ledger.c.promised_on < today, ledger.c.w_micro.is_(None)
    is_refused = sa.or_(ledger.c.is_accepted.is_(sa.false()), ledger.c.outcome == "below")
    return sa.case(
        (ledger.c.source_kind.not_in(PROMISES), None),
        (sa.and_(is_open, is_past, ledger.c.late_cause.in_(("sponsor", "external"))), "excused"),
        (sa.and_(is_open, is_past), "overdue"),
        (is_open, "open"),
        (sa.and_(is_done, is_in_time, is_refused), "refused"),
        (sa.and_(is_done, is_in_time), "met"),
        (is_no_evidence, "excused"),
        (is_done, "late"),
        else_=status,
    )


def _promises(rows: Collection[sa.RowMapping]) -> PromisesOut:
    became = _totals(rows, "became", ("met", *_MISSED, "open", "excused"))
    missed = sum(became[name] for name in _MISSED)
    decided = became["met"] + missed
    share = became["met"] / decided if decided else None
    return PromisesOut(promised=_total(rows), missed=missed, share=share, **became)


def _total(rows: Collection[sa.RowMapping]) -> int:
    return sum(row["number"] for row in rows)


def _totals(
    rows: Collection[sa.RowMapping], name: str, words: Collection[str], otherwise: str | None = None
) -> dict[str, int]:
    totals = {word: _total([row for row in rows if row[name] == word]) for word in words}
    return totals if otherwise is None else totals | {otherwise: _total([row for row in rows if row[name] is None])}


def list_suggested_evidence(
    tx: Tx, scorecard_id: str, attribute: str | None, after: str | None, limit: int, actor: Actor, now: datetime
) -> Page[SuggestedEvidenceOut]:
    """What happened or was due in the card's period: what is about the attribute first, then the newest."""
    card = find_card(tx, scorecard_id, actor, now)
    days = _days_of(card)
    is_about = sa.case((_is_about(attribute), 1), else_=0).label("touches")
    chosen = sa.select(ledger, is_about).where(
        ledger.c.relationship_id == card["relationship_id"],
        *_is_shown(),
        sa.or_(_happened(days, ("interaction", *PROMISES)), _was_due(days)),
    )
    found_in = chosen.subquery()
    keys = [(found_in.c[name], True) for name in ("touches", "on_day", "source_id")]
    found = tx.run(keyset(sa.select(found_in), keys, after, limit)).mappings().all()
    rows, following = cut(found, ["touches", "on_day", "source_id"], limit)
    return Page(items=[_suggested(row, days) for row in rows], next=following)


def _is_about(attribute: str | None) -> sa.ColumnElement[bool]:
    if attribute is None:
        return sa.false()
    promises = [kind for kind, attributes in SHOWN_BY.items() if attribute in attributes]
    # Keys hold no quotes, so a key in quotes is a whole one; each database has another way into the list itself.
    named = sa.cast(ledger.c.attributes, sa.Text).contains(f'"{attribute}"', autoescape=True)
    return sa.or_(named, ledger.c.source_kind.in_(promises))


def _suggested(row: sa.RowMapping, days: Days) -> SuggestedEvidenceOut:
    is_promise = row["source_kind"] in PROMISES
    return SuggestedEvidenceOut(
        on=days.day_of(row["on_day"], row["occurred_at"] if row["occurred_version"] == row["version"] else None),
        kind=row["event_kind"],
        outcome=(row["outcome"] or row["status"]) if is_promise else None,
        attributes=row["attributes"] or list(SHOWN_BY.get(row["source_kind"], ())),
        touches=bool(row["touches"]),
        done_on=row["done_on"] if is_promise else None,
        **{name: row[name] for name in ("source_kind", "source_id", "experience", "findings", "promised_on")},
    )
