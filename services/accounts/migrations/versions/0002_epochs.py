"""epochs"""

from alembic import op

from shared.db.system_tables import add_epochs

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_epochs(op)
