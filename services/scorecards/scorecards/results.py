"""Results of a period side by side: what each side's card says, as far as the reveal lets the actor see it."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from services.scorecards.policies.queries import current_policy
from services.scorecards.scorecard_templates.importances import QuestionJson
from services.scorecards.scorecard_templates.tables import question_sets
from services.scorecards.scorecards import differences
from services.scorecards.scorecards.published import newest_published
from services.scorecards.scorecards.queries import find_card
from services.scorecards.scorecards.ratings import RatingJson, ResultsJson
from services.scorecards.scorecards.rights import Card, is_revealed, sees_content
from services.scorecards.scorecards.schemas import (
    ReadAttributeOut,
    ReadGroupOut,
    ResultFlag,
    ResultsSideBySideOut,
    SideOut,
    SideResultsOut,
    TrendOut,
)
from services.scorecards.scorecards.tables import ScorecardRow, scorecards
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx

_BEFORE = ("scorecard_id", "period_starts_on", "period_ends_on", "ratings", "results")


class CardBeside(ScorecardRow):
    """A card with its questions, the newest published after it, and the one published before it."""

    questions: list[QuestionJson]
    after_scorecard_id: str | None
    before_scorecard_id: str | None
    before_period_starts_on: date | None
    before_period_ends_on: date | None
    before_ratings: list[RatingJson] | None
    before_results: ResultsJson | None


def get_results(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> ResultsSideBySideOut:
    """The card asked for and the other side's, each with its trend against what was published before it."""
    card = find_card(tx, scorecard_id, actor, now)
    rows = sorted(tx.rows(_side_by_side(card), CardBeside), key=lambda row: row["scorecard_id"] != scorecard_id)
    shown = {
        row["scorecard_id"]: _results(row, results, now)
        for row in rows
        if (results := row["results"]) is not None and sees_content(row, actor, now)
    }
    return ResultsSideBySideOut(
        review_cycle_id=card["review_cycle_id"],
        relationship_id=card["relationship_id"],
        period_starts_on=card["period_starts_on"],
        period_ends_on=card["period_ends_on"],
        is_revealed=is_revealed(card, now),
        as_of=utc_day(now),
        sides=[
            SideOut(
                results=shown.get(row["scorecard_id"]),
                scorecard_id=row["scorecard_id"],
                side=row["side"],
                status=row["status"],
                revision=row["revision"],
            )
            for row in rows
        ],
    )


def _side_by_side(card: Card) -> sa.Select[tuple[object, ...]]:
    """Each card of the cycle, period and relationship, with its questions and the card published before it."""
    same = scorecards.c
    before_id, after_id = (
        newest_published(
            name,
            lambda of: of.review_cycle_id == same.review_cycle_id,
            is_apart,
            relationship_id=same.relationship_id,
            side=same.side,
        )
        for name, is_apart in (
            ("earlier", lambda of: of.period_ends_on < same.period_starts_on),
            ("later", lambda of: of.period_starts_on > same.period_ends_on),
        )
    )
    before = scorecards.alias("before")
    return (
        sa.select(
            scorecards,
            question_sets.c.questions,
            after_id.label("after_scorecard_id"),
            *(before.c[name].label(f"before_{name}") for name in _BEFORE),
        )
        .join(question_sets, question_sets.c.question_set_id == scorecards.c.question_set_id)
        .outerjoin(before, before.c.scorecard_id == before_id)
        .where(
            scorecards.c.relationship_id == card["relationship_id"],
            scorecards.c.review_cycle_id == card["review_cycle_id"],
            scorecards.c.period_starts_on == card["period_starts_on"],
        )
    )


def _results(row: CardBeside, results: ResultsJson, now: datetime) -> SideResultsOut:
    ratings = row["ratings"] or []
    return SideResultsOut(
        is_blind=row["is_blind"],
        coverage=results["coverage"],
        score=results["score"],
        groups=[ReadGroupOut(group=group, **part) for group, part in results["groups"].items()],
        attributes=_attributes(row["questions"], ratings),
        flags=_flags(row, results, ratings, now),
        trend=_trend(row, results, ratings),
    )


def _attributes(questions: Sequence[QuestionJson], ratings: Sequence[RatingJson]) -> list[ReadAttributeOut]:
    rated = {rating["attribute"]: rating for rating in ratings}
    return [
        ReadAttributeOut(
            label=question["label"],
            group=question["group"],
            importance=question["importance"],
            **rated[question["attribute"]],
        )
        for question in questions
    ]


def _flags(row: CardBeside, results: ResultsJson, ratings: Sequence[RatingJson], now: datetime) -> list[ResultFlag]:
    """What makes a card say less than it seems to; a newer published card replaces an outdated one."""
    is_newest = row["after_scorecard_id"] is None
    raised: dict[ResultFlag, bool] = {
        "no_variance": "no_variance" in results["flags"],
        "stale_ratings": differences.has_same_ratings(ratings, row["before_ratings"]),
        "stale_evidence": differences.has_no_new_evidence(ratings, row["before_ratings"]),
        "outdated": is_newest and differences.is_outdated(row["period_starts_on"], row["period_ends_on"], utc_day(now)),
    }
    return [flag for flag, is_raised in raised.items() if is_raised]


def _trend(row: CardBeside, results: ResultsJson, ratings: Sequence[RatingJson]) -> TrendOut | None:
    before = row["before_results"]
    if before is None:
        return None
    changes = differences.trend(results, ratings, before, row["before_ratings"] or [], current_policy().rating_y)
    return TrendOut(
        scorecard_id=row["before_scorecard_id"],
        period_starts_on=row["before_period_starts_on"],
        period_ends_on=row["before_period_ends_on"],
        **changes,
    )
