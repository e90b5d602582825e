"""How much each attribute of a template counts: its own importance, or a profile's group weights. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

from services.scorecards.reference import catalogue

OVERWEIGHT = 0.25


RATED_BY = {"sponsor": ("sponsor", "both"), "provider": ("provider", "both")}


class AskedJson(TypedDict):
    """An attribute that a template asks; without an importance the profile decides."""

    attribute: str
    importance: float | None


class QuestionJson(TypedDict):
    """A question of a card as it stood when the card opened; `importance` is its share of the whole."""

    attribute: str
    group: str
    label: str
    definition: str
    below: str
    meets: str
    exceeds: str
    importance: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What decides how much each group counts; a part that is not known is the catalogue's fallback."""

    size: str
    region: str
    project_type: str

    @classmethod
    def of(cls, size: str | None, region: str | None, project_type: str | None) -> "Profile":
        otherwise = catalogue()["fallback"]
        return cls(size or otherwise["size"], region or otherwise["region"], project_type or otherwise["project_type"])

    @property
    def name(self) -> str:
        return f"{self.size}/{self.region}/{self.project_type}"

    @property
    def group_weights(self) -> dict[str, int]:
        """Weight by group: the six of the profile, and what the sponsor's conduct weighs for a provider."""
        shipped = catalogue()
        weights: dict[str, int] = shipped["profiles"][self.name]
        return weights | dict.fromkeys(shipped["provider_groups"], shipped["sponsor_conduct_weight"])


def importances(
    groups: Mapping[str, str], explicit: Mapping[str, float | None], group_weights: Mapping[str, float]
) -> dict[str, float]:
    """Each attribute's share, adding up to 1 (within float): by its explicit importance, or its group's weight.

    ``groups`` has the group of each attribute asked; ``explicit`` the template's own importances, all or none of them
    numbers above 0. A group's weight is divided among its attributes; a group of one's own weighs as the others' mean.
    """
    if not groups:
        return {}
    sizes = {group: sum(other == group for other in groups.values()) for group in set(groups.values())}
    known = [Fraction(str(group_weights[group])) for group in sizes if group in group_weights]
    otherwise = sum(known, Fraction()) / len(known) if known else Fraction(1)
    raw: dict[str, Fraction] = {}
    for key, group in groups.items():
        own = explicit.get(key)
        weight = Fraction(str(group_weights[group])) if group in group_weights else otherwise
        raw[key] = weight / sizes[group] if own is None else Fraction(str(own))
    total = sum(raw.values(), Fraction())
    return {key: float(share / total) for key, share in raw.items()}


def overweight(shares: Mapping[str, float]) -> list[str]:
    """Attributes that alone carry more than a quarter."""
    return [key for key, share in shares.items() if share > OVERWEIGHT]
