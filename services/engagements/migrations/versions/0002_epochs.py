"""epochs"""

import sqlalchemy as sa
from alembic import op

from shared.db.system_tables import add_epochs

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_epochs(op)
    for name in ("relationship", "contact"):
        with op.batch_alter_table(name) as table:
            table.alter_column("epoch", type_=sa.BigInteger, existing_type=sa.Integer, existing_nullable=False)
