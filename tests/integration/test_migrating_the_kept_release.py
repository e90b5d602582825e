"""The data of the release before is migrated: every table keeps its rows (tests/support/keep_release.py)."""

import sqlite3
import tarfile
from pathlib import Path

import pytest

from services.registry import SERVICES, service_named
from shared.derived.migrations import NotMigrated, migrate, require_schema
from tests.support.keep_release import KEPT


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(KEPT / "data.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    return folder


def counts(file: Path) -> dict[str, int]:
    """Rows by table."""
    connection = sqlite3.connect(file)
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    found = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    connection.close()
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_migrated_database_of_the_kept_release_has_all_its_rows(data: Path, name: str) -> None:
    (file,) = data.rglob(f"{name}.sqlite")
    service = service_named(name)
    database = service.database(f"sqlite:///{file}")
    before = counts(file)
    with pytest.raises(NotMigrated):
        require_schema(service, database)

    migrate(service, database)

    require_schema(service, database)
    after = counts(file)
    database.close()
    assert {table: after[table] for table in before} == before
    assert sum(before.values()) > 20
