"""How readings find cards: what was published, and what was published last."""

from typing import Any

import sqlalchemy as sa

from services.scorecards.scorecards.rights import PUBLISHED
from services.scorecards.scorecards.tables import scorecards


def newest_published(
    named: str, *conditions: Any, relationship_id: sa.ColumnElement[str], side: Any, oldest_first: bool = False
) -> sa.ScalarSelect[Any]:
    """The id of the newest (or oldest) published card of a relationship's side, of those that fulfil the conditions.

    Each condition is made of the columns of the cards looked at, which are called ``named`` in the statement. It reads
    one relationship's few cards by their index.
    """
    card = scorecards.alias(named)
    order = [card.c.period_ends_on, card.c.scorecard_id]
    return (
        sa.select(card.c.scorecard_id)
        .where(
            card.c.relationship_id == relationship_id,
            card.c.side == side,
            card.c.status.in_(PUBLISHED),
            *(condition(card.c) for condition in conditions),
        )
        .order_by(*(column.asc() if oldest_first else column.desc() for column in order))
        .limit(1)
        .correlate_except(card)
        .scalar_subquery()
    )
