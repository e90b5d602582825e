"""Promises of the architecture that import-linter cannot see."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.registry import SERVICES

ROOT = Path(__file__).parents[2]
LINTED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
[PURE_MODULES] = [contract["source_modules"] for contract in LINTED if contract["name"].startswith("4 pure modules")]
PURE = [
    path
    for module in PURE_MODULES
    for path in sorted((ROOT / module.replace(".", "/")).glob("*.py")) or [ROOT / f"{module.replace('.', '/')}.py"]
]
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"}


def calls_of(tree: ast.Module) -> set[str]:
    """Names of what is called, but for classes of datetime: `time()` is midnight, `time.time()` a clock."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "datetime"]
    classes = {alias.asname or alias.name for node in imported for alias in node.names}
    names = {function.id for function in called if isinstance(function, ast.Name)}
    return names - classes | {function.attr for function in called if isinstance(function, ast.Attribute)}


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_pure_module_never_reads_a_clock(path: Path) -> None:
    assert not calls_of(ast.parse(path.read_text())) & CLOCKS


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import date\nage = date.today() - born",
        "import time\ntime.time()",
        "from time import time\ntime()",
    ],
)
def test_the_check_for_clocks_sees_one(code: str) -> None:
    assert calls_of(ast.parse(code)) & CLOCKS


def test_the_check_for_clocks_knows_a_time_of_day() -> None:
    assert not calls_of(ast.parse("from datetime import datetime, time\ndatetime.combine(day, time())")) & CLOCKS


def test_nothing_asks_whether_it_is_embedded() -> None:
    """Adapters are chosen by URL scheme, once."""
    for path in [*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/**/*.py")]:
        if "embedded" in (text := path.read_text().lower()):
            assert not conditions_on("embedded", text), path


def test_the_check_for_embedded_sees_one() -> None:
    assert conditions_on("embedded", "if installation.is_embedded:\n    pass")
    assert conditions_on("embedded", "url = here if kind == 'embedded' else there")


def conditions_on(word: str, text: str) -> list[ast.expr]:
    conditions = [node.test for node in ast.walk(ast.parse(text)) if isinstance(node, ast.If | ast.IfExp)]
    return [condition for condition in conditions if word in ast.unparse(condition)]


def modules_after(code: str) -> set[str]:
    """What a process has imported after this code."""
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("name", SERVICES)
def test_a_command_of_one_service_imports_no_other(name: str) -> None:
    modules = modules_after(f"from services.registry import service_named; service_named({name!r}).api()")

    assert {module.split(".")[1] for module in modules if module.startswith("services.")} == {"registry", name}


@pytest.mark.parametrize("name", SERVICES)
def test_a_worker_imports_nothing_that_serves_or_signs(name: str) -> None:
    modules = modules_after(
        f"import services.runtime.installation; from services.registry import service_named; service_named({name!r})"
    )

    assert "shared.derived.worker" in modules
    assert not modules & {"fastapi", "starlette", "uvicorn", "joserfc", "cryptography", "alembic", "aiohttp", "httpx"}
    assert ("numpy" in modules) == (name == "scorecards")


@pytest.mark.parametrize("name", SERVICES)
def test_a_worker_knows_every_table_of_its_service(name: str) -> None:
    code = f"from services.registry import service_named; s = service_named({name!r}); before = set(s.metadata.tables)"

    modules_after(f"{code}; s.api(); assert set(s.metadata.tables) == before")
