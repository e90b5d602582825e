"""Routes of tier policies."""

from services.scorecards.policies import queries
from services.scorecards.policies.schemas import PolicyOut
from shared.auth import READ
from shared.http.pages import Page
from shared.http.routing import Api
from shared.values import Number

api = Api(prefix="/v1")


@api.get("/tier-policies", rule=READ, tags=["tier policies"])
async def list_tier_policies() -> Page[PolicyOut]:
    return queries.list_policies()


@api.get("/tier-policies/{version}", rule=READ, tags=["tier policies"])
async def get_tier_policy(version: Number) -> PolicyOut:
    return queries.get_policy(version)
