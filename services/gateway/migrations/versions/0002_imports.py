"""imports"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("import_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("actor_id", shared.ids.id_type, nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("started_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("finished_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("lines_done", sa.BigInteger(), nullable=False),
        sa.Column("lines_of", sa.BigInteger(), nullable=True),
        sa.Column("report", shared.db.types.json_type, nullable=True),
        sa.Column("problem", shared.db.types.json_type, nullable=True),
        sa.Column("holder", shared.ids.id_type, nullable=True),
        sa.Column("held_until_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("import_id"),
    )
    op.create_index("import_by_state", "import", ["status", "import_id"], unique=False)
    op.create_index(op.f("ix_import_actor_id"), "import", ["actor_id"], unique=False)
    op.create_table(
        "import_chunk",
        sa.Column("import_id", shared.ids.id_type, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number"),
    )
    op.create_index(op.f("ix_import_chunk_stored_at"), "import_chunk", ["stored_at"], unique=False)
    op.create_table(
        "import_refusal",
        sa.Column("import_id", shared.ids.id_type, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.import_id"],
        ),
        sa.PrimaryKeyConstraint("import_id", "number"),
    )
