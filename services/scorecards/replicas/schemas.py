"""How far a replica is."""

from services.scorecards.values import Out


class ReplicaOut(Out):
    id: str
    """The relationship's id."""
    epoch: int
    """How often accounts' database was restored when this version was made."""
    version: int
    """The version of the relationship that is applied here."""
