"""names: what they are searched and ordered by"""

import sqlalchemy as sa
from alembic import op

from shared.db.searchable import Searchable, search_columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    columns = search_columns()
    for column in columns:
        op.add_column("portfolio_row", column)
    op.create_index("portfolio_by_sort_key", "portfolio_row", ["sort_key", "relationship_id"], unique=False)
    names = ("relationship_id", "provider_name", "sponsor_name", *(column.name for column in columns))
    table = sa.table("portfolio_row", *(sa.column(name) for name in names))
    Searchable(table, ("provider_name", "sponsor_name")).fill(op.get_bind(), "relationship_id")
