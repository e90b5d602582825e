"""Migrations of a service's database, and whether it has this program's schema."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from shared.db.database import Database
from shared.service import Service

if TYPE_CHECKING:
    from alembic.config import Config

ENVIRONMENT = Path(__file__).parent / "alembic_environment"


class DatabaseNewer(Exception):
    """The database was written by a newer program than this one."""


class NotMigrated(Exception):
    """The database does not have this program's schema yet."""


def migrate(service: Service, database: Database) -> None:
    """Bring the service's database to this program's schema; `DatabaseNewer` when it is ahead of it."""
    from alembic import command
    from alembic.util import CommandError

    if database.url.get_backend_name() == "sqlite" and database.url.database:
        sqlite3.connect(database.url.database).close()
    version_table = revision_table(service).name
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Several replicas may start at once; one migrates, the others find it done.
            connection.execute(sa.text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": version_table})
            connection.commit()
        try:
            command.upgrade(_configuration(service, connection), "head")
            connection.commit()
        except CommandError as error:
            raise DatabaseNewer(f"the database of {service.name} was written by a newer Entente: {error}") from None
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": version_table})
                connection.commit()


def _configuration(service: Service, connection: sa.Connection) -> "Config":
    """Alembic's, for the one environment of all services and the migrations of this one."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "newline")  # a folder's name may have a space or a colon
    config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(service.migrations / "versions").replace("%", "%%"))
    config.attributes["configure"] = {
        "connection": connection,
        "target_metadata": service.metadata,
        "version_table": revision_table(service).name,
        "render_as_batch": True,
    }
    return config


def has_schema(service: Service, database: Database) -> bool:
    """Whether the database answers and has this program's schema, or a later one.

    A process works on while a newer program takes over beside it: a migration only adds. It would not start any more.
    """
    table = revision_table(service)
    with database.read() as tx:
        found = set(tx.run(sa.select(table.c.version_num)).scalars())
    try:
        require_revision(service, found)
    except NotMigrated:
        return False
    except DatabaseNewer:
        return True
    return True


def require_schema(service: Service, database: Database) -> None:
    """Raise `NotMigrated` or `DatabaseNewer` unless the database has this program's schema; nothing is written."""
    table, found = revision_table(service), set[str]()
    # To connect to a SQLite file would make it.
    if database.url.get_backend_name() != "sqlite" or Path(database.url.database or "").exists():
        with database.read() as tx:
            if sa.inspect(tx.connection()).has_table(table.name):
                found = set(tx.run(sa.select(table.c.version_num)).scalars())
    require_revision(service, found)


def revision_table(service: Service) -> sa.TableClause:
    return sa.table(f"{service.name}_version", sa.column("version_num", sa.String))


def require_revision(service: Service, found: set[str]) -> None:
    """Raise `NotMigrated` or `DatabaseNewer` unless these revisions are those of this program's schema."""
    if found == {newest_revision(service)}:
        return
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    script = ScriptDirectory(str(service.migrations))
    try:
        script.get_revisions(tuple(found))
    except CommandError as error:
        raise DatabaseNewer(f"the database of {service.name} was written by a newer Entente: {error}") from None
    raise NotMigrated(f"the database of {service.name} does not have this program's schema; run `entente migrate`")


def newest_revision(service: Service) -> str:
    """By the names of the files, since Alembic's own reading of them would take 7 MiB of each process that serves."""
    return max(path.name.partition("_")[0] for path in (service.migrations / "versions").glob("[0-9]*_*.py"))
