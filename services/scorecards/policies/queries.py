"""Tier policies: the numbers that every score is read by."""

from services.scorecards.policies.schemas import PolicyOut
from services.scorecards.scoring.policy import DEFAULT_POLICY, Policy
from shared.errors import NotFound
from shared.http.pages import Page


def current_policy() -> Policy:
    """The policy that every score here is read by."""
    return DEFAULT_POLICY


class TierPolicyNotFound(NotFound):
    slug, title = "tier-policy-not-found", "No such tier policy"


def list_policies() -> Page[PolicyOut]:
    return Page(items=[PolicyOut.model_validate(current_policy())], next=None)


def get_policy(version: int) -> PolicyOut:
    if version != current_policy().version:
        raise TierPolicyNotFound()
    return PolicyOut.model_validate(current_policy())
