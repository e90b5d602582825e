"""Responses of replicas."""

from pydantic import BaseModel


class ReplicaOut(BaseModel):
    id: str
    epoch: int
    version: int
