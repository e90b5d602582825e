"""epochs"""

from alembic import op

from shared.plumbing import add_epochs

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    add_epochs(op)
