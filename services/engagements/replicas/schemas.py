"""Responses of replicas."""

from pydantic import BaseModel


class ReplicaOut(BaseModel):
    id: str
    """The relationship's id."""
    epoch: int
    """How often accounts' database was restored when this version was made."""
    version: int
    """The version of the relationship that is applied here."""
