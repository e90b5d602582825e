"""Responses about the state of replicas."""

from pydantic import BaseModel


class Propagation(BaseModel):
    """Which services have applied the relationship's present visibility and team."""

    relationship_id: str
    version: int
    """The version of the relationship that is asked about."""
    is_applied: bool
    """Whether every service has applied it."""
    applied: dict[str, bool]
    """By service, whether it has applied it."""
