"""Templates, review cycles and scorecards; and the two templates that are shipped."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import shared.db.types
import shared.ids

revision = "0002"
down_revision = "0001"


SHIPPED = (
    (
        "019aa000-0000-7000-8000-000000000001",
        "Full scorecard",
        "The thirty attributes a sponsor rates; fourteen of them and six on the sponsor's conduct for the provider.",
        (
            "capacity_availability", "facilities_equipment", "platform_breadth", "tech_transfer", "scale_up",
            "working_relationship", "cultural_fit", "communication", "flexibility", "mutual_benefit",
            "governance_engagement", "scientific_knowledge", "regulatory_expertise", "similar_product_record",
            "problem_solving", "innovation_investment", "quality_systems", "regulatory_track_record",
            "right_first_time", "deviation_capa", "change_control_docs", "on_time_delivery", "schedule_adherence",
            "supply_continuity", "commitments_kept", "project_management", "responsiveness", "issue_resolution",
            "cost_value", "ip_confidentiality", "sp_realistic_timelines", "sp_forecast_quality", "sp_decision_speed",
            "sp_tech_package", "sp_scope_stability", "sp_commercial_fairness",
        ),
    ),
    (
        "019aa000-0000-7000-8000-000000000002",
        "Short form of eight",
        "Eight questions for each side, for simple projects and frequent reviews.",
        (
            "tech_transfer", "communication", "problem_solving", "quality_systems", "right_first_time",
            "on_time_delivery", "commitments_kept", "responsiveness", "sp_realistic_timelines", "sp_forecast_quality",
            "sp_decision_speed", "sp_commercial_fairness",
        ),
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "attribute",
        sa.Column("attribute_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("definition", sa.String(length=500), nullable=False),
        sa.Column("rated_by", sa.String(length=10), nullable=False),
        sa.Column("below", sa.String(length=500), nullable=False),
        sa.Column("meets", sa.String(length=500), nullable=False),
        sa.Column("exceeds", sa.String(length=500), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("attribute_id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "contact",
        sa.Column("contact_id", shared.ids.id_type, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("account_id", shared.ids.id_type, nullable=False),
        sa.Column("function", sa.String(length=30), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id"),
    )
    op.create_index("contact_by_account", "contact", ["account_id", "function"], unique=False)
    op.create_table(
        "question_set",
        sa.Column("question_set_id", shared.ids.id_type, nullable=False),
        sa.Column("questions", shared.db.types.json_type, nullable=False),
        sa.PrimaryKeyConstraint("question_set_id"),
    )
    op.create_table(
        "scorecard_template",
        sa.Column("template_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("template_id"),
    )
    op.create_table(
        "review_cycle",
        sa.Column("review_cycle_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("cadence", sa.String(length=20), nullable=False),
        sa.Column("fiscal_year_start_month", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("template_id", shared.ids.id_type, nullable=False),
        sa.Column("template_rules", shared.db.types.json_type, nullable=False),
        sa.Column("sides", shared.db.types.json_type, nullable=False),
        sa.Column("audience", shared.db.types.json_type, nullable=False),
        sa.Column("raters", shared.db.types.json_type, nullable=False),
        sa.Column("signers", shared.db.types.json_type, nullable=False),
        sa.Column("project_type", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("opens_days_before_end", sa.Integer(), nullable=False),
        sa.Column("due_days_after_end", sa.Integer(), nullable=False),
        sa.Column("reminder_days_before_due", shared.db.types.json_type, nullable=False),
        sa.Column("escalation_days_after_due", shared.db.types.json_type, nullable=False),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["scorecard_template.template_id"],
        ),
        sa.PrimaryKeyConstraint("review_cycle_id"),
    )
    op.create_table(
        "scorecard_template_version",
        sa.Column("template_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attributes", shared.db.types.json_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["scorecard_template.template_id"],
        ),
        sa.PrimaryKeyConstraint("template_id", "version"),
    )
    op.create_table(
        "review_period",
        sa.Column("review_cycle_id", shared.ids.id_type, nullable=False),
        sa.Column("period_starts_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period_ends_on", sa.Date(), nullable=False),
        sa.Column("opened_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("next_try_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("next_notice_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_cycle_id"],
            ["review_cycle.review_cycle_id"],
        ),
        sa.PrimaryKeyConstraint("review_cycle_id", "period_starts_on"),
    )
    op.create_table(
        "review_run",
        sa.Column("review_run_id", shared.ids.id_type, nullable=False),
        sa.Column("review_cycle_id", shared.ids.id_type, nullable=False),
        sa.Column("period_starts_on", sa.Date(), nullable=False),
        sa.Column("period_ends_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("started_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("finished_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("existing", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failures", shared.db.types.json_type, nullable=False),
        sa.ForeignKeyConstraint(
            ["review_cycle_id"],
            ["review_cycle.review_cycle_id"],
        ),
        sa.PrimaryKeyConstraint("review_run_id"),
    )
    op.create_index("review_run_by_cycle", "review_run", ["review_cycle_id", "review_run_id"], unique=False)
    op.create_table(
        "scorecard",
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("review_cycle_id", shared.ids.id_type, nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("period_starts_on", sa.Date(), nullable=False),
        sa.Column("period_ends_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reveals_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("revealed_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("template_id", shared.ids.id_type, nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("question_set_id", shared.ids.id_type, nullable=False),
        sa.Column("profile", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=True),
        sa.Column("ratings", shared.db.types.json_type, nullable=True),
        sa.Column("results", shared.db.types.json_type, nullable=True),
        sa.Column("y_micro", sa.Integer(), nullable=True),
        sa.Column("w_micro", sa.Integer(), nullable=True),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("submitted_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("submitted_by", shared.ids.id_type, nullable=True),
        sa.Column("signed_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("published_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_cycle_id"],
            ["review_cycle.review_cycle_id"],
        ),
        sa.PrimaryKeyConstraint("scorecard_id"),
        sa.UniqueConstraint(
            "review_cycle_id", "period_starts_on", "relationship_id", "side", name="scorecard_of_cycle_and_period"
        ),
    )
    op.create_index(
        "scorecard_by_cycle", "scorecard", ["review_cycle_id", "period_ends_on", "scorecard_id"], unique=False
    )
    op.create_index("scorecard_by_period", "scorecard", ["period_ends_on", "scorecard_id"], unique=False)
    op.create_index(
        "scorecard_by_relationship", "scorecard", ["relationship_id", "period_ends_on", "scorecard_id"], unique=False
    )
    op.create_index("scorecard_by_status", "scorecard", ["status", "reveals_at"], unique=False)
    op.create_table(
        "action_plan",
        sa.Column("action_plan_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("relationship_id", shared.ids.id_type, nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=2000), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("sponsor_owner_id", shared.ids.id_type, nullable=True),
        sa.Column("provider_owner_id", shared.ids.id_type, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("archived_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("action_plan_id"),
    )
    op.create_index("action_plan_by_relationship", "action_plan", ["relationship_id", "action_plan_id"], unique=False)
    op.create_index(op.f("ix_action_plan_scorecard_id"), "action_plan", ["scorecard_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("notice_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("recipient_id", shared.ids.id_type, nullable=False),
        sa.Column("recipient_kind", sa.String(length=10), nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("notice_id"),
        sa.UniqueConstraint("scorecard_id", "recipient_id", "template", "on_day", name="notice_once"),
    )
    op.create_table(
        "rating_link",
        sa.Column("rating_link_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("contact_id", shared.ids.id_type, nullable=False),
        sa.Column("created_by", shared.ids.id_type, nullable=False),
        sa.Column("created_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("expires_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("rating_link_id"),
    )
    op.create_index("rating_link_by_scorecard", "rating_link", ["scorecard_id", "rating_link_id"], unique=False)
    op.create_table(
        "rating_sheet",
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("rater_id", shared.ids.id_type, nullable=False),
        sa.Column("rater_kind", sa.String(length=10), nullable=False),
        sa.Column("rater_name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", shared.db.types.json_type, nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("updated_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "rater_id"),
    )
    op.create_index(op.f("ix_rating_sheet_rater_id"), "rating_sheet", ["rater_id"], unique=False)
    op.create_table(
        "scorecard_change",
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("actor_id", shared.ids.id_type, nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "version"),
    )
    op.create_table(
        "scorecard_dispute",
        sa.Column("dispute_id", shared.ids.id_type, nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("raised_by", shared.ids.id_type, nullable=False),
        sa.Column("raised_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("attributes", shared.db.types.json_type, nullable=False),
        sa.Column("resolved_by", shared.ids.id_type, nullable=True),
        sa.Column("resolved_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.Column("resolution", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    op.create_index("dispute_by_scorecard", "scorecard_dispute", ["scorecard_id", "dispute_id"], unique=False)
    op.create_table(
        "scorecard_signature",
        sa.Column("signature_id", shared.ids.id_type, nullable=False),
        sa.Column("scorecard_id", shared.ids.id_type, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor_id", shared.ids.id_type, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("meaning", sa.String(length=200), nullable=False),
        sa.Column("signed_at", shared.db.types.UtcDateTime(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("voided_at", shared.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.scorecard_id"],
        ),
        sa.PrimaryKeyConstraint("signature_id"),
    )
    op.create_index("signature_by_scorecard", "scorecard_signature", ["scorecard_id", "signature_id"], unique=False)
    op.add_column("ledger_entry", sa.Column("attributes", shared.db.types.json_type, nullable=True))
    op.add_column("ledger_entry", sa.Column("is_private", sa.Boolean(), nullable=True))
    op.create_index("ledger_by_day", "ledger_entry", ["relationship_id", "on_day"], unique=False)
    op.create_index(
        "ledger_by_promise",
        "ledger_entry",
        ["relationship_id", "promised_on"],
        unique=False,
        sqlite_where=sa.text("promised_on IS NOT NULL"),
        postgresql_where=sa.text("promised_on IS NOT NULL"),
    )
    made_at = datetime(2026, 11, 25, tzinfo=UTC)
    template = sa.table(
        "scorecard_template",
        *(sa.column(name) for name in ("template_id", "version", "name", "description", "is_shipped")),
        sa.column("created_at", shared.db.types.UtcDateTime()),
    )
    version = sa.table(
        "scorecard_template_version",
        *(sa.column(name) for name in ("template_id", "version")),
        sa.column("attributes", shared.db.types.json_type),
        sa.column("created_at", shared.db.types.UtcDateTime()),
    )
    for template_id, name, description, keys in SHIPPED:
        made = {"template_id": template_id, "version": 1, "created_at": made_at}
        op.execute(sa.insert(template).values(**made, name=name, description=description, is_shipped=True))
        attributes = [{"attribute": key, "importance": None} for key in keys]
        op.execute(sa.insert(version).values(**made, attributes=attributes))
