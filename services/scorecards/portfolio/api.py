"""Routes of the portfolio."""

from typing import Annotated

from fastapi import Query

from services.scorecards.parameters import ToDay
from services.scorecards.portfolio import heat_map, queries
from services.scorecards.portfolio.schemas import (
    HeatMapFilter,
    HeatRowOut,
    MovementsOut,
    PortfolioFilter,
    PortfolioRowOut,
    PortfolioSegment,
    PortfolioSummaryOut,
)
from shared.auth import READ
from shared.http.pages import Page, RowPage
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.values import Day

api = Api(prefix="/v1")

Before = Annotated[Day, Query(alias="from", description="The day (UTC) that is compared with, from 1970 to today.")]


@api.get("/portfolio", rule=READ, tags=["portfolio"])
def list_portfolio(
    tx: Read, actor: CurrentActor, wanted: Annotated[PortfolioFilter, Query()]
) -> RowPage[PortfolioRowOut]:
    """Lists the relationships that the reader may read and that are not archived, each with score, tier, rung and
    contact, in the order that `sort` names. Rows follow what is recorded within moments, and every day."""
    return queries.list_portfolio(tx, actor, wanted)


@api.get("/portfolio/summary", rule=READ, tags=["portfolio"])
def summarise_portfolio(
    tx: Read, actor: CurrentActor, now: Now, wanted: Annotated[PortfolioSegment, Query()]
) -> PortfolioSummaryOut:
    """Counts the same relationships as the portfolio by tier, and those whose next contact is overdue."""
    return queries.summarise_portfolio(tx, actor, now, wanted)


@api.get("/portfolio/movements", rule=READ, tags=["portfolio"])
def list_movements(tx: Read, actor: CurrentActor, now: Now, from_on: Before, to_on: ToDay = None) -> MovementsOut:
    """Lists every relationship whose tier at the end of one day differs from that at the end of another, by name, on
    one page. `invalid-field` where a day lies in the future, or the first is after the second."""
    return queries.list_movements(tx, actor, from_on, to_on, now)


@api.get("/portfolio/heat-map", rule=READ, tags=["portfolio"])
def get_heat_map(
    tx: Read, actor: CurrentActor, now: Now, wanted: Annotated[HeatMapFilter, Query()]
) -> Page[HeatRowOut]:
    """Lists the same relationships in the same order as the portfolio, each with the newest published card of one side
    and its values by attribute."""
    return heat_map.get_heat_map(tx, actor, now, wanted)
