"""The OpenAPI document as linters of others read it (`make lint`): redocly's and spectral's rules, not a warning.

Their packages are those of `tests/contract/tools/package-lock.json`, installed beside it at the first run.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from services.gateway import ui_build
from services.gateway.app import openapi_document
from services.registry import UPSTREAMS
from shared.derived.document import Document

TOOLS = Path(__file__).parents[1] / "contract" / "tools"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
LINTERS = {
    "redocly": ["lint", "--config=redocly.yaml", "--format=stylish", "--max-problems=200"],
    "spectral": ["lint", "--ruleset=spectral.yaml", "--fail-severity=warn"],
}


class CannotInstall(Exception):
    """The linters are not there; the message is what npm says."""


def install() -> None:
    """The packages of the lock file, unless they are there."""
    wanted = hashlib.sha256((TOOLS / "package-lock.json").read_bytes()).hexdigest()
    mark = TOOLS / "node_modules" / ".installed"
    if mark.exists() and mark.read_text() == wanted:
        return
    done = _run("npm", "ci", "--loglevel=error", "--ignore-scripts")
    if done.returncode != 0:
        raise CannotInstall(done.stdout)
    mark.write_text(wanted)


def complaints(document: Document) -> Iterator[str]:
    """What each linter says of a document in which it finds fault."""
    file = TOOLS / "node_modules" / ".openapi.json"
    # In lines, since they name them.
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False))
    for linter, options in LINTERS.items():
        done = _run(str(TOOLS / "node_modules" / ".bin" / linter), *options, str(file))
        if done.returncode != 0:
            yield f"{linter}:\n{done.stdout}"


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    path = f"{ui_build.node_folder()}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=TOOLS,
        env=os.environ | QUIET | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )


def main() -> None:
    try:
        install()
    except (CannotInstall, ui_build.CannotBuild) as error:
        sys.exit(f"contract lint: {error}")
    if found := list(complaints(openapi_document(UPSTREAMS))):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
