"""Routes of engagements: parse, call, return."""

# The hot path comes first: routes are matched in the order in which they were declared.
from services.engagements.api import interactions  # noqa: F401, I001
from services.engagements.api import deliveries, engagements, followups, milestones, relationships  # noqa: F401
from services.engagements.api.router import api

__all__ = ["api"]
