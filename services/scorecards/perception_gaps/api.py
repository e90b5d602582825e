"""Routes of perception gaps."""

from services.scorecards.parameters import FromDay, ToDay
from services.scorecards.perception_gaps import queries
from services.scorecards.perception_gaps.schemas import GapsOut
from shared.auth import READ
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationships/{relationship_id}/perception-gaps", rule=READ, tags=["perception gaps"])
def get_perception_gaps(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    review_cycle_id: Id | None = None,
    from_on: FromDay = None,
    to_on: ToDay = None,
) -> GapsOut:
    """Answers where the two sides see the same thing differently: theirs minus ours by attribute, of each period that
    both published, oldest first. Without days it is the three years up to today, and at most 3,660 days.
    `relationship-not-found` where the relationship is unknown or hidden."""
    return queries.get_perception_gaps(tx, relationship_id, review_cycle_id, from_on, to_on, actor, now)
