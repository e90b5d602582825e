"""Every command is in the docs, and the docs name no other."""

import re
from pathlib import Path

import typer

from services.__main__ import app

DOCUMENT = Path(__file__).parents[2] / "docs" / "command-line.md"


def commands(group: typer.Typer, before: str = "entente") -> set[str]:
    own = {f"{before} {c.name or c.callback.__name__}" for c in group.registered_commands if c.callback}
    return own.union(*(commands(g.typer_instance, f"{before} {g.name}") for g in group.registered_groups))


def test_every_command_is_documented_and_nothing_else_is() -> None:
    documented = re.findall(r"^\| `(entente [a-z -]+?)(?: NAME)?` \|", DOCUMENT.read_text(), re.MULTILINE)

    assert set(documented) == commands(app)
