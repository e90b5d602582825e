"""Which services have applied a relationship's newest version."""

from services.gateway.http.errors import ServiceRefusal
from services.gateway.http.replica_wait import ReplicaWait
from services.gateway.http.schemas import Propagation
from shared.auth import Actor


async def propagation(replica_wait: ReplicaWait, relationship_id: str, actor: Actor) -> Propagation:
    """Which services have applied the relationship as accounts has it now."""
    owner = await replica_wait.call("accounts", actor, "GET", f"/v1/relationships/{relationship_id}".encode())
    if not owner.is_good:
        raise ServiceRefusal(owner)
    return await replica_wait.propagation(relationship_id, owner.json()["version"], wait_s=0)
