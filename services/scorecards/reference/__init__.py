"""The attribute catalogue and the published survey figures, shipped as data.

The thirty attributes, their anchors and the profiles are this project's own proposal, not a published survey's list.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def catalogue() -> dict[str, Any]:
    """Attributes by group, base weights by sponsor size, multipliers and profiles (docs/design/model.md)."""
    return _read("catalogue.json")


@cache
def reference_figures() -> dict[str, Any]:
    """What surveys published, each figure with its year, population and question; history, never one series."""
    return _read("reference_figures.json")


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return content
