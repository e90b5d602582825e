"""Where the two sides of a relationship see the same thing differently, period by period."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from services.scorecards.access import require_readable
from services.scorecards.perception_gaps.schemas import GapsOut, PeriodGapsOut
from services.scorecards.policies.queries import current_policy
from services.scorecards.scorecard_templates.tables import question_sets
from services.scorecards.scorecards import differences
from services.scorecards.scorecards.rights import PUBLISHED
from services.scorecards.scorecards.tables import scorecards
from services.scorecards.tiers.evidence import chosen_day
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.errors import InvalidField

SHOWN_DAYS = 3 * 366
MOST_DAYS = 10 * 366


def get_perception_gaps(
    tx: Tx,
    relationship_id: str,
    review_cycle_id: str | None,
    from_on: date | None,
    to_on: date | None,
    actor: Actor,
    now: datetime,
) -> GapsOut:
    """Of each period that both sides published; by default of the three years up to `to`, which is today by default."""
    require_readable(tx, relationship_id, actor)
    last = chosen_day("to", to_on, now)
    first = last - timedelta(days=SHOWN_DAYS) if from_on is None else chosen_day("from", from_on, now)
    if not first <= last <= first + timedelta(days=MOST_DAYS):
        raise InvalidField("from", f"lies on or before `to`, and at most {MOST_DAYS} days before it")
    statement = _both_published(relationship_id, actor.side).where(scorecards.c.period_ends_on.between(first, last))
    if review_cycle_id is not None:
        statement = statement.where(scorecards.c.review_cycle_id == review_cycle_id)
    return GapsOut(
        relationship_id=relationship_id,
        our_side=actor.side,
        from_on=first,
        to_on=last,
        as_of=utc_day(now),
        periods=[_period(row) for row in tx.run(statement).mappings()],
    )


def _both_published(relationship_id: str, our_side: str) -> sa.Select[tuple[object, ...]]:
    theirs = scorecards.alias("theirs")
    asked_us, asked_them = question_sets.alias("asked_us"), question_sets.alias("asked_them")
    same = ("review_cycle_id", "period_starts_on", "relationship_id")
    ours = scorecards.c
    return (
        sa.select(
            *(ours[name] for name in ("review_cycle_id", "period_starts_on", "period_ends_on")),
            ours.scorecard_id.label("our_scorecard_id"),
            ours.ratings.label("our_ratings"),
            asked_us.c.questions.label("our_questions"),
            theirs.c.scorecard_id.label("their_scorecard_id"),
            theirs.c.ratings.label("their_ratings"),
            asked_them.c.questions.label("their_questions"),
        )
        .select_from(
            scorecards.join(theirs, sa.and_(*(theirs.c[name] == ours[name] for name in same)))
            .join(asked_us, asked_us.c.question_set_id == ours.question_set_id)
            .join(asked_them, asked_them.c.question_set_id == theirs.c.question_set_id)
        )
        .where(
            ours.relationship_id == relationship_id,
            ours.side == our_side,
            theirs.c.side != our_side,
            ours.status.in_(PUBLISHED),
            theirs.c.status.in_(PUBLISHED),
        )
        .order_by(ours.period_ends_on, ours.review_cycle_id)
    )


def _period(row: sa.RowMapping) -> PeriodGapsOut:
    our_ratings, their_ratings = row["our_ratings"], row["their_ratings"]
    rating_y = current_policy().rating_y
    found = differences.gaps(row["our_questions"], our_ratings, row["their_questions"], their_ratings, rating_y)
    only_one_side = set(differences.values_of(our_ratings)) ^ set(differences.values_of(their_ratings))
    return PeriodGapsOut.model_validate(
        {
            **row,
            "overall": differences.mean_gap(found),
            "groups": differences.group_gaps(found),
            "attributes": found,
            "left_out": len(only_one_side),
        }
    )
