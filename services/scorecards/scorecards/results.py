"""Results of a period side by side: what each side's card says, as far as the reveal lets the actor see it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from services.scorecards.policies.queries import current_policy
from services.scorecards.scorecard_templates.importances import QuestionJson
from services.scorecards.scorecard_templates.tables import question_sets
from services.scorecards.scorecards import differences
from services.scorecards.scorecards.published import newest_published
from services.scorecards.scorecards.queries import find_card
from services.scorecards.scorecards.ratings import RatingJson
from services.scorecards.scorecards.rights import Card, is_revealed, sees_content
from services.scorecards.scorecards.schemas import (
    Flag,
    ReadAttributeOut,
    ReadGroupOut,
    ResultsSideBySideOut,
    SideOut,
    SideResultsOut,
    TrendOut,
)
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx

_BEFORE = ("scorecard_id", "period_starts_on", "period_ends_on", "ratings", "results")


def get_results(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> ResultsSideBySideOut:
    """The card asked for and the other side's, each with its trend against what was published before it."""
    card = find_card(tx, scorecard_id, actor, now)
    rows = sorted(
        map(dict, tx.run(_side_by_side(card)).mappings()), key=lambda row: row["scorecard_id"] != scorecard_id
    )
    seen = [row for row in rows if row["results"] is not None and sees_content(row, actor, now)]
    shown = {row["scorecard_id"]: _results(row, now) for row in seen}
    names = ("review_cycle_id", "relationship_id", "period_starts_on", "period_ends_on")
    return ResultsSideBySideOut(
        **{name: card[name] for name in names},
        is_revealed=is_revealed(card, now),
        as_of=utc_day(now),
        sides=[
            SideOut(
                results=shown.get(row["scorecard_id"]),
                **{name: row[name] for name in ("scorecard_id", "side", "status", "revision")},
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
            *(scorecards.c[name] == card[name] for name in ("relationship_id", "review_cycle_id", "period_starts_on"))
        )
    )


def _results(row: Card, now: datetime) -> SideResultsOut:
    results = row["results"]
    return SideResultsOut(
        is_blind=row["is_blind"],
        coverage=results["coverage"],
        score=results["score"],
        groups=[ReadGroupOut(group=group, **part) for group, part in results["groups"].items()],
        attributes=_attributes(row["questions"], row["ratings"]),
        flags=_flags(row, now),
        trend=_trend(row),
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


def _flags(row: Card, now: datetime) -> list[Flag]:
    """What makes a card say less than it seems to; a newer published card replaces an outdated one."""
    is_newest = row["after_scorecard_id"] is None
    raised: dict[Flag, bool] = {
        "no_variance": "no_variance" in row["results"]["flags"],
        "stale_ratings": differences.has_same_ratings(row["ratings"], row["before_ratings"]),
        "stale_evidence": differences.has_no_new_evidence(row["ratings"], row["before_ratings"]),
        "outdated": is_newest and differences.is_outdated(row["period_starts_on"], row["period_ends_on"], utc_day(now)),
    }
    return [flag for flag, is_raised in raised.items() if is_raised]


def _trend(row: Card) -> TrendOut | None:
    if row["before_scorecard_id"] is None:
        return None
    changes = differences.trend(
        row["results"], row["ratings"], row["before_results"], row["before_ratings"], current_policy().rating_y
    )
    before = {name: row[f"before_{name}"] for name in ("scorecard_id", "period_starts_on", "period_ends_on")}
    return TrendOut(**before, **changes)
