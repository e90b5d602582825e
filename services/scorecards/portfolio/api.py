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


@api.get("/portfolio", rule=READ, tags=["portfolio"])
def list_portfolio(
    tx: Read, actor: CurrentActor, wanted: Annotated[PortfolioFilter, Query()]
) -> RowPage[PortfolioRowOut]:
    return queries.list_portfolio(tx, actor, wanted)


@api.get("/portfolio/summary", rule=READ, tags=["portfolio"])
def summarise_portfolio(
    tx: Read, actor: CurrentActor, now: Now, wanted: Annotated[PortfolioSegment, Query()]
) -> PortfolioSummaryOut:
    return queries.summarise_portfolio(tx, actor, now, wanted)


@api.get("/portfolio/movements", rule=READ, tags=["portfolio"])
def list_movements(
    tx: Read, actor: CurrentActor, now: Now, from_on: Annotated[Day, Query(alias="from")], to_on: ToDay = None
) -> MovementsOut:
    return queries.list_movements(tx, actor, from_on, to_on, now)


@api.get("/portfolio/heat-map", rule=READ, tags=["portfolio"])
def get_heat_map(
    tx: Read, actor: CurrentActor, now: Now, wanted: Annotated[HeatMapFilter, Query()]
) -> Page[HeatRowOut]:
    return heat_map.get_heat_map(tx, actor, now, wanted)
