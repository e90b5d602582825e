"""names: what they are searched and ordered by"""

import sqlalchemy as sa
from alembic import op

from shared.db.searchable import Searchable, search_columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    columns = search_columns()
    for column in columns:
        op.add_column("account", column)
    op.create_index("account_by_sort_key", "account", ["sort_key", "account_id"], unique=False)
    names = [sa.column(name) for name in ("account_id", "name", *(column.name for column in columns))]
    Searchable(sa.table("account", *names), ("name",)).fill(op.get_bind(), "account_id")
