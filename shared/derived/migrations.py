"""Migrations of a service's database, and whether it has this program's schema."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.db.database import Database
from shared.service import Service


class DatabaseNewer(Exception):
    """The database was written by a newer program than this one."""


class NotMigrated(Exception):
    """The database does not have this program's shape yet."""


def migrate(service: Service, database: Database) -> None:
    """Bring the service's database to this program's shape; `DatabaseNewer` when it is ahead of it."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    if database.url.get_backend_name() == "sqlite" and database.url.database:
        sqlite3.connect(database.url.database).close()
    config = Config()
    config.set_main_option("script_location", str(service.migrations))
    script = ScriptDirectory.from_config(config)
    version_table = f"{service.name}_version"

    def upgrade(revision: Any, context: Any) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(config, script, fn=upgrade) as environment, database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Several replicas may start at once; one migrates, the others find it done.
            connection.execute(sa.text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": version_table})
            connection.commit()
        environment.configure(
            connection=connection, target_metadata=service.metadata, version_table=version_table, render_as_batch=True
        )
        try:
            with environment.begin_transaction():
                environment.run_migrations()
            connection.commit()
        except CommandError as error:
            raise DatabaseNewer(f"the database of {service.name} was written by a newer Entente: {error}") from None
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": version_table})
                connection.commit()


def has_schema(service: Service, database: Database) -> bool:
    """Whether the database answers and has this program's shape, or a later one.

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
    """Raise `NotMigrated` or `DatabaseNewer` unless the database has this program's shape; nothing is written."""
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
    """Raise `NotMigrated` or `DatabaseNewer` unless these revisions are those of this program's shape."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    script = ScriptDirectory(str(service.migrations))
    if found == set(script.get_heads()):
        return
    try:
        script.get_revisions(tuple(found))
    except CommandError as error:
        raise DatabaseNewer(f"the database of {service.name} was written by a newer Entente: {error}") from None
    raise NotMigrated(f"the database of {service.name} is not in this program's shape; run `entente migrate`")
