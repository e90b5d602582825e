"""instants of interactions in the ledger, filled from the bus by the worker"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("ledger_entry", sa.Column("occurred_at", shared.db.types.UtcDateTime(), nullable=True))
    op.add_column("ledger_entry", sa.Column("occurred_version", sa.BigInteger(), nullable=True))
    without = sa.text("source_kind = 'interaction' AND (occurred_version IS NULL OR occurred_version <> version)")
    op.create_index(
        "ledger_without_instant", "ledger_entry", ["source_id"], unique=False,
        sqlite_where=without, postgresql_where=without,
    )
