"""Plain words: some are not used in code, documents and texts; docs/design/words.md says what stands instead."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.registry import services_named

ROOT = Path(__file__).parents[2]
UNUSED = frozenset(
    {
        "buried",
        "bury",
        "door",
        "draw",
        "drawn",
        "draws",
        "fortunes",
        "hear",
        "heard",
        "hearing",
        "hears",
        "hop",
        "hops",
        "house",
        "keeping",
        "narrator",
        "place",
        "placed",
        "places",
        "plumbing",
        "refold",
        "surroundings",
        "teller",
        "telling",
        "told",
        "touch",
        "touched",
        "touches",
    }
)
READ = (
    "services",
    "shared",
    "tests",
    "docs",
    "deploy",
    ".ci",
    "README.md",
    "CONTRIBUTING.md",
    "Makefile",
    "pyproject.toml",
)
SUFFIXES = {".py", ".ts", ".tsx", ".css", ".html", ".js", ".md", ".toml", ".yaml", ".yml", ".sh", ""}
LEFT_OUT = (
    "tests/data/",
    "services/gateway/static/",
    "services/gateway/ui/src/api/schema.d.ts",
    "docs/design/words.md",
    "services/gateway/demo/phrases.toml",  # the demo's people speak as people do
    "services/gateway/demo/turning_points.toml",
)
# What libraries and CSS fix.
OTHERS = re.compile(
    r"draw[A-Z]\w*|def draw\(|place-(items|content|self)|touch-(action|target)\S*|data-touch\S*|touch(start|end|move)"
    r"|\.touch\(|touch \$@|decimal.places|\bin place\b"
    r"|attempts\.c\.place|row\.place|_by_place|\"place\"|`place`|place: str ="  # a column of the attempts to sign in
)
# In the contract or in stored data: a field, a need of the ladder, the name of a task, tags of the demo.
STORED = re.compile(r"\b(touches|executive_touches|tidy the door|demo told for)\b|_COMPLETE = \"told\"")
ANY = re.compile("|".join(sorted(UNUSED)), re.I)
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def files() -> Iterator[Path]:
    for name in READ:
        path = ROOT / name
        for each in [path] if path.is_file() else sorted(path.rglob("*")):
            relative = each.relative_to(ROOT).as_posix()
            is_text = each.is_file() and each.suffix in SUFFIXES and "node_modules" not in each.parts
            if is_text and not relative.startswith(LEFT_OUT) and each != Path(__file__):
                yield each


@cache
def fixed_names() -> frozenset[str]:
    """Names that callers and databases rely on: of the contract, of tables and columns, of metrics and variables."""
    names = set[str]()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            names.update(key for key in value if IDENTIFIER.fullmatch(key))
            names.update(value[key] for key in ("operationId", "name") if isinstance(value.get(key), str))
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            names.update(each for each in value if isinstance(each, str) and IDENTIFIER.fullmatch(each))
            for each in value:
                collect(each)

    for path in (ROOT / "shared" / "contracts").glob("*.json"):
        collect(json.loads(path.read_text()))
    for service in services_named():
        for table in service.metadata.tables.values():
            names |= {table.name, *(column.name for column in table.columns), *(str(i.name) for i in table.indexes)}
    return frozenset(name for name in names if not UNUSED.isdisjoint(words_of(name)) and name not in UNUSED)


def words_of(identifier: str) -> set[str]:
    return {word.lower() for word in WORD.findall(identifier)}


def unused_words(text: str) -> list[tuple[int, str]]:
    """The line and the identifier of each use of a word that is not used."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not ANY.search(line):
            continue
        found += [
            (number, identifier)
            for identifier in IDENTIFIER.findall(STORED.sub(" ", OTHERS.sub(" ", line)))
            if identifier not in fixed_names() and not UNUSED.isdisjoint(words_of(identifier))
        ]
    return found


@pytest.mark.parametrize("folder", ["services", "shared", "tests", "docs", "the rest"])
def test_words_that_a_stranger_must_guess_are_not_used(folder: str) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{number}: {identifier}"
        for path in files()
        if (path.relative_to(ROOT).parts[0] if path.relative_to(ROOT).parts[0] in READ[:4] else "the rest") == folder
        for number, identifier in [
            *unused_words(path.read_text()),
            *((0, name) for (name,) in [(path.stem,)] if words_of(name) & UNUSED),
        ]
    ]
    assert not faults, f"{len(faults)} uses; docs/design/words.md names the words for them:\n" + "\n".join(faults[:200])


def test_the_search_finds_a_word_in_every_kind_of_name() -> None:
    assert unused_words("def test_of_others_nothing_is_told() -> None: ...")
    assert unused_words("class HeardFacts: ...")
    assert unused_words("const drawnRows = 1;")
    assert not unused_words("placeholder, household, next_touch_due_on, canvas.drawString()")


def test_every_page_that_is_cited_is_there_with_its_heading() -> None:
    faults = []
    for path in files():
        text = re.sub(r"\s+", " ", path.read_text())
        for page, heading in re.findall(r"\(?docs/design/(\w+\.md)(?:, ([A-Z][\w ,-]*?))?[);:]", text):
            target = ROOT / "docs" / "design" / page
            headings = re.findall(r"^##? (.+)$", target.read_text(), re.M) if target.exists() else []
            if not headings or (heading and heading not in headings):
                faults.append(f"{path.relative_to(ROOT)}: {page}, {heading}")
    assert not faults
