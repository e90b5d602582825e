"""Routes of tier policies."""

from typing import Annotated

from fastapi import Path

from services.scorecards.policies import queries
from services.scorecards.policies.schemas import PolicyOut
from shared.auth import READ
from shared.http.pages import Page
from shared.http.routing import Api
from shared.values import Number

api = Api(prefix="/v1")

PolicyVersion = Annotated[Number, Path(description="The policy's version, as scores name it.")]


@api.get("/tier-policies", rule=READ, tags=["tier policies"])
async def list_tier_policies() -> Page[PolicyOut]:
    """Lists the tier policies: every number that scores are computed with. There is one, on one page."""
    return queries.list_policies()


@api.get("/tier-policies/{version}", rule=READ, tags=["tier policies"])
async def get_tier_policy(version: PolicyVersion) -> PolicyOut:
    """Answers the tier policy of a version. `tier-policy-not-found` where there is none."""
    return queries.get_policy(version)
