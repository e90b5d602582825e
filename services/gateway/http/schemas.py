"""Responses about the state of replicas."""

from pydantic import BaseModel


class Propagation(BaseModel):
    """Which services have applied the relationship's present visibility and team."""

    relationship_id: str
    version: int
    is_applied: bool
    applied: dict[str, bool]
