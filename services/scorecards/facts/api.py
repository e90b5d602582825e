"""Routes of the facts of a period, and of the records that suit as evidence."""

from services.scorecards.facts import queries
from services.scorecards.facts.schemas import FactsOut, SuggestedEvidenceOut
from services.scorecards.parameters import FromDay, ToDay
from shared.auth import RATE, READ
from shared.http.pages import After, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationships/{relationship_id}/facts", rule=READ, tags=["facts"])
def get_facts(
    relationship_id: Id, tx: Read, actor: CurrentActor, now: Now, from_on: FromDay = None, to_on: ToDay = None
) -> FactsOut:
    """Answers in figures what happened in a period: promises kept and missed, interactions, audits, the last business
    review. Without days it is the calendar quarter up to today; private notes are never counted.
    `relationship-not-found` where the relationship is unknown or hidden."""
    return queries.get_facts(tx, relationship_id, from_on, to_on, actor, now)


@api.get("/scorecards/{scorecard_id}/facts", rule=RATE, tags=["facts"])
def get_facts_of_scorecard(scorecard_id: Id, tx: Read, actor: CurrentActor, now: Now) -> FactsOut:
    """Answers the facts of a scorecard's own period, as a rater reads them beside the questions. `scorecard-not-found`
    where the card is unknown or hidden."""
    return queries.get_facts_of_card(tx, scorecard_id, actor, now)


@api.get("/scorecards/{scorecard_id}/suggested-evidence", rule=READ, tags=["facts"])
def list_suggested_evidence(
    scorecard_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    attribute: Text = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[SuggestedEvidenceOut]:
    """Lists the records of a card's period that a rating may cite: those about `attribute` first, each part newest
    first. Private notes are never among them. `scorecard-not-found` where the card is unknown or hidden."""
    return queries.list_suggested_evidence(tx, scorecard_id, attribute, after, limit, actor, now)
