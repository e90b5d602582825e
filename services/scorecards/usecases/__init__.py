"""Writes of scorecards: what is heard enters the replicas and the ledger; the portfolio is drawn from them."""

from services.scorecards.usecases.ledger import (
    Source,
    enter,
    enter_scorecard,
    hear_account,
    hear_engagement,
    hear_relationship,
    hear_standing,
    settle,
    store,
)
from services.scorecards.usecases.rebuilding import canonical_export, rebuild_scores, rescored_export, review_scores

__all__ = [
    "Source",
    "canonical_export",
    "enter",
    "enter_scorecard",
    "hear_account",
    "hear_engagement",
    "hear_relationship",
    "hear_standing",
    "rebuild_scores",
    "rescored_export",
    "review_scores",
    "settle",
    "store",
]
