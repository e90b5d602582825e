"""Routes of what is read of cards and their periods: facts, results, gaps, the heat map, the place in a segment."""

from services.scorecards.api.router import api
from services.scorecards.api.scores import FromDay, ToDay
from services.scorecards.queries import comparison, facts, gaps, heat_map, results
from services.scorecards.schemas.readings import (
    ComparisonOut,
    FactsOut,
    GapsOut,
    HeatRowOut,
    ResultsSideBySideOut,
    SuggestedEvidenceOut,
)
from services.scorecards.schemas.scores import PortfolioSort, Region, Size
from services.scorecards.schemas.templates import Side
from services.scorecards.scoring import Tier
from shared.auth import RATE, READ
from shared.http.pages import After, Limit, Page, Text
from shared.http.routing import CurrentActor, Now, Read
from shared.ids import Id


@api.get("/relationships/{relationship_id}/facts", rule=READ, tags=["facts"])
def get_facts(
    relationship_id: Id, tx: Read, actor: CurrentActor, now: Now, from_on: FromDay = None, to_on: ToDay = None
) -> FactsOut:
    return facts.get_facts(tx, relationship_id, from_on, to_on, actor, now)


@api.get("/scorecards/{scorecard_id}/facts", rule=RATE, tags=["facts"])
def get_facts_of_scorecard(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> FactsOut:
    return facts.get_facts_of_card(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/suggested-evidence", rule=READ, tags=["facts"])
def list_suggested_evidence(
    scorecard_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    attribute: Text = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[SuggestedEvidenceOut]:
    return facts.list_suggested_evidence(tx, scorecard_id, attribute, after, limit, actor, now)


@api.get("/scorecards/{scorecard_id}/results", rule=READ, tags=["scorecards"])
def get_results(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ResultsSideBySideOut:
    return results.get_results(tx, scorecard_id, actor, now)


@api.get("/relationships/{relationship_id}/perception-gaps", rule=READ, tags=["perception gaps"])
def get_perception_gaps(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    review_cycle_id: Id | None = None,
    from_on: FromDay = None,
    to_on: ToDay = None,
) -> GapsOut:
    return gaps.get_perception_gaps(tx, relationship_id, review_cycle_id, from_on, to_on, actor, now)


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


@api.get("/relationships/{relationship_id}/comparison", rule=READ, tags=["comparison"])
def get_comparison(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    same_region: bool = False,
    same_project_type: bool = False,
) -> ComparisonOut:
    return comparison.get_comparison(tx, relationship_id, same_region, same_project_type, actor, now)
