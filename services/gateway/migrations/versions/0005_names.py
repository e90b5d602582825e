"""names and addresses: what they are searched, ordered and compared by"""

import sqlalchemy as sa
from alembic import op

from shared.addresses import email_key
from shared.db.searchable import Searchable, search_columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("import_refusal", sa.Column("folded", sa.Text()))
    columns = search_columns()
    for column in (sa.Column("email_key", sa.String(600)), sa.Column("email_key_of", sa.String(254)), *columns):
        op.add_column("user", column)
    names = ("user_id", "email", "name", "email_key", "email_key_of", *(column.name for column in columns))
    users = sa.table("user", *(sa.column(name) for name in names))
    Searchable(users, ("name",)).fill(op.get_bind(), "user_id")
    taken = set()
    for row in op.get_bind().execute(sa.select(users.c.user_id, users.c.email).order_by(users.c.user_id)).all():
        key = email_key(row.email)
        if key not in taken:  # of two addresses that are one the older keeps it, and the other its text
            values = {"email_key": key, "email_key_of": row.email}
            op.execute(sa.update(users).where(users.c.user_id == row.user_id).values(**values))
        taken.add(key)
    op.create_index("user_by_email_key", "user", ["email_key"], unique=True)
