"""initial"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("parent_id", shared.ids.id_type, nullable=True),
        sa.Column("capabilities", shared.db.types.json_type, nullable=False),
        sa.Column("tags", shared.db.types.json_type, nullable=False),
        sa.Column("custom_fields", shared.db.types.json_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index("account_by_name", "account", ["name", "account_id"], unique=False)
    op.create_index(op.f("ix_account_kind"), "account", ["kind"], unique=False)
    op.create_index(op.f("ix_account_parent_id"), "account", ["parent_id"], unique=False)
    op.create_table(
        "dead_letter",
        sa.Column("dead_letter_id", shared.ids.id_type, nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dead_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("settled_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("dead_letter_id"),
        sa.UniqueConstraint("topic", "partition", "offset", name="dead_letter_record"),
    )
    op.create_table(
        "epoch",
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("epoch"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("principal_id", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", shared.db.types.json_type, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("principal_id", "route", "key"),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("event_id", shared.ids.id_type, nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("received_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "outbox",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", shared.ids.id_type, nullable=False),
        sa.Column("aggregate", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("aggregate", "version", name="outbox_aggregate_version"),
        sa.UniqueConstraint("event_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox_archive",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("event_id", shared.ids.id_type, nullable=False),
        sa.Column("aggregate", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("published_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("aggregate", "version", name="outbox_archive_aggregate_version"),
        sa.UniqueConstraint("event_id"),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "schedule",
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("next_run_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("last_run_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("last_outcome", shared.db.types.json_type, nullable=True),
        sa.PrimaryKeyConstraint("task"),
    )
    op.create_table(
        "account_external_id",
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("account_id", shared.ids.id_type, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("system", "external_id"),
    )
    op.create_index(op.f("ix_account_external_id_account_id"), "account_external_id", ["account_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("contact_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", shared.ids.id_type, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("erased_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("contact_id"),
    )
    op.create_index("contact_by_account", "contact", ["account_id", "contact_id"], unique=False)
    op.create_index(op.f("ix_contact_email"), "contact", ["email"], unique=False)
    op.create_table(
        "relationship",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", shared.ids.id_type, nullable=False),
        sa.Column("provider_id", shared.ids.id_type, nullable=False),
        sa.Column("owner_id", shared.ids.id_type, nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("governance", shared.db.types.json_type, nullable=False),
        sa.Column("peers", shared.db.types.json_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("relationship_id"),
        sa.UniqueConstraint("sponsor_id", "provider_id", name="relationship_of_two"),
    )
    op.create_index("relationship_by_owner", "relationship", ["owner_id", "relationship_id"], unique=False)
    op.create_index("relationship_by_provider", "relationship", ["provider_id", "relationship_id"], unique=False)
    op.create_table(
        "relationship_member",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("actor_id", shared.ids.id_type, nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.relationship_id"],
        ),
        sa.PrimaryKeyConstraint("relationship_id", "actor_id"),
    )
    op.create_index(op.f("ix_relationship_member_actor_id"), "relationship_member", ["actor_id"], unique=False)
