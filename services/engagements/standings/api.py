"""Routes of standings."""

from services.engagements.standings import queries
from services.engagements.standings.schemas import StandingOut
from shared.auth import READ
from shared.http.routing import Api, CurrentActor, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationships/{relationship_id}/standing", rule=READ, tags=["relationships"])
def get_standing(relationship_id: Id, tx: Read, actor: CurrentActor) -> StandingOut:
    """Answers the rung of today, the last contact and the next one due. It is renewed with what is recorded, and once a
    day. `relationship-not-found` where the relationship is unknown or hidden."""
    return queries.get_standing(tx, relationship_id, actor)
