"""Routes of the portfolio."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.scorecards.parameters import ToDay
from services.scorecards.portfolio import heat_map, queries
from services.scorecards.portfolio.schemas import (
    HeatRowOut,
    MovementsOut,
    PortfolioRowOut,
    PortfolioSort,
    PortfolioSummaryOut,
)
from services.scorecards.scoring.policy import Tier
from services.scorecards.values import Region, Size
from shared.auth import READ, Side
from shared.http.pages import After, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/portfolio", rule=READ, tags=["portfolio"])
def list_portfolio(
    tx: Read,
    actor: CurrentActor,
    sort: PortfolioSort = "-lower",
    tier: Tier | None = None,
    region: Region | None = None,
    size: Size | None = None,
    owner_id: Id | None = None,
    q: Text = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[PortfolioRowOut]:
    return queries.list_portfolio(
        tx, actor, sort=sort, tier=tier, region=region, size=size, owner_id=owner_id, q=q, after=after, limit=limit
    )


@api.get("/portfolio/summary", rule=READ, tags=["portfolio"])
def summarise_portfolio(
    tx: Read,
    actor: CurrentActor,
    now: Now,
    region: Region | None = None,
    size: Size | None = None,
    owner_id: Id | None = None,
    q: Text = None,
) -> PortfolioSummaryOut:
    return queries.summarise_portfolio(tx, actor, now, region=region, size=size, owner_id=owner_id, q=q)


@api.get("/portfolio/movements", rule=READ, tags=["portfolio"])
def list_movements(
    tx: Read, actor: CurrentActor, now: Now, from_on: Annotated[date, Query(alias="from")], to_on: ToDay = None
) -> MovementsOut:
    return queries.list_movements(tx, actor, from_on, to_on, now)


@api.get("/portfolio/heat-map", rule=READ, tags=["portfolio"])
def get_heat_map(
    tx: Read,
    actor: CurrentActor,
    now: Now,
    side: Side = "sponsor",
    sort: PortfolioSort = "-lower",
    tier: Tier | None = None,
    region: Region | None = None,
    size: Size | None = None,
    owner_id: Id | None = None,
    q: Text = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[HeatRowOut]:
    chosen = {"tier": tier, "region": region, "size": size, "owner_id": owner_id, "q": q}
    return heat_map.get_heat_map(tx, actor, now, side=side, sort=sort, after=after, limit=limit, **chosen)
