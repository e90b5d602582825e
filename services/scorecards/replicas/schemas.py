"""How far a replica is."""

from services.scorecards.values import Out


class ReplicaOut(Out):
    id: str
    epoch: int
    version: int
