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
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("size", sa.String(length=20), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("tags", shared.db.types.json_type, nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
    )
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
        "engagement",
        sa.Column("engagement_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("complexity", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("contracted_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("engagement_id"),
    )
    op.create_index(op.f("ix_engagement_relationship_id"), "engagement", ["relationship_id"], unique=False)
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
        "ledger_entry",
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", shared.ids.id_type, nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("event_id", shared.ids.id_type, nullable=False),
        sa.Column("is_retracted", sa.Boolean(), nullable=False),
        sa.Column("evidence_kind", sa.String(length=20), nullable=True),
        sa.Column("on_day", sa.Integer(), nullable=True),
        sa.Column("y_micro", sa.Integer(), nullable=True),
        sa.Column("w_micro", sa.Integer(), nullable=True),
        sa.Column("engagement_id", shared.ids.id_type, nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("event_kind", sa.String(length=40), nullable=True),
        sa.Column("experience", sa.String(length=20), nullable=True),
        sa.Column("findings", sa.String(length=20), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("late_cause", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("source_kind", "source_id"),
    )
    op.create_index(
        "ledger_by_relationship",
        "ledger_entry",
        ["relationship_id", "evidence_kind", "on_day", "y_micro", "w_micro"],
        unique=False,
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
        "portfolio_row",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("sponsor_id", shared.ids.id_type, nullable=True),
        sa.Column("sponsor_name", sa.String(length=200), nullable=False),
        sa.Column("provider_id", shared.ids.id_type, nullable=True),
        sa.Column("provider_name", sa.String(length=200), nullable=False),
        sa.Column("provider_region", sa.String(length=20), nullable=True),
        sa.Column("provider_size", sa.String(length=20), nullable=True),
        sa.Column(
            "name_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("owner_id", shared.ids.id_type, nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("last_contact_key", sa.Date(), nullable=False),
        sa.Column("last_business_review_on", sa.Date(), nullable=True),
        sa.Column("next_touch_due_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("lower", sa.Float(), nullable=False),
        sa.Column("upper", sa.Float(), nullable=False),
        sa.Column("depth", sa.Float(), nullable=False),
        sa.Column("tenure_days", sa.Integer(), nullable=False),
        sa.Column("evidence_count", sa.Integer(), nullable=False),
        sa.Column("is_unproven", sa.Boolean(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("tier_since", sa.Date(), nullable=True),
        sa.Column("tier_changes", shared.db.types.json_type, nullable=False),
        sa.Column("change", sa.Float(), nullable=False),
        sa.Column("monthly_scores", shared.db.types.json_type, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id"),
    )
    op.create_index("portfolio_by_as_of", "portfolio_row", ["as_of"], unique=False)
    op.create_index("portfolio_by_change", "portfolio_row", ["change", "relationship_id"], unique=False)
    op.create_index("portfolio_by_last_contact", "portfolio_row", ["last_contact_key", "relationship_id"], unique=False)
    op.create_index("portfolio_by_lower", "portfolio_row", ["lower", "relationship_id"], unique=False)
    op.create_index("portfolio_by_name", "portfolio_row", ["name_key", "relationship_id"], unique=False)
    op.create_index(
        "portfolio_by_owner_id_lower", "portfolio_row", ["owner_id", "lower", "relationship_id"], unique=False
    )
    op.create_index(
        "portfolio_by_provider_region_lower",
        "portfolio_row",
        ["provider_region", "lower", "relationship_id"],
        unique=False,
    )
    op.create_index(
        "portfolio_by_provider_size_lower", "portfolio_row", ["provider_size", "lower", "relationship_id"], unique=False
    )
    op.create_index("portfolio_by_score", "portfolio_row", ["score", "relationship_id"], unique=False)
    op.create_index("portfolio_by_tier_lower", "portfolio_row", ["tier", "lower", "relationship_id"], unique=False)
    op.create_table(
        "relationship",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sponsor_id", shared.ids.id_type, nullable=False),
        sa.Column("provider_id", shared.ids.id_type, nullable=False),
        sa.Column("owner_id", shared.ids.id_type, nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id"),
    )
    op.create_index("relationship_by_provider", "relationship", ["provider_id"], unique=False)
    op.create_index("relationship_by_sponsor", "relationship", ["sponsor_id"], unique=False)
    op.create_table(
        "relationship_member",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("actor_id", shared.ids.id_type, nullable=False),
        sa.PrimaryKeyConstraint("relationship_id", "actor_id"),
    )
    op.create_index(op.f("ix_relationship_member_actor_id"), "relationship_member", ["actor_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("next_run_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("last_run_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("last_outcome", shared.db.types.json_type, nullable=True),
        sa.PrimaryKeyConstraint("task"),
    )
    op.create_table(
        "standing",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("last_business_review_on", sa.Date(), nullable=True),
        sa.Column("next_touch_due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("relationship_id"),
    )
