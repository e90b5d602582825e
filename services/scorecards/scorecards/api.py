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
    """Lists the cards of relationships that the reader may read, newest period first; `due` those that wait for the
    reader. Nothing here depends on what was answered."""
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
    """Answers one card: what it asks, how far it is and what the reader may do. What was answered stands in `content`,
    which is null for the other side until the reveal. `scorecard-not-found` where it is unknown or hidden."""
    return queries.get_scorecard(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/history", rule=READ, tags=["scorecards"])
def get_scorecard_history(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ScorecardHistoryOut:
    """Answers every change of a card, oldest first; empty for whoever does not see its content yet.
    `scorecard-not-found` where it is unknown or hidden."""
    return queries.get_history(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/ratings", rule=RATE, tags=["scorecards"])
def get_ratings(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> RatingsOut:
    """Answers the reader's own answers on a card, never those of others, beside what the same side said last time.
    `scorecard-not-found` where it is unknown or hidden."""
    return queries.get_ratings(tx, scorecard_id, actor, now)


@api.put("/scorecards/{scorecard_id}/ratings", rule=RATE, tags=["scorecards"])
def put_ratings(
    scorecard_id: Id, command: PutRatings, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> RatingsOut:
    """Replaces the caller's own answers on a draft; nothing is announced, and If-Match takes the version of these
    answers, 0 before the first. Whoever is named as a rater may, and admins. `forbidden` for others, `scorecard-status`
    where the card is no draft, `invalid-field` where an answer of below has no comment, an attribute is not asked, or
    evidence is no record of this relationship."""
    return rating.put_ratings(tx, scorecard_id, command, version, actor, now)


@api.post("/scorecards/{scorecard_id}/submission", rule=RATE, status_code=200, tags=["scorecards"])
def submit_scorecard(scorecard_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    """Closes the side: finished answers and the caller's own count, others are left out. When every side has submitted,
    each sees the other's. `forbidden` for whoever may not rate the card, `nothing-rated` where nobody has answered
    anything, `scorecard-status` where it is no draft."""
    return rating.submit_card(tx, scorecard_id, actor, now)


@api.post("/scorecards/{scorecard_id}/signature", rule=RATE, status_code=200, tags=["internal"])
def sign_scorecard(scorecard_id: Id, command: SignCard, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    """Signs what was submitted; the card is published, and counts as evidence, at once where it is revealed, else with
    the reveal. Reached through the gateway alone, which has asked for the password again."""
    return signing.sign_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/dispute", rule=READ, status_code=200, tags=["scorecards"])
def dispute_scorecard(scorecard_id: Id, command: DisputeCard, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    """Disputes a published card; it counts on until it is resolved or replaced, and its owner and whoever answered or
    signed it are notified. Signers of the sponsor side may, and admins. `forbidden` for others, `scorecard-status`
    where the card is not published."""
    return lifecycle.dispute_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/resolution", rule=READ, status_code=200, tags=["scorecards"])
def resolve_scorecard(
    scorecard_id: Id, command: ResolveDispute, tx: Write, actor: CurrentActor, now: Now
) -> ScorecardOut:
    """Answers a dispute: the card stands as it is; to change it, reopen it. The relationship's owner or team, where
    they are managers of the sponsor side, and admins may. `forbidden` for others, `scorecard-status` where the card is
    not disputed."""
    return lifecycle.resolve_dispute(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/reopening", rule=READ, status_code=200, tags=["scorecards"])
def reopen_scorecard(scorecard_id: Id, command: Because, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    """Opens a card to be answered anew, as its next revision. Its signature loses its force, and what was published
    counts until the new revision is. Its own raters and signers may, and from the reveal on whoever may resolve
    disputes; `forbidden` for others, `scorecard-status` where it is a draft."""
    return lifecycle.reopen_card(tx, scorecard_id, command, actor, now)


@api.post("/scorecards/{scorecard_id}/waiver", rule=READ, status_code=200, tags=["scorecards"])
def waive_scorecard(scorecard_id: Id, command: Because, tx: Write, actor: CurrentActor, now: Now) -> ScorecardOut:
    """Passes over a side that is past its due day: it counts as nothing, not as zero, and the other side is revealed.
    Whoever may resolve disputes may; `forbidden` for others, `scorecard-status` before the due day is over, or where an
    earlier revision was published."""
    return lifecycle.waive_card(tx, scorecard_id, command, actor, now)


@api.get("/scorecards/{scorecard_id}/rating-links", rule=READ, tags=["scorecards"])
def list_rating_links(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> Page[RatingLinkOut]:
    """Lists the links by which contacts rate this card, oldest first, on one page; empty for whoever may not send them.
    The secrets are in the mails alone."""
    return queries.list_rating_links(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/rating-links/{rating_link_id}", rule=READ, tags=["scorecards"])
def get_rating_link_of_scorecard(
    scorecard_id: Id, rating_link_id: Id, tx: Read, actor: CurrentActor, now: Now
) -> RatingLinkOut:
    """Answers one of a card's rating links. `rating-link-not-found` where it is unknown, or the reader may not send
    them."""
    return queries.get_rating_link(tx, scorecard_id, rating_link_id, actor, now)


@api.post(
    "/scorecards/{scorecard_id}/rating-links",
    rule=READ,
    tags=["scorecards"],
    location="/v1/scorecards/{scorecard_id}/rating-links/{id}",
    requires={"contact": ["contact_id"]},
)
def send_rating_link(scorecard_id: Id, command: LinkRater, tx: Write, actor: CurrentActor, now: Now) -> RatingLinkOut:
    """Mails a contact of the card's side a link to rate this one card by, without an account. Whoever may resolve
    disputes may; `forbidden` for others, `link-sent-today` where the contact was sent one today, `scorecard-status`
    where the card is no draft, `invalid-field` where it is no contact of that account."""
    return links.send_link(tx, scorecard_id, command, actor, now)


@api.delete("/scorecards/{scorecard_id}/rating-links/{rating_link_id}", rule=READ, tags=["scorecards"])
def revoke_rating_link(
    scorecard_id: Id, rating_link_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> None:
    """Makes a link open nothing from now on; what was answered by it stays. `forbidden` for whoever may not send links,
    `stale-version` where somebody else changed it first."""
    return links.revoke_link(tx, scorecard_id, rating_link_id, version, actor, now)


@api.get("/scorecards/{scorecard_id}/results", rule=READ, tags=["scorecards"])
def get_results(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> ResultsSideBySideOut:
    """Answers what each side's card of the same cycle, period and relationship says, as far as the reader may see it,
    with its change against what was published before. `scorecard-not-found` where the card is unknown or hidden."""
    return results.get_results(tx, scorecard_id, actor, now)
