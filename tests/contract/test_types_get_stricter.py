"""How often types are given up: `Any`, `cast`, `type: ignore`, and `as` in TypeScript. The number only falls."""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
COUNTED = {"Any": 43, "cast": 8, "type: ignore": 10, "as": 8}
"""As it is now. Whoever lowers a count lowers it here; a use that cannot be avoided has its reason beside it."""

AS = re.compile(r"(?<=[\w)\]}\"'`]) as (?!const\b)(?=[A-Z\[{(\"'a-z])")
IMPORT = re.compile(r"^\s*(import|export)\b|^\s*[\w, {}]*\bas\b[\w, {}]*\} from|\* as ")
STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|//.*|/\*.*?\*/")


def given_up_in_python(text: str) -> Iterator[str]:
    """Each use in a module; an import of the name is none."""
    is_import = False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if (
            token.type == tokenize.NAME
            and token.string in ("from", "import")
            and not token.line[: token.start[1]].strip()
        ):
            is_import = True
        elif token.type == tokenize.NEWLINE:
            is_import = False
        elif token.type == tokenize.COMMENT and "type: ignore" in token.string:
            yield "type: ignore"
        elif token.type == tokenize.NAME and token.string in ("Any", "cast") and not is_import:
            is_method = token.line[: token.start[1]].endswith(".")  # as SQLAlchemy's `sa.cast`
            if not is_method:
                yield token.string


def given_up_in_typescript(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not IMPORT.search(line):
            yield from ("as" for _ in AS.finditer(STRING.sub("''", line)))


def given_up() -> Counter[str]:
    counts: Counter[str] = Counter()
    for folder in ("services", "shared"):
        for path in (ROOT / folder).rglob("*"):
            if "node_modules" in path.parts or path.name == "schema.d.ts" or ".test." in path.name:
                continue
            if path.suffix == ".py" and "migrations" not in path.parts:
                counts.update(given_up_in_python(path.read_text()))
            elif path.suffix in (".ts", ".tsx"):
                counts.update(given_up_in_typescript(path.read_text()))
    return counts


def test_types_are_given_up_no_more_often_than_before() -> None:
    assert given_up() == Counter(COUNTED)


def test_the_count_sees_every_kind_and_no_import() -> None:
    python = 'from typing import Any, cast\nx: Any = cast(int, 1)  # type: ignore[misc]\ny = sa.cast(z, int)\n"Any"\n'
    typescript = 'import { a as b } from "c";\nconst x = y as Row[];\nconst z = ["q"] as const;\n// as plain text\n'

    assert Counter(given_up_in_python(python)) == {"Any": 1, "cast": 1, "type: ignore": 1}
    assert Counter(given_up_in_typescript(typescript)) == {"as": 1}
