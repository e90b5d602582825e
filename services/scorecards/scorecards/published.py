"""How readings find cards: what was published, and what was published last."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from services.scorecards.scorecards.rights import PUBLISHED
from services.scorecards.scorecards.tables import scorecards

Columns = ReadOnlyColumnCollection[str, KeyedColumnElement[object]]
Condition = Callable[[Columns], sa.ColumnElement[bool]]


def newest_published(
    named: str,
    *conditions: Condition,
    relationship_id: sa.ColumnElement[str],
    side: sa.ColumnElement[str] | str,
    oldest_first: bool = False,
) -> sa.ScalarSelect[str]:
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
