"""Routes that read a relationship as a whole."""

from services.engagements.ladder import queries
from services.engagements.ladder.schemas import LadderOut
from shared.auth import READ
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id
from shared.values import Day

api = Api(prefix="/v1")


@api.get("/relationships/{relationship_id}/ladder", rule=READ, tags=["relationships"])
def get_ladder(relationship_id: Id, tx: Read, actor: CurrentActor, now: Now, as_of: Day | None = None) -> LadderOut:
    """Answers what the two companies do together, from R0 to R5, as known on a day: the rung, what proves it, what the
    next one needs, and how it came about. It is computed from engagements and executive contact, never from the score.
    `relationship-not-found` where the relationship is unknown or hidden."""
    return queries.get_ladder(tx, relationship_id, as_of, actor, now)
