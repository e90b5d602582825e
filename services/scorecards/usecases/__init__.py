"""Writes of scorecards: what is heard enters the replicas and the ledger; the portfolio is drawn from them."""

from services.scorecards.usecases.cards import publish_revealed
from services.scorecards.usecases.cycles import (
    archive_review_cycle,
    change_review_cycle,
    create_review_cycle,
    restore_review_cycle,
)
from services.scorecards.usecases.ledger import (
    Source,
    apply_account,
    apply_contact,
    apply_engagement,
    apply_relationship,
    apply_standing,
    enter,
    enter_scorecard,
    flush,
    store,
)
from services.scorecards.usecases.notices import make_notices
from services.scorecards.usecases.opening import open_due, open_period, run_review_cycle, run_reviews
from services.scorecards.usecases.question_sets import question_set_of
from services.scorecards.usecases.rebuilding import canonical_export, rebuild_scores, rescored_export, review_scores

__all__ = [
    "Source",
    "apply_account",
    "apply_contact",
    "apply_engagement",
    "apply_relationship",
    "apply_standing",
    "archive_review_cycle",
    "canonical_export",
    "change_review_cycle",
    "create_review_cycle",
    "enter",
    "enter_scorecard",
    "flush",
    "make_notices",
    "open_due",
    "open_period",
    "publish_revealed",
    "question_set_of",
    "rebuild_scores",
    "rescored_export",
    "restore_review_cycle",
    "review_scores",
    "run_review_cycle",
    "run_reviews",
    "store",
]
