"""Write the next migration of a service from the difference between its tables and its migrations.

`python -m tests.support.make_migration accounts 0002 "add a column"`; read what it wrote before you keep it.
"""

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from shared.derived.migrations import migrate

RENAMED = {
    "sqlmodel.sql.sqltypes.AutoString": "sa.String",
    "(astext_type=Text())": "()",
    "shared.db.types.UtcDateTime(timezone=True)": "shared.db.types.UtcDateTime()",
    "sa.String(length=36).with_variant(sa.String(length=36, collation='C'), 'postgresql')": "shared.ids.id_type",
    "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')": "shared.db.types.json_type",
}
TEMPLATE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "{revision}"
down_revision = {before}


def upgrade() -> None:
    {body}
'''


def main(name: str, revision: str, message: str) -> None:
    service = importlib.import_module(f"services.{name}.service").service
    versions = service.migrations / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    earlier = sorted(path.stem.split("_")[0] for path in versions.glob("[0-9]*.py"))
    with tempfile.TemporaryDirectory() as folder:
        database = service.database(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        migrate(service, database)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={"version_table": f"{name}_version", "target_metadata": service.metadata, "compare_type": True},
            )
            script = produce_migrations(context, service.metadata)
            body = render_python_code(
                script.upgrade_ops, migration_context=context, imports=["import shared.db"], user_module_prefix=None
            )
    for rendered, written in RENAMED.items():
        body = body.replace(rendered, written)
    body = "\n".join(line for line in body.splitlines() if "###" not in line).strip()
    text = TEMPLATE.format(message=message, revision=revision, before=repr(earlier[-1]) if earlier else None, body=body)
    path = versions / f"{revision}_{message.replace(' ', '_')}.py"
    path.write_text(text.rstrip() + "\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
