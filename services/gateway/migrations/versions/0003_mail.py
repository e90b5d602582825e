"""mail"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("mail_id", shared.ids.id_type, nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("recipient_id", shared.ids.id_type, nullable=False),
        sa.Column("recipient_kind", sa.String(length=10), nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("rating_link_id", shared.ids.id_type, nullable=True),
        sa.Column("link_expires_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("holder", shared.ids.id_type, nullable=True),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("next_try_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("sent_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("mail_id"),
    )
    op.create_index("mail_by_next_try", "mail", ["next_try_at", "mail_id"], unique=False)
    op.create_index("mail_by_status", "mail", ["status", "mail_id"], unique=False)
    op.create_table(
        "signing_code",
        sa.Column("signing_code_id", shared.ids.id_type, nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("contact_id", shared.ids.id_type, nullable=False),
        sa.Column("requested_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=True),
        sa.Column("expires_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("used_with", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("signing_code_id"),
    )
    op.create_index(
        "signing_code_by_card", "signing_code", ["scorecard_id", "contact_id", "signing_code_id"], unique=False
    )
