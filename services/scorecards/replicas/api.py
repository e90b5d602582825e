"""How far this service has applied what it learns of a relationship."""

from services.scorecards.replicas import queries
from services.scorecards.replicas.schemas import ReplicaOut
from shared.auth import READ
from shared.http.routing import Api, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationship-replicas/{relationship_id}", rule=READ, tags=["internal"])
def get_relationship_replica(relationship_id: Id, tx: Read) -> ReplicaOut:
    """Answers the version of the relationship that is applied here; for every signed-in actor, as it shows nothing
    else."""
    return queries.get_replica(tx, relationship_id)
