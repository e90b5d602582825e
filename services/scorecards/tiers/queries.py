"""One relationship's score and tier: at a day, over time, and what each of its items does to it."""

import uuid
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.scorecards.policies.queries import current_policy
from services.scorecards.scoring.evidence import calendar_day
from services.scorecards.scoring.explanations import (
    Contributions,
    ItemContribution,
    contributions,
    effects,
    forecast,
    next_tier,
)
from services.scorecards.scoring.tiers import Fold, TierChange, fold
from services.scorecards.tiers.evidence import chosen_day, readable_evidence
from services.scorecards.tiers.schemas import (
    ContributionsOut,
    EffectOut,
    EffectsOut,
    ForecastOut,
    HistoryOut,
    ItemContributionOut,
    KindContributionOut,
    NextTierOut,
    PointOut,
    Step,
    TierChangeOut,
    TierOut,
    TimelineEntryOut,
    TimelineKind,
    TimelineOut,
)
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.db.keyset import decode_cursor, encode_cursor
from shared.errors import InvalidField

MOST_POINTS = 1500
_STEP_DAYS = {Step.day: 1, Step.week: 7, Step.month: 31}
_ENTRIES = uuid.UUID("6f1d7a30-8f0e-5c55-9d2e-6a1f0f3f7c11")


def get_tier(
    tx: Tx, relationship_id: str, as_of: date | None, limit: int, after: str | None, actor: Actor, now: datetime
) -> TierOut:
    """Score, tier and why, at the end of a day: cut by the days of the events, not by when they were applied."""
    day = chosen_day("as_of", as_of, now)
    policy = current_policy()
    evidence = readable_evidence(tx, relationship_id, actor)
    folded = fold(evidence, policy, day)
    reading = folded.reading
    upwards = next_tier(evidence, policy, day, folded)
    downwards = forecast(evidence, policy, day, folded)
    return TierOut(
        relationship_id=relationship_id,
        as_of=day,
        policy_version=policy.version,
        score=reading.score,
        p=reading.p,
        lower=reading.lower,
        upper=reading.upper,
        tier=folded.tier,
        tier_since=folded.tier_since,
        unproven=reading.unproven,
        depth=reading.depth,
        tenure_days=reading.tenure_days,
        evidence_count=reading.evidence_count,
        contributions=_page_of(contributions(evidence, policy, day), limit, after),
        next_tier=None if upwards is None else NextTierOut.model_validate(upwards),
        forecast=None if downwards is None else ForecastOut.model_validate(downwards),
    )


def _page_of(parts: Contributions, limit: int, after: str | None) -> ContributionsOut:
    start = 0
    if after is not None:
        weight, on, source_kind, source_id = decode_cursor(after, [float, date, str, str])
        start = bisect_right(parts.items, (-weight, -on.toordinal(), source_kind, source_id), key=_order)
    page = parts.items[start : start + limit]
    following = None
    if start + limit < len(parts.items):
        last = page[-1]
        following = encode_cursor([abs(last.contribution), last.on, last.source_kind, last.source_id])
    return ContributionsOut(
        by_kind=[KindContributionOut.model_validate(kind) for kind in parts.by_kind],
        items=[ItemContributionOut.model_validate(item) for item in page],
        next=following,
    )


def _order(item: ItemContribution) -> tuple[float, int, str, str]:
    return (-abs(item.contribution), -item.on.toordinal(), item.source_kind, item.source_id)


def get_tier_history(
    tx: Tx,
    relationship_id: str,
    from_on: date | None,
    to_on: date | None,
    step: Step | None,
    actor: Actor,
    now: datetime,
) -> HistoryOut:
    """The fold from one day to another, both included; by default from the first item to today, as finely as fits."""
    last = chosen_day("to", to_on, now)
    folded = fold(readable_evidence(tx, relationship_id, actor), current_policy(), last)
    first = _first_day(folded, last) if from_on is None else chosen_day("from", from_on, now)
    if first > last:
        raise InvalidField("from", "lies after `to`")
    span_days = (last - first).days
    fitting = [each for each in Step if span_days // _STEP_DAYS[each] < MOST_POINTS]
    if step is not None and step not in fitting:
        raise InvalidField("step", f"gives more than {MOST_POINTS} points between these days")
    chosen = step or fitting[0]
    return HistoryOut(
        relationship_id=relationship_id,
        policy_version=current_policy().version,
        from_on=first,
        to_on=last,
        step=chosen,
        points=[PointOut.model_validate(folded.at(day)) for day in _days(first, last, chosen)],
        changes=[TierChangeOut.model_validate(change) for change in folded.changes if first <= change.on],
    )


def _first_day(folded: Fold, otherwise: date) -> date:
    return calendar_day(int(folded.days[0])) if len(folded.days) else otherwise


def _days(first: date, last: date, step: Step) -> Iterator[date]:
    """The first day, every day, week or month's end after it, and the last."""
    day = first
    while day < last:
        yield day
        day = _next_month_end(day) if step is Step.month else day + timedelta(days=_STEP_DAYS[step])
    yield last


def _next_month_end(day: date) -> date:
    in_month = (day + timedelta(days=1)).replace(day=28)
    return (in_month + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def get_effects(tx: Tx, relationship_id: str, source_ids: Sequence[str], actor: Actor, now: datetime) -> EffectsOut:
    """What each of these records does to the score today, in points; those that are no evidence are left out."""
    evidence = readable_evidence(tx, relationship_id, actor)
    found = effects(evidence, current_policy(), utc_day(now), set(source_ids))
    return EffectsOut(
        items=[EffectOut(source_kind=kind, source_id=source_id, effect=100 * part) for (kind, source_id), part in found]
    )


def list_timeline_entries(
    tx: Tx,
    relationship_id: str,
    kinds: Sequence[TimelineKind],
    after: tuple[datetime, str] | None,
    before: tuple[datetime, str] | None,
    limit: int,
    actor: Actor,
    now: datetime,
) -> TimelineOut:
    """Changes of the tier by (at, id), newest first: those older than `after`, else just newer than `before`, or all.

    A change stands at the end of its day, for the items of a day count together; and it has the same id whenever it is
    asked for, made of relationship, day and tier.
    """
    folded = fold(readable_evidence(tx, relationship_id, actor), current_policy(), utc_day(now))
    entries = [_entry(relationship_id, change) for change in folded.changes]
    entries.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    if kinds and TimelineKind.tier_change not in kinds:
        entries = []
    if before is not None:
        return TimelineOut(items=[entry for entry in entries if (entry.at, entry.id) > before][-limit:])
    if after is not None:
        entries = [entry for entry in entries if (entry.at, entry.id) < after]
    return TimelineOut(items=entries[:limit])


def _entry(relationship_id: str, change: TierChange) -> TimelineEntryOut:
    return TimelineEntryOut(
        id=str(uuid.uuid5(_ENTRIES, f"{relationship_id}/{change.on}/{change.to_tier}")),
        kind=TimelineKind.tier_change,
        at=datetime.combine(change.on, time.max, UTC),
        on=change.on,
        title=f"{change.from_tier} to {change.to_tier}",
        source_kind="tier_change",
        source_id=None,
        from_tier=change.from_tier,
        to_tier=change.to_tier,
        cause=change.cause,
        caused_by_kind=change.source_kind,
        caused_by_id=change.source_id,
    )
