"""Published cards for a whole portfolio, written as they stand when both sides have signed."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.scorecards.review_cycles.periods import Cadence, period_of
from services.scorecards.review_cycles.tables import ReviewCycle
from services.scorecards.scorecard_templates.question_sets import question_set_of
from services.scorecards.scorecards.queries import questions_of
from services.scorecards.scorecards.ratings import aggregate, results
from services.scorecards.scorecards.tables import Scorecard
from services.scorecards.scoring.policy import DEFAULT_POLICY
from services.scorecards.service import service as scorecards
from shared.db.database import Database
from shared.ids import new_id

FULL = "019aa000-0000-7000-8000-000000000001"
PROFILE = "mid/europe/clinical_supply"
WORDS = ("below", "meets", "meets", "meets", "exceeds", "not_applicable")
PERIODS, BATCH = 3, 1_000


def fill_cards(url: str, relationship_ids: Sequence[str], seed: int = 7) -> None:
    """Give each relationship the sponsor's published card of thirty ratings for each of the last three quarters."""
    database = scorecards.database(url, pool_size=2)
    try:
        _fill(database, relationship_ids, random.Random(seed))
        if not url.startswith("sqlite"):
            with database.write() as tx:
                tx.run(sa.text("ANALYZE scorecard"))
    finally:
        database.close()


def _fill(database: Database, relationship_ids: Sequence[str], chance: random.Random) -> None:
    now = datetime.now(UTC)
    cycle_id = new_id()
    with database.write() as tx:
        question_set_id = question_set_of(tx, FULL, 1, "sponsor", PROFILE)
        questions = questions_of(tx, question_set_id)
        tx.run(
            sa.insert(ReviewCycle.__table__).values(
                review_cycle_id=cycle_id, version=1, name="Quarterly", cadence="quarterly", fiscal_year_start_month=1,
                time_zone="UTC", template_id=FULL, template_rules=[], sides=["sponsor"], audience={}, raters={},
                signers={}, project_type=None, starts_on=now.date(), opens_days_before_end=0, due_days_after_end=14,
                reminder_days_before_due=[], escalation_days_after_due=[], created_by=new_id(), created_at=now,
                archived_at=now,
            )
        )  # fmt: skip
    common = {
        "version": 4, "review_cycle_id": cycle_id, "side": "sponsor", "template_id": FULL, "template_version": 1,
        "question_set_id": question_set_id, "profile": PROFILE, "status": "published", "revision": 1,
        "is_blind": True, "created_at": now, "published_at": now, "revealed_at": now, "reveals_at": now,
    }  # fmt: skip
    for start in range(0, len(relationship_ids), BATCH):
        with database.write() as tx:
            rows = [common | card for card in _cards(relationship_ids[start : start + BATCH], questions, chance, now)]
            tx.run(sa.insert(Scorecard.__table__), rows)


def _cards(
    relationship_ids: Sequence[str], questions: Sequence[Any], chance: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    for relationship_id in relationship_ids:
        period = period_of(Cadence.quarterly, 1, now.date())
        for _ in range(PERIODS):
            period = period_of(Cadence.quarterly, 1, period.starts_on - timedelta(days=1))
            answers = [
                {
                    "attribute": each["attribute"],
                    "rating": chance.choice(WORDS),
                    "comment": "As the record of the quarter says.",
                }
                for each in questions
            ]
            ratings = aggregate([each["attribute"] for each in questions], [answers], DEFAULT_POLICY.rating_y)
            yield {
                "scorecard_id": new_id(), "relationship_id": relationship_id, "period_starts_on": period.starts_on,
                "period_ends_on": period.ends_on, "opened_on": period.ends_on, "due_on": period.ends_on,
                "ratings": ratings, "results": results(questions, ratings), "y_micro": 800_000, "w_micro": 3_000_000,
            }  # fmt: skip
