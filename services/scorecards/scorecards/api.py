"""Routes of scorecards."""

from typing import Annotated

from fastapi import Query

from services.scorecards.scorecards import lifecycle, links, queries, rating, results, signing
from services.scorecards.scorecards.schemas import (
    Because,
    DisputeCard,
    LinkRater,
    PutRatings,
    RatingLinkOut,
    RatingsOut,
    ResolveDispute,
    ResultsSideBySideOut,
    ScorecardDue,
    ScorecardHistoryOut,
    ScorecardOut,
    ScorecardRowOut,
    ScorecardStatus,
    SignCard,
)
from shared.auth import RATE, READ, Side
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id
from shared.values import Day

api = Api(prefix="/v1")

DUE = "What waits for the actor: `mine` to be rated, others to be signed, resolved, or passed over as late."


@api.get("/scorecards", rule=READ, tags=["scorecards"])
def list_scorecards(
    tx: Read,
    actor: CurrentActor,
    now: Now,
    relationship_id: Id | None = None,
    review_cycle_id: Id | None = None,
    side: Side | None = None,
    status: ScorecardStatus | None = None,
    period_ends_on: Day | None = None,
    due: Annotated[ScorecardDue | None, Query(description=DUE)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ScorecardRowOut]:
    equal = {
        "relationship_id": relationship_id,
        "review_cycle_id": review_cycle_id,
        "side": side,
        "status": status,
        "period_ends_on": period_ends_on,
    }
    return queries.list_scorecards(tx, actor, now, equal=equal, due=due, after=after, limit=limit)


@api.get("/scorecards/{scorecard_id}", rule=RATE, tags=["scorecards"])
def get_scorecard(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ScorecardOut:
    return queries.get_scorecard(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/history", rule=READ, tags=["scorecards"])
def get_scorecard_history(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ScorecardHistoryOut:
    return queries.get_history(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/ratings", rule=RATE, tags=["scorecards"])
def get_ratings(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> RatingsOut:
    return queries.get_ratings(tx, scorecard_id, actor, now)


@api.put("/scorecards/{scorecard_id}/ratings", rule=RATE, tags=["scorecards"])
def put_ratings(
    scorecard_id: Id, command: PutRatings, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> RatingsOut:
    return rating.put_ratings(tx, scorecard_id, command, version, actor, now)


@api.post("/scorecards/{scorecard_id}/submission", rule=RATE, status_code=200, tags=["scorecards"])
def submit_scorecard(scorecard_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    return rating.submit_card(tx, scorecard_id, actor, now)


@api.post("/scorecards/{scorecard_id}/signature", rule=RATE, status_code=200, tags=["internal"])
def sign_scorecard(scorecard_id: Id, command: SignCard, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    return signing.sign_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/dispute", rule=READ, status_code=200, tags=["scorecards"])
def dispute_scorecard(scorecard_id: Id, command: DisputeCard, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    return lifecycle.dispute_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/resolution", rule=READ, status_code=200, tags=["scorecards"])
def resolve_scorecard(
    scorecard_id: Id, command: ResolveDispute, tx: Write, actor: CurrentActor, now: Now
) -> ScorecardOut:
    return lifecycle.resolve_dispute(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/reopening", rule=READ, status_code=200, tags=["scorecards"])
def reopen_scorecard(scorecard_id: Id, command: Because, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    return lifecycle.reopen_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/waiver", rule=READ, status_code=200, tags=["scorecards"])
def waive_scorecard(scorecard_id: Id, command: Because, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    return lifecycle.waive_card(tx, scorecard_id, command, actor, now)


@api.get("/scorecards/{scorecard_id}/rating-links", rule=READ, tags=["scorecards"])
def list_rating_links(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> Page[RatingLinkOut]:
    return queries.list_rating_links(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/rating-links/{rating_link_id}", rule=READ, tags=["scorecards"])
def get_rating_link_of_scorecard(
    scorecard_id: Id, rating_link_id: Id, tx: Read, actor: CurrentActor, now: Now
) -> RatingLinkOut:
    return queries.get_rating_link(tx, scorecard_id, rating_link_id, actor, now)


@api.post(
    "/scorecards/{scorecard_id}/rating-links",
    rule=READ,
    tags=["scorecards"],
    location="/v1/scorecards/{scorecard_id}/rating-links/{id}",
    requires={"contact": ["contact_id"]},
)
def send_rating_link(scorecard_id: Id, command: LinkRater, tx: Write, actor: CurrentActor, now: Now) -> RatingLinkOut:
    return links.send_link(tx, scorecard_id, command, actor, now)


@api.delete("/scorecards/{scorecard_id}/rating-links/{rating_link_id}", rule=READ, tags=["scorecards"])
def revoke_rating_link(
    scorecard_id: Id, rating_link_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> None:
    return links.revoke_link(tx, scorecard_id, rating_link_id, version, actor, now)


@api.get("/scorecards/{scorecard_id}/results", rule=READ, tags=["scorecards"])
def get_results(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ResultsSideBySideOut:
    return results.get_results(tx, scorecard_id, actor, now)
