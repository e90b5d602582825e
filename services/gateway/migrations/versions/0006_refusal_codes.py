"""refusal codes"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("import_refusal", sa.Column("code", sa.String(length=80), nullable=True))
