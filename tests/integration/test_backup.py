"""Kept while it runs and brought back: one moment of all files, nothing acknowledged before it lost."""

import gzip
import io
import json
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.runtime.backup import CannotKeep, _cut, back_up, restore
from shared.clock import system_clock
from shared.settings import Settings, read_settings
from tests.integration.test_bad_starts import entente, refusal
from tests.support.distributed import ENTENTE, ROOT
from tests.support.load import Load, relationships
from tests.support.processes import Process, free_port, wait_until


def quietly(done: int, of: int | None) -> None: ...


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of an empty installation."""
    folder = tmp_path_factory.mktemp("kept")
    assert entente(folder / "data", "token", "create", "--name", "one").returncode == 0
    assert entente(folder / "data", "migrate").returncode == 0
    settings = read_settings(data_dir=folder / "data")
    from services.runtime.keys import actor_key

    actor_key(settings)
    back_up(settings, folder / "archive.tar.gz", system_clock(), quietly)
    return folder / "archive.tar.gz"


def settings_of(folder: Path) -> Settings:
    return read_settings(data_dir=folder / "data")


def rewritten(archive: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with each member's bytes changed, or left out where there are none."""
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as made:
        for member in source:
            file = source.extractfile(member)
            assert file is not None
            if (content := change(member.name, file.read())) is not None:
                member.size = len(content)
                made.addfile(member, io.BytesIO(content))
    return target


def test_a_backup_and_a_restore_overwrite_no_file(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("mine")

    with pytest.raises(CannotKeep, match="is not empty"):
        restore(kept, settings_of(tmp_path), quietly)
    with pytest.raises(CannotKeep, match="exists already"):
        back_up(read_settings(data_dir=kept.parent / "data"), kept, system_clock(), quietly)
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "mine.txt"]


def test_an_incomplete_embedded_installation_is_not_backed_up(tmp_path: Path) -> None:
    line = refusal(entente(tmp_path / "data", "backup", str(tmp_path / "archive")))
    assert "holds no whole installation" in line
    line = refusal(entente(tmp_path, "backup", str(tmp_path / "archive"), bus_url="kafka://127.0.0.1:9"))
    assert "see docs/backup.md" in line
    assert not (tmp_path / "archive").exists()


def damaged(name: str, content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1]) if name == "accounts.sqlite" else content


def without_events(name: str, content: bytes) -> bytes | None:
    return None if name == "events.sqlite" else content


def of_tomorrow(name: str, content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"format": 2}).encode() if name == "manifest.json" else content


def astray(name: str, content: bytes) -> bytes:
    if name != "manifest.json":
        return content
    listed = json.loads(content)
    listed["files"]["../escaped"] = listed["files"].pop("accounts.sqlite")
    return json.dumps(listed).encode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (damaged, "accounts.sqlite is damaged"),
        (without_events, "events.sqlite is missing"),
        (of_tomorrow, "made by a newer Entente"),
        (astray, "holds other files"),
    ],
)
def test_an_archive_that_is_not_whole_leaves_nothing_behind(
    kept: Path, tmp_path: Path, change: Callable[[str, bytes], bytes | None], reason: str
) -> None:
    archive = rewritten(kept, tmp_path / "archive.tar.gz", change)

    with pytest.raises(CannotKeep, match=reason):
        restore(archive, settings_of(tmp_path), quietly)

    assert [path.name for path in tmp_path.iterdir()] == ["archive.tar.gz"]


@pytest.mark.parametrize(
    "content", [b"", b"no archive", gzip.compress(b"no archive", mtime=0)], ids=["empty", "text", "compressed text"]
)
def test_restoring_a_file_that_is_no_archive_prints_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive").write_bytes(content)

    line = refusal(entente(tmp_path / "data", "restore", str(tmp_path / "archive")))

    assert "archive" in line
    assert not (tmp_path / "data").exists()


def test_a_backup_has_all_files_as_of_one_moment(tmp_path: Path) -> None:
    """One writer counts up in the first file, then in the last: seen at one moment, the last is never ahead."""
    paths = [tmp_path / name for name in ("first", *(f"between-{n}" for n in range(20)), "last")]
    for path in paths:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute("CREATE TABLE counted AS SELECT 0 AS n")
    stopping = threading.Event()

    def count() -> None:
        with ExitStack() as stack:
            ends = (paths[0], paths[-1])
            files = [stack.enter_context(closing(sqlite3.connect(path, timeout=30))) for path in ends]
            for file in files:
                file.execute("PRAGMA synchronous=OFF")
            while not stopping.is_set():
                for file in files:
                    with file:
                        file.execute("UPDATE counted SET n = n + 1")

    writer = threading.Thread(target=count)
    writer.start()
    try:
        for _ in range(100):
            with ExitStack() as stack:
                first, *_, last = (seen.execute("SELECT n FROM counted").fetchone()[0] for seen in _cut(stack, paths))
            assert last <= first <= last + 1
    finally:
        stopping.set()
        writer.join()
    assert first > 0


@pytest.mark.slow
def test_a_write_acknowledged_before_the_backup_is_there_after_the_restore(tmp_path: Path) -> None:
    with running(tmp_path / "data", tmp_path / "up.log") as (url, _):
        token = entente(tmp_path / "data", "token", "create", "--name", "drill", "--role", "admin").stdout.strip()
        ids = relationships(url, token, 5)
        with Load(url, token, ids) as journal:
            wait_until(lambda: len(journal.answered) > 200, 60, "there is something to keep")
            before = {path: journal.ids(path) for path in ("interactions", "deliveries")}
            kept = entente(tmp_path / "data", "backup", str(tmp_path / "archive"))
            assert kept.returncode == 0, kept.stderr
            so_far = len(journal.answered)
            wait_until(lambda: len(journal.answered) > so_far + 50, 60, "the load goes on after the backup")
    assert journal.refused == []

    restored = entente(tmp_path / "again", "restore", str(tmp_path / "archive"))
    assert restored.returncode == 0, restored.stderr

    with running(tmp_path / "again", tmp_path / "again.log") as (url, settled):
        api = httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=10)
        settled(api)
        for path, found in before.items():
            there = [api.get(f"/api/v1/{path}/{id}").status_code for id in found]
            assert set(there) == {200}
        checked = entente(tmp_path / "again", "verify")
        assert checked.returncode == 0, checked.stdout


class running:
    """`entente up` on a folder; gives its address, and what waits until every score is current."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._url, port = "", free_port()
        self._url = f"http://127.0.0.1:{port}"
        settings = {"ENTENTE_DATA_DIR": str(folder), "ENTENTE_BUILD_UI": "0", "PYTHONPATH": str(ROOT)}
        self._process = Process([*ENTENTE, "up", "--no-demo", "--port", str(port)], log, environment=settings)

    def __enter__(self) -> tuple[str, Callable[[httpx.Client], None]]:
        wait_until(self._is_ready, 60, "the product is ready", self._process)
        return self._url, self._settle

    def __exit__(self, *_: Any) -> None:
        self._process.stop()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self._url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def _settle(self, api: httpx.Client) -> None:
        def is_settled() -> bool:
            lines = api.get("/metrics").text.splitlines()
            values = [
                float(line.rsplit(" ", 1)[1])
                for line in lines
                if line.startswith(("entente_outbox_pending{", "entente_consumer_lag{"))
            ]
            return bool(values) and not any(values)

        wait_until(is_settled, 60, "everything is applied", self._process)
