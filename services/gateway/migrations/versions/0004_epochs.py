"""epochs"""

from alembic import op

from shared.db.system_tables import add_epochs

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    add_epochs(op)
