"""Backups of an embedded installation: one consistent cut over all its files, taken while it runs."""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, TypedDict

from services.registry import services_named
from shared.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
EVENTS, KEY = "events.sqlite", "actor-key.json"
LOCK_S = 60
_CHUNK = 1 << 20

OnProgress = Callable[[int, int | None], None]


class FileEntry(TypedDict):
    bytes: int
    sha256: str


class Manifest(TypedDict):
    """What an archive holds: its format, who made it when, and its files by their names."""

    format: int
    version: str
    made_at: str
    files: dict[str, FileEntry]


class CannotKeep(ValueError):
    """What stops a backup or a restore, in one line."""


def _databases(settings: Settings) -> list[str]:
    """The names of the database files; `CannotKeep` where they are not the embedded default's."""
    found = [*(settings.database_of(service.name) for service in services_named()), settings.bus]
    names = [*(f"{service.name}.sqlite" for service in services_named()), EVENTS]
    if found != [f"sqlite:///{settings.data_dir}/{name}" for name in names]:
        raise CannotKeep("only the embedded default is kept by this; for PostgreSQL and Kafka see docs/backup.md")
    return names


def back_up(settings: Settings, target: Path, now: datetime, on_progress: OnProgress) -> Manifest:
    """Write the archive `target` (0600), whole or not at all, and return its manifest. A running one goes on."""
    names, folder = _databases(settings), settings.data_dir
    missing = [name for name in (*names, KEY) if not (folder / name).exists()]
    if missing:
        raise CannotKeep(f"{folder} holds no whole installation: {', '.join(missing)} is not there")
    if target.exists():
        raise CannotKeep(f"{target} exists already")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work_folder, ExitStack() as stack:
        snapshots = _cut(stack, [folder / name for name in names])
        for done, (name, snapshot) in enumerate(zip(names, snapshots, strict=True)):
            on_progress(done, len(names) + 1)
            with closing(sqlite3.connect(Path(work_folder, name))) as copy:
                snapshot.backup(copy)
        shutil.copyfile(folder / KEY, Path(work_folder, KEY))
        files = {name: _size_and_sum(Path(work_folder, name)) for name in (*names, KEY)}
        manifest: Manifest = {
            "format": FORMAT,
            "version": version("entente"),
            "made_at": now.isoformat(),
            "files": files,
        }
        _pack(Path(work_folder), manifest, archive := Path(work_folder, "archive"))
        os.link(archive, target)
        on_progress(len(names) + 1, len(names) + 1)
    return manifest


def _cut(stack: ExitStack, paths: Sequence[Path]) -> list[sqlite3.Connection]:
    """Connections that see all files as they are at one moment: nobody may write any of them while the reading begins.

    Writers wait for that moment only, not for the copying.
    """
    snapshots = [stack.enter_context(closing(_open(path))) for path in paths]
    with ExitStack() as held:
        for path in paths:
            held.enter_context(closing(_open(path))).execute("BEGIN IMMEDIATE")
        for snapshot in snapshots:
            snapshot.execute("BEGIN")
            snapshot.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return snapshots


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=LOCK_S, isolation_level=None)


def _size_and_sum(path: Path) -> FileEntry:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _pack(work_folder: Path, manifest: Manifest, archive: Path) -> None:
    with (
        open(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar,
    ):
        text = json.dumps(manifest, indent=2).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(text)
        tar.addfile(head, BytesIO(text))
        for name in manifest["files"]:
            tar.add(work_folder / name, name)
    with archive.open("rb") as packed:
        os.fsync(packed.fileno())


def restore(archive: Path, settings: Settings, on_progress: OnProgress) -> Manifest:
    """Make the data folder from an archive, whole or not at all, and return the manifest; it must not hold anything."""
    names, folder = _databases(settings), settings.data_dir.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotKeep(f"{folder} is not empty: name another folder, or move it away")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as work_folder:
        (made := Path(work_folder, "data")).mkdir(mode=0o700)
        manifest = _unpack(archive, made, {*names, KEY}, on_progress)
        for name in names:
            with closing(sqlite3.connect(made / name)) as copy:
                [(verdict,)] = copy.execute("PRAGMA integrity_check(1)")
                if verdict != "ok":
                    raise CannotKeep(f"{name} in {archive} is damaged: {verdict}")
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return manifest


def _unpack(archive: Path, work_folder: Path, wanted: set[str], on_progress: OnProgress) -> Manifest:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None), archive)
            if set(manifest["files"]) != wanted:
                raise CannotKeep(f"{archive} holds other files than an installation has")
            for done, member in enumerate(members):
                on_progress(done, len(wanted))
                _take(tar, member, work_folder, manifest["files"])
    except (tarfile.TarError, EOFError, OSError) as error:
        raise CannotKeep(f"{archive} cannot be read: {error}") from None
    missing = sorted(wanted - {path.name for path in work_folder.iterdir()})
    if missing:
        raise CannotKeep(f"{archive} is cut short: {missing[0]} is missing")
    on_progress(len(wanted), len(wanted))
    return manifest


def _manifest(tar: tarfile.TarFile, first: tarfile.TarInfo | None, archive: Path) -> Manifest:
    file = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if file is None:
        raise CannotKeep(f"{archive} is no backup")
    manifest: Manifest = json.load(file)
    if manifest["format"] > FORMAT:
        raise CannotKeep(f"{archive} was made by a newer Entente ({manifest['version']})")
    return manifest


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, work_folder: Path, files: Mapping[str, FileEntry]) -> None:
    """Only files of the manifest, by their own names, are written."""
    file = tar.extractfile(member) if member.isfile() and member.name in files else None
    if file is None:
        raise CannotKeep(f"{member.name} is no file of a backup")
    summed = hashlib.sha256()
    with open(os.open(work_folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        for chunk in _chunks(file):
            summed.update(chunk)
            written.write(chunk)
        os.fsync(written.fileno())
    if summed.hexdigest() != files[member.name]["sha256"]:
        raise CannotKeep(f"{member.name} is damaged: it is not what was kept")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
