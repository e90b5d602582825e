"""`make check`: the lint of what changed, the unit and property tests, and the tests of the nouns concerned.

What changed is what differs from the last commit, untracked files included; where nothing does, the last commit itself.
`--since REF` compares with where the branch left REF. Tests run on the embedded default; `make test` runs the rest.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ALWAYS = ["tests/unit", "tests/properties"]
OF_A_WHOLE_SERVICE = {"", "service", "routes", "app", "handlers", "events", "access", "values", "migrations"}
"""What stands beside the nouns of a service, and belongs to each of them."""
IN_EVERY_NOUN = {"__init__", "api", "schemas", "usecases", "queries", "tables"}
UI = "services/gateway/ui/"
CONTRACTS = ("services/", "shared/")
MANIFESTS = ("deploy/", "docker-compose.yml")
EMBEDDED = ["-k", "not distributed", "-m", "not drill and not long and not slow and not installation"]


def changed(since: str | None) -> list[str]:
    """Paths of files that were changed and are still there, from the root, sorted."""
    if since is not None:
        found = _git("diff", "--name-only", _git("merge-base", "HEAD", since)[0]) + _untracked()
    else:
        found = _git("diff", "--name-only", "HEAD") + _untracked() or _git("diff", "--name-only", "HEAD~1", "HEAD")
    return sorted(path for path in set(found) if (ROOT / path).is_file())


def concerned_tests(paths: Collection[str], sources: Mapping[str, str]) -> list[str]:
    """The test files that these paths concern, of those in `sources` (path to text), sorted.

    A test concerns itself, helpers of tests that it imports, and the noun that its name or its imports name. Where no
    test names a noun, all tests of its service run.
    """
    return sorted({test for path in paths for test in _concerned_tests(PurePosixPath(path), sources)})


def _concerned_tests(path: PurePosixPath, sources: Mapping[str, str]) -> Iterator[str]:
    top, *parts = path.with_suffix("").parts
    if str(path) in sources:
        yield str(path)
    elif top == "tests" and path.suffix == ".py":
        # Helpers of all tests are imported nearly everywhere: the tests of one folder stand for the others.
        folder = "tests/shared/" if parts[0] in ("support", "conftest") else f"{path.parent}/"
        yield from (test for test in sources if test.startswith(folder) and _imports(sources[test], path))
    elif top == "shared" and path.suffix == ".py":
        yield from (test for test in sources if test.startswith("tests/shared/"))
        if parts[0] == "messaging":
            yield "tests/contract/test_bus.py"
    elif str(path).startswith(UI):
        return  # its own tests run on Node
    elif top == "services" and len(parts) > 1 and path.suffix == ".py":
        yield from _tests_of_noun(parts[0], parts[1], parts[-1], sources)


def _tests_of_noun(service: str, noun: str, module: str, sources: Mapping[str, str]) -> list[str]:
    of_service = [test for test in sources if test.startswith(f"tests/{service}/")]
    if noun in OF_A_WHOLE_SERVICE:
        return of_service
    names = {singular(noun)} | ({module} - IN_EVERY_NOUN)
    named = [test for test in of_service if any(name in PurePosixPath(test).stem for name in names)]
    importing = [test for test in sources if f"services.{service}.{noun}" in sources[test]]
    return [*named, *importing] or of_service


def singular(noun: str) -> str:
    """What the names of a noun's tests have in common: `deliver` of deliveries, `account` of accounts."""
    return noun.removesuffix("ies") if noun.endswith("ies") else noun.removesuffix("s")


def _imports(text: str, helper: PurePosixPath) -> bool:
    return ".".join(helper.with_suffix("").parts) in text or helper.stem == "conftest"


def commands_for(paths: Sequence[str], tests: Sequence[str]) -> Iterator[list[str | Path]]:
    """What is run, cheapest first."""
    python = [path for path in paths if path.endswith(".py")]
    if python:
        yield [BIN / "ruff", "check", "--force-exclude", *python]
        yield [BIN / "ruff", "format", "--check", "--force-exclude", *python]
    if any(path.startswith(CONTRACTS) for path in python):
        yield [BIN / "mypy"]
        yield [BIN / "lint-imports"]
        yield [BIN / "entente", "contracts", "--check"]
    if any(path.startswith(UI) for path in paths):
        yield [sys.executable, "-m", "services.gateway.ui_build", "check"]
        yield [sys.executable, "-m", "services.gateway.ui_build", "test"]
    if any(path.startswith(MANIFESTS) for path in paths):
        yield [sys.executable, "-m", "tests.support.manifests"]
    apart = [test for test in tests if not test.startswith(tuple(f"{folder}/" for folder in ALWAYS))]
    yield [BIN / "pytest", "-q", *EMBEDDED, *ALWAYS, *apart]


def _git(*arguments: str) -> list[str]:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def _untracked() -> list[str]:
    return _git("ls-files", "--others", "--exclude-standard")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make check", description=__doc__)
    parser.add_argument("--since", metavar="REF", help="all that differs from where this branch left REF")
    paths = changed(parser.parse_args().since)
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    sources = {path: (ROOT / path).read_text() for path in files}
    began = time.monotonic()
    failed = []
    for command in commands_for(paths, concerned_tests(paths, sources)):
        name = " ".join(Path(part).name if n == 0 else str(part) for n, part in enumerate(command))
        sys.stdout.write(f"$ {name}\n")
        sys.stdout.flush()
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    sys.stdout.write(f"{len(paths)} files changed, {time.monotonic() - began:.0f} s\n")
    for name in failed:
        sys.stdout.write(f"FAILED: {name}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
