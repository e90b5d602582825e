"""What providers of each specialty make, measure, get wrong and repair: the words that summaries are filled with."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Item:
    """What is delivered, counted in `unit`; `quantity` is a usual one."""

    name: str
    unit: str
    quantity: int


@dataclass(frozen=True)
class Specialty:
    """`family` is a key of engagement_paths.ROLES; `outage` is a clause, the rest are nouns."""

    family: str
    modality: str
    site: str
    capabilities: tuple[str, ...]
    items: tuple[Item, ...]
    steps: tuple[str, ...]
    assays: tuple[str, ...]
    materials: tuple[str, ...]
    faults: tuple[str, ...]
    remedies: tuple[str, ...]
    outage: str
    novelties: tuple[str, ...]


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


SPECIALTIES = TypeAdapter(dict[str, Specialty]).validate_python(read_toml("specialties.toml"))
