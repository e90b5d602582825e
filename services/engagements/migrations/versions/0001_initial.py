"""initial"""

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("contact_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("is_erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id"),
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
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("complexity", sa.Integer(), nullable=False),
        sa.Column("created_stage", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("products", shared.db.types.json_type, nullable=False),
        sa.Column("modality", sa.String(length=80), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("predecessor_id", shared.ids.id_type, nullable=True),
        sa.Column("contracted_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("would_use_again", sa.String(length=10), nullable=True),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["predecessor_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("engagement_id"),
    )
    op.create_index("engagement_by_relationship", "engagement", ["relationship_id", "engagement_id"], unique=False)
    op.create_index("engagement_by_stage", "engagement", ["stage", "engagement_id"], unique=False)
    op.create_index(op.f("ix_engagement_predecessor_id"), "engagement", ["predecessor_id"], unique=False)
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
        "relationship",
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", shared.ids.id_type, nullable=False),
        sa.Column("provider_id", shared.ids.id_type, nullable=False),
        sa.Column("owner_id", shared.ids.id_type, nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("review_cadence", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("relationship_id"),
    )
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
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=2), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("last_business_review_on", sa.Date(), nullable=True),
        sa.Column("next_touch_due_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id"),
    )
    op.create_index("standing_checked", "standing", ["checked_on", "relationship_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("delivery_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("engagement_id", shared.ids.id_type, nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("current_promised_on", sa.Date(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("late_cause", sa.String(length=10), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=10), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("happens_on", sa.Date(), nullable=False),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_index("delivery_by_day", "delivery", ["happens_on", "delivery_id"], unique=False)
    op.create_index("delivery_by_engagement", "delivery", ["engagement_id", "happens_on", "delivery_id"], unique=False)
    op.create_index(
        "delivery_by_relationship", "delivery", ["relationship_id", "happens_on", "delivery_id"], unique=False
    )
    op.create_index(
        "delivery_external_id",
        "delivery",
        ["relationship_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL AND status <> 'retracted'"),
        postgresql_where=sa.text("external_id IS NOT NULL AND status <> 'retracted'"),
    )
    op.create_index("delivery_open", "delivery", ["status", "promised_on", "delivery_id"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("interaction_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("engagement_id", shared.ids.id_type, nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("occurred_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("experience", sa.String(length=10), nullable=True),
        sa.Column("findings", sa.String(length=10), nullable=True),
        sa.Column("attributes", shared.db.types.json_type, nullable=False),
        sa.Column("participants", shared.db.types.json_type, nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("author_id", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("retracted_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("interaction_id"),
    )
    op.create_index(
        "interaction_by_engagement", "interaction", ["engagement_id", "occurred_at", "interaction_id"], unique=False
    )
    op.create_index("interaction_by_instant", "interaction", ["occurred_at", "interaction_id"], unique=False)
    op.create_index(
        "interaction_by_kind", "interaction", ["relationship_id", "kind", "occurred_at", "interaction_id"], unique=False
    )
    op.create_index(
        "interaction_by_relationship", "interaction", ["relationship_id", "occurred_at", "interaction_id"], unique=False
    )
    op.create_index(
        "interaction_external_id",
        "interaction",
        ["relationship_id", "kind", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL AND retracted_at IS NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL AND retracted_at IS NULL"),
    )
    op.create_table(
        "issue",
        sa.Column("issue_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("engagement_id", shared.ids.id_type, nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("owner_actor_id", shared.ids.id_type, nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("issue_id"),
    )
    op.create_index("issue_by_day", "issue", ["opened_on", "issue_id"], unique=False)
    op.create_index("issue_closed", "issue", ["relationship_id", "closed_on", "issue_id"], unique=False)
    op.create_index("issue_opened", "issue", ["relationship_id", "opened_on", "issue_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("milestone_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("engagement_id", shared.ids.id_type, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("current_promised_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("late_cause", sa.String(length=10), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=10), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("sponsor_owner_id", shared.ids.id_type, nullable=True),
        sa.Column("provider_owner_id", shared.ids.id_type, nullable=True),
        sa.Column("happens_on", sa.Date(), nullable=False),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("milestone_id"),
    )
    op.create_index("milestone_by_day", "milestone", ["happens_on", "milestone_id"], unique=False)
    op.create_index(
        "milestone_by_engagement", "milestone", ["engagement_id", "promised_on", "milestone_id"], unique=False
    )
    op.create_index(
        "milestone_by_relationship", "milestone", ["relationship_id", "happens_on", "milestone_id"], unique=False
    )
    op.create_index("milestone_open", "milestone", ["status", "promised_on", "milestone_id"], unique=False)
    op.create_table(
        "stage_change",
        sa.Column("stage_change_id", shared.ids.id_type, nullable=False),
        sa.Column("engagement_id", shared.ids.id_type, nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("would_use_again", sa.String(length=10), nullable=True),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.engagement_id"],
        ),
        sa.PrimaryKeyConstraint("stage_change_id"),
    )
    op.create_index(
        "stage_change_by_engagement", "stage_change", ["engagement_id", "on", "stage_change_id"], unique=False
    )
    op.create_index(
        "stage_change_by_relationship", "stage_change", ["relationship_id", "on", "stage_change_id"], unique=False
    )
    op.create_table(
        "action",
        sa.Column("action_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("interaction_id", shared.ids.id_type, nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("owner_actor_id", shared.ids.id_type, nullable=True),
        sa.Column("owner_contact_id", shared.ids.id_type, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.interaction_id"],
        ),
        sa.PrimaryKeyConstraint("action_id"),
    )
    op.create_index("action_by_owner", "action", ["owner_actor_id", "action_id"], unique=False)
    op.create_index("action_by_relationship", "action", ["relationship_id", "action_id"], unique=False)
    op.create_index("action_done", "action", ["relationship_id", "done_on", "action_id"], unique=False)
    op.create_index(op.f("ix_action_interaction_id"), "action", ["interaction_id"], unique=False)
