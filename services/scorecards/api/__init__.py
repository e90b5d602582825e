"""Routes of scorecards: parse, call, return."""

from services.scorecards.api import action_plans, cards, cycles, readings, scores, templates  # noqa: F401
from services.scorecards.api.router import api

__all__ = ["api"]
