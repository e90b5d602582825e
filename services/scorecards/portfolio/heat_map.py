"""The portfolio as a heat map: relationships by attributes, from each one's newest published card."""

from datetime import date, datetime

import sqlalchemy as sa

from services.scorecards.portfolio.queries import keys_of, listed
from services.scorecards.portfolio.schemas import HeatCardOut, HeatMapFilter, HeatRowOut
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.scorecards.differences import is_outdated
from services.scorecards.scorecards.published import newest_published
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.http.pages import Page

_SHOWN = (
    "relationship_id", "sponsor_id", "sponsor_name", "provider_id", "provider_name", "provider_region",
    "provider_size", "owner_id", "is_restricted", "tier", "score", "lower",
)  # fmt: skip
_OF_CARD = ("scorecard_id", "review_cycle_id", "period_starts_on", "period_ends_on", "ratings", "results")


def get_heat_map(
    tx: Tx,
    actor: Actor,
    now: datetime,
    wanted: HeatMapFilter,
) -> Page[HeatRowOut]:
    """The same rows in the same order as the portfolio, in one statement: the page first, then its cards."""
    keys = keys_of(portfolio.c, wanted.sort)
    columns = {column.name: column for column in (*(portfolio.c[name] for name in _SHOWN), *(key for key, _ in keys))}
    page = keyset(listed(actor, list(columns.values()), wanted), keys, wanted.after, wanted.limit).subquery("page")
    newest = newest_published("newest", relationship_id=page.c.relationship_id, side=wanted.side)
    statement = (
        sa.select(page, *(scorecards.c[name].label(f"card_{name}") for name in _OF_CARD))
        .select_from(page.outerjoin(scorecards, scorecards.c.scorecard_id == newest))
        .order_by(*(key.desc() if descends else key.asc() for key, descends in keys_of(page.c, wanted.sort)))
    )
    found = tx.run(statement).mappings().all()
    rows, following = cut(found, [key.name for key, _ in keys], wanted.limit)
    return Page(items=[_row(row, utc_day(now)) for row in rows], next=following)


def _row(row: sa.RowMapping, today: date) -> HeatRowOut:
    card = None if row["card_scorecard_id"] is None else _card(row, today)
    return HeatRowOut(**row, region=row["provider_region"], size=row["provider_size"], card=card)


def _card(row: sa.RowMapping, today: date) -> HeatCardOut:
    return HeatCardOut(
        **{
            name: row[f"card_{name}"]
            for name in ("scorecard_id", "review_cycle_id", "period_starts_on", "period_ends_on")
        },
        coverage=row["card_results"]["coverage"],
        score=row["card_results"]["score"],
        is_outdated=is_outdated(row["card_period_starts_on"], row["card_period_ends_on"], today),
        values={rating["attribute"]: rating["value"] for rating in row["card_ratings"]},
    )
