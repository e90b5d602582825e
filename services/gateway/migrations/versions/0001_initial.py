"""initial"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0001"
down_revision = None


def upgrade() -> None:
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
        "live_entry",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject_id", shared.ids.id_type, nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("only_actor_id", shared.ids.id_type, nullable=True),
        sa.Column("at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_live_entry_at"), "live_entry", ["at"], unique=False)
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
        "relationship",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id"),
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
        "setup",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("attempt_id", shared.ids.id_type, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("at", shared.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_index("sign_in_attempt_by_place", "sign_in_attempt", ["place", "at"], unique=False)
    op.create_table(
        "token",
        sa.Column("token_id", shared.ids.id_type, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("created_by", shared.ids.id_type, nullable=True),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("expires_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_id"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_table(
        "user",
        sa.Column("user_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("disabled_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id"),
        sa.UniqueConstraint("email"),
    )
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
    op.create_table(
        "session",
        sa.Column("session_id", shared.ids.id_type, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", shared.ids.id_type, nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("seen_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.user_id"],
        ),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index(op.f("ix_session_seen_at"), "session", ["seen_at"], unique=False)
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)
