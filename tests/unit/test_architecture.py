"""Promises of the architecture that import-linter cannot see."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = [
    *(ROOT / "services/engagements" / f"{name}.py" for name in ("cadence", "ladder", "stages", "trends", "vocabulary")),
    *sorted((ROOT / "services/scorecards/scoring").glob("*.py")),
    *(ROOT / "services/scorecards" / f"{name}.py" for name in ("periods", "ratings")),
]
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"}


def calls_of(tree: ast.AST) -> set[str]:
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else f.id for f in called if isinstance(f, ast.Attribute | ast.Name)}


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_pure_module_never_reads_a_clock(path: Path) -> None:
    assert not calls_of(ast.parse(path.read_text())) & CLOCKS


def test_the_check_for_clocks_sees_one() -> None:
    assert calls_of(ast.parse("from datetime import date\nage = date.today() - born")) & CLOCKS


def test_nothing_asks_whether_it_is_embedded() -> None:
    """Adapters are chosen by URL scheme, once."""
    for path in [*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/**/*.py")]:
        conditions = [
            node.test for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.If | ast.IfExp)
        ]
        assert not [c for c in conditions if "embedded" in ast.unparse(c).lower()], path
