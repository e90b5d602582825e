"""Routes of replicas."""

from services.engagements.replicas import queries
from services.engagements.replicas.schemas import ReplicaOut
from shared.auth import READ
from shared.http.routing import Api, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationship-replicas/{relationship_id}", rule=READ, tags=["internal"])
def get_relationship_replica(relationship_id: Id, tx: Read) -> ReplicaOut:
    """The version of the relationship that is applied here; for every signed-in actor, as it shows nothing else."""
    return queries.get_replica(tx, relationship_id)
