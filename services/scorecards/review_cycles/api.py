"""Routes of review cycles, their periods and runs."""

from typing import Annotated

from fastapi import Query

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
from shared.auth import READ_OURS, WRITE
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Steps, Version, Write
from shared.ids import Id
from shared.values import Day

api = Api(prefix="/v1")

FromDay = Annotated[Day | None, Query(alias="from", description="Only periods that end on this day or later.")]
ToDay = Annotated[Day | None, Query(alias="to", description="Only periods that begin on this day or earlier.")]
Archived = Annotated[bool, Query(description="Archived ones alone, rather than those that are not.")]


@api.post("/review-cycles", rule=WRITE, tags=["review cycles"])
def create_review_cycle(command: CreateReviewCycle, tx: Write, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    """Says who is reviewed when, by which template. Its periods open by themselves from `starts_on` on; what opened
    since is caught up. `invalid-field` where a template is unknown, archived or asks nothing of a side, or days do not
    go together."""
    return usecases.create_review_cycle(tx, command, actor, now)


@api.get("/review-cycles", rule=READ_OURS, tags=["review cycles"])
def list_review_cycles(
    tx: Read, actor: CurrentActor, now: Now, archived: Archived = False, after: After = None, limit: Limit = 50
) -> Page[ReviewCycleOut]:
    """Lists review cycles in the order in which they were made, each with its last and its next opening. With
    `archived` archived ones alone."""
    return queries.list_review_cycles(tx, actor, now, archived=archived, after=after, limit=limit)


@api.get("/review-cycles/{review_cycle_id}", rule=READ_OURS, tags=["review cycles"])
def get_review_cycle(review_cycle_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    """Answers one review cycle, also an archived one. `review-cycle-not-found` where it is unknown."""
    return queries.get_review_cycle(tx, review_cycle_id, actor, now)


@api.patch("/review-cycles/{review_cycle_id}", rule=WRITE, tags=["review cycles"])
def change_review_cycle(
    review_cycle_id: Id, command: ChangeReviewCycle, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ReviewCycleOut:
    """Changes the fields that are sent and leaves the others, for cards that open from now on. `review-cycle-has-run`
    where `cadence` or `fiscal_year_start_month` would change after a period was opened, `stale-version` where somebody
    else changed it first."""
    return usecases.change_review_cycle(tx, review_cycle_id, command, version, actor, now)


@api.delete("/review-cycles/{review_cycle_id}", rule=WRITE, tags=["review cycles"])
def archive_review_cycle(review_cycle_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Stops opening periods; cards that are open go on. `stale-version` where somebody else changed it first."""
    return usecases.archive_review_cycle(tx, review_cycle_id, version, actor, now)


@api.post("/review-cycles/{review_cycle_id}/restoration", rule=WRITE, status_code=200, tags=["review cycles"])
def restore_review_cycle(review_cycle_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ReviewCycleOut:
    """Opens periods again from today on: what would have opened while it was archived is not caught up."""
    return usecases.restore_review_cycle(tx, review_cycle_id, actor, now)


@api.get("/review-cycles/{review_cycle_id}/periods", rule=READ_OURS, tags=["review cycles"])
def list_review_periods(
    review_cycle_id: Id, tx: Read, now: Now, from_on: FromDay = None, to_on: ToDay = None
) -> Page[ScheduledPeriodOut]:
    """Lists the periods that hold a day between two, oldest first, on one page; without days from a year back to a year
    ahead. `invalid-field` for more than 5,600 days."""
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
    """Opens at once the newest period that is open on a day, also one before the cycle's start: one card for each
    relationship of the audience and each side, exactly once. Run again, it makes what is missing.
    `review-cycle-archived` where it is archived."""
    return opening.run_review_cycle(database, review_cycle_id, command, actor, now)


@api.get("/review-cycles/{review_cycle_id}/runs", rule=READ_OURS, tags=["review cycles"])
def list_review_runs(
    review_cycle_id: Id, tx: Read, actor: CurrentActor, after: After = None, limit: Limit = 50
) -> Page[ReviewRunOut]:
    """Lists the openings of a cycle, newest first, with what each did and what failed."""
    return queries.list_runs(tx, review_cycle_id, actor, after, limit)


@api.get("/review-cycles/{review_cycle_id}/progress", rule=READ_OURS, tags=["review cycles"])
def get_review_progress(
    review_cycle_id: Id, tx: Read, actor: CurrentActor, now: Now, period_ends_on: Day | None = None
) -> ReviewProgressOut:
    """Counts the cards of a period by side and status, of relationships that the reader may read; without a day of the
    newest period that has any."""
    return queries.get_review_progress(tx, review_cycle_id, period_ends_on, actor, now)
