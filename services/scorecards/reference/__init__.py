"""The attribute catalogue and the published survey figures, shipped as data.

The thirty attributes, their anchors and the profiles are this project's own proposal, not a published survey's list.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict


class KnownAttribute(TypedDict):
    """What a template may ask: one of the catalogue's, which has a basis, or one of an installation's own."""

    key: str
    label: str
    group: str
    definition: str
    rated_by: str
    below: str
    meets: str
    exceeds: str
    basis: NotRequired[str]
    attribute_id: NotRequired[str]
    version: NotRequired[int]
    archived_at: NotRequired[datetime | None]


class Catalogue(TypedDict):
    """Weights by group, also by sponsor size and by profile (size/region/project type)."""

    groups: list[str]
    provider_groups: list[str]
    attributes: list[KnownAttribute]
    provider_attributes: list[KnownAttribute]
    base_by_size: dict[str, dict[str, int]]
    sponsor_conduct_weight: int
    multipliers: dict[str, dict[str, dict[str, float]]]
    profiles: dict[str, dict[str, int]]
    profile_of_engagement_type: dict[str, str]
    fallback: dict[str, str]


class Figure(TypedDict):
    question_id: str
    source: str
    attribute: str
    label: str
    population: NotRequired[str]
    series: NotRequired[list[dict[str, int]]]
    count: NotRequired[int]
    of: NotRequired[int]


class ReferenceFigures(TypedDict):
    """The part that is shown: figures of attributes."""

    attribute_importance: list[Figure]
    base_rates: list[Figure]


@cache
def catalogue() -> Catalogue:
    """Attributes by group, base weights by sponsor size, multipliers and profiles (docs/design/model.md)."""
    shipped: Catalogue = json.loads(_read("catalogue.json"))
    return shipped


@cache
def reference_figures() -> ReferenceFigures:
    """What surveys published, each figure with its year, population and question; history, never one series."""
    shipped: ReferenceFigures = json.loads(_read("reference_figures.json"))
    return shipped


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
