"""Routes of review cycles, their periods and runs."""

from services.scorecards.parameters import FromDay, ToDay
from services.scorecards.review_cycles import opening, queries, usecases
from services.scorecards.review_cycles.schemas import (
    ChangeReviewCycle,
    CreateReviewCycle,
    ReviewCycleOut,
    ReviewProgressOut,
    ReviewRunOut,
    RunReviewCycle,
    ScheduledPeriodOut,
)
from shared.auth import ROLES, WRITE, Rule
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Steps, Version, Write
from shared.ids import Id
from shared.values import Day

api = Api(prefix="/v1")

READ_OURS = Rule("read", frozenset(ROLES), frozenset(("sponsor",)))
"""The provider side sees its own cards, and no review cycles (docs/design/contract.md, Who)."""


@api.post("/review-cycles", rule=WRITE, tags=["review cycles"])
def create_review_cycle(command: CreateReviewCycle, tx: Write, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    return usecases.create_review_cycle(tx, command, actor, now)


@api.get("/review-cycles", rule=READ_OURS, tags=["review cycles"])
def list_review_cycles(
    tx: Read, actor: CurrentActor, now: Now, archived: bool = False, after: After = None, limit: Limit = 50
) -> Page[ReviewCycleOut]:
    return queries.list_review_cycles(tx, actor, now, archived=archived, after=after, limit=limit)


@api.get("/review-cycles/{review_cycle_id}", rule=READ_OURS, tags=["review cycles"])
def get_review_cycle(review_cycle_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    return queries.get_review_cycle(tx, review_cycle_id, actor, now)


@api.patch("/review-cycles/{review_cycle_id}", rule=WRITE, tags=["review cycles"])
def change_review_cycle(
    review_cycle_id: Id, command: ChangeReviewCycle, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ReviewCycleOut:
    return usecases.change_review_cycle(tx, review_cycle_id, command, version, actor, now)


@api.delete("/review-cycles/{review_cycle_id}", rule=WRITE, tags=["review cycles"])
def archive_review_cycle(review_cycle_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_review_cycle(tx, review_cycle_id, version, actor, now)


@api.post("/review-cycles/{review_cycle_id}/restoration", rule=WRITE, status_code=200, tags=["review cycles"])
def restore_review_cycle(review_cycle_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    return usecases.restore_review_cycle(tx, review_cycle_id, actor, now)


@api.get("/review-cycles/{review_cycle_id}/periods", rule=READ_OURS, tags=["review cycles"])
def list_review_periods(
    review_cycle_id: Id, tx: Read, now: Now, from_on: FromDay = None, to_on: ToDay = None
) -> Page[ScheduledPeriodOut]:
    return queries.list_periods(tx, review_cycle_id, from_on, to_on, now)


@api.post(
    "/review-cycles/{review_cycle_id}/runs",
    rule=WRITE,
    status_code=200,
    tags=["review cycles"],
    requires={"announced": ()},
)
def run_review_cycle(
    review_cycle_id: Id, command: RunReviewCycle, database: Steps, actor: CurrentActor, now: Now
) -> ReviewRunOut:
    return opening.run_review_cycle(database, review_cycle_id, command, actor, now)


@api.get("/review-cycles/{review_cycle_id}/runs", rule=READ_OURS, tags=["review cycles"])
def list_review_runs(
    review_cycle_id: Id, tx: Read, actor: CurrentActor, after: After = None, limit: Limit = 50
) -> Page[ReviewRunOut]:
    return queries.list_runs(tx, review_cycle_id, actor, after, limit)


@api.get("/review-cycles/{review_cycle_id}/progress", rule=READ_OURS, tags=["review cycles"])
def get_review_progress(
    review_cycle_id: Id, tx: Read, actor: CurrentActor, now: Now, period_ends_on: Day | None = None
) -> ReviewProgressOut:
    return queries.get_review_progress(tx, review_cycle_id, period_ends_on, actor, now)
