"""Routes of scores: tiers, the portfolio, and what the gateway composes from."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from services.scorecards import queries
from services.scorecards.api.router import api
from services.scorecards.schemas.scores import (
    EffectsOut,
    HistoryOut,
    MovementsOut,
    PolicyOut,
    PortfolioRowOut,
    PortfolioSort,
    PortfolioSummaryOut,
    Region,
    ReplicaOut,
    Size,
    Step,
    TierOut,
    TimelineKind,
    TimelineOut,
)
from services.scorecards.scoring import Tier
from shared.auth import READ
from shared.errors import InvalidField
from shared.http.pages import LIMIT_MOST, After, Limit, Page, Text
from shared.http.routing import CurrentActor, Now, Read
from shared.ids import Id

FromDay = Annotated[date | None, Query(alias="from")]
ToDay = Annotated[date | None, Query(alias="to")]
SourceIds = Annotated[tuple[Id, ...], Query(alias="source_id", min_length=1, max_length=LIMIT_MOST)]
Kinds = Annotated[tuple[TimelineKind, ...], Query(alias="kind", max_length=20)]


@api.get("/tier-policies", rule=READ, tags=["tier policies"])
async def list_tier_policies() -> Page[PolicyOut]:
    return queries.list_policies()


@api.get("/tier-policies/{version}", rule=READ, tags=["tier policies"])
async def get_tier_policy(version: int) -> PolicyOut:
    return queries.get_policy(version)


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


@api.get("/relationships/{relationship_id}/tier", rule=READ, tags=["tiers"])
def get_tier(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    as_of: date | None = None,
    contributions_limit: Limit = 50,
    after: After = None,
) -> TierOut:
    return queries.get_tier(tx, relationship_id, as_of, contributions_limit, after, actor, now)


@api.get("/relationships/{relationship_id}/tier/history", rule=READ, tags=["tiers"])
def get_tier_history(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    from_on: FromDay = None,
    to_on: ToDay = None,
    step: Step | None = None,
) -> HistoryOut:
    return queries.get_tier_history(tx, relationship_id, from_on, to_on, step, actor, now)


@api.get("/relationships/{relationship_id}/timeline-entries", rule=READ, tags=["internal"])
def list_timeline_entries(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    kinds: Kinds = (),
    after_at: AwareDatetime | None = None,
    after_id: Text = None,
    before_at: AwareDatetime | None = None,
    before_id: Text = None,
    limit: Limit = 50,
) -> TimelineOut:
    after, before = _place("after", after_at, after_id), _place("before", before_at, before_id)
    return queries.list_timeline_entries(tx, relationship_id, kinds, after, before, limit, actor, now)


def _place(name: str, at: AwareDatetime | None, entry_id: str | None) -> tuple[AwareDatetime, str] | None:
    if at is None and entry_id is None:
        return None
    if at is None or entry_id is None:
        raise InvalidField(f"{name}_id", f"{name}_at and {name}_id go together")
    return at, entry_id


@api.get("/relationships/{relationship_id}/effects", rule=READ, tags=["internal"])
def get_effects(relationship_id: Id, source_ids: SourceIds, tx: Read, actor: CurrentActor, now: Now) -> EffectsOut:
    return queries.get_effects(tx, relationship_id, source_ids, actor, now)


@api.get("/relationship-replicas/{relationship_id}", rule=READ, tags=["internal"])
def get_relationship_replica(relationship_id: Id, tx: Read) -> ReplicaOut:
    return queries.get_replica(tx, relationship_id)
