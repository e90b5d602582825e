"""Routes of what is read out of cards and of the ledger."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.scorecards.api.router import api
from services.scorecards.queries import facts, gaps
from services.scorecards.schemas.readings import EvidenceOut, FactsOut, GapsOut, HeatRowOut
from services.scorecards.schemas.scores import Region, Size
from services.scorecards.schemas.templates import Key, Side
from services.scorecards.scoring import Tier
from shared.auth import RATE, READ
from shared.edge import Caller, Now, Read
from shared.ids import Id
from shared.page import After, Limit, Page

FromDay = Annotated[date | None, Query(alias="from")]
ToDay = Annotated[date | None, Query(alias="to")]


@api.get("/relationships/{relationship_id}/facts", rule=READ, tags=["scorecards"])
def get_facts(
    relationship_id: Id, tx: Read, actor: Caller, now: Now, from_on: FromDay = None, to_on: ToDay = None
) -> FactsOut:
    return facts.get_facts(tx, relationship_id, from_on, to_on, actor, now)


@api.get("/scorecards/{scorecard_id}/facts", rule=RATE, tags=["scorecards"])
def get_scorecard_facts(scorecard_id: Id, tx: Read, actor: Caller, now: Now) -> FactsOut:
    return facts.get_card_facts(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/suggested-evidence", rule=RATE, tags=["scorecards"])
def list_suggested_evidence(
    scorecard_id: Id,
    tx: Read,
    actor: Caller,
    now: Now,
    attribute: Annotated[Key | None, Query()] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[EvidenceOut]:
    return facts.list_suggested_evidence(tx, scorecard_id, attribute, after, limit, actor, now)


@api.get("/relationships/{relationship_id}/perception-gaps", rule=READ, tags=["scorecards"])
def get_perception_gaps(
    relationship_id: Id,
    tx: Read,
    actor: Caller,
    review_cycle_id: Id | None = None,
    from_on: FromDay = None,
    to_on: ToDay = None,
) -> GapsOut:
    return gaps.get_perception_gaps(tx, relationship_id, review_cycle_id, from_on, to_on, actor)


@api.get("/portfolio/heat-map", rule=READ, tags=["portfolio"])
def get_heat_map(
    tx: Read,
    actor: Caller,
    side: Side = "sponsor",
    tier: Tier | None = None,
    region: Region | None = None,
    size: Size | None = None,
    owner_id: Id | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[HeatRowOut]:
    equal = {"tier": tier, "provider_region": region, "provider_size": size, "owner_id": owner_id}
    return gaps.get_heat_map(tx, actor, side=side, equal=equal, after=after, limit=limit)
