"""Which services have applied a relationship's newest version."""

from services.gateway.http.errors import Refused
from services.gateway.http.replica_wait import Freshness
from services.gateway.http.schemas import Propagation
from shared.auth import Actor


async def propagation(freshness: Freshness, relationship_id: str, actor: Actor) -> Propagation:
    """Which services have applied the relationship as accounts has it now."""
    owner = await freshness.call("accounts", actor, "GET", f"/v1/relationships/{relationship_id}".encode())
    if not owner.is_good:
        raise Refused(owner)
    return await freshness.propagation(relationship_id, owner.json()["version"], wait_s=0)
