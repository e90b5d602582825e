"""The tables that every service has: outbox, inbox, dead letters, answers kept, schedule, leases, epochs."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type

if TYPE_CHECKING:
    from alembic.operations import Operations


def add_system_tables(metadata: sa.MetaData) -> None:
    """Give a service's metadata the tables that every service has."""
    for name in ("outbox", "outbox_archive"):
        archive = name == "outbox_archive"
        sa.Table(
            name,
            metadata,
            sa.Column(
                "sequence",
                sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                primary_key=True,
                autoincrement=not archive,
            ),
            sa.Column("event_id", id_type, nullable=False, unique=True),
            sa.Column("aggregate", sa.String(80), nullable=False),
            sa.Column("epoch", sa.BigInteger, nullable=False, server_default="1"),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("topic", sa.String(80), nullable=False),
            sa.Column("key", sa.String(36), nullable=False),
            sa.Column("partition", sa.Integer),
            sa.Column("payload", sa.Text, nullable=False),
            sa.Column("created_at", UtcDateTime, nullable=False),
            *([sa.Column("published_at", UtcDateTime, nullable=False)] if archive else []),
            sa.UniqueConstraint("aggregate", "epoch", "version", name=f"{name}_aggregate_epoch_version"),
            sqlite_autoincrement=not archive,
        )
    sa.Table(
        "inbox",
        metadata,
        sa.Column("event_id", id_type, primary_key=True),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
    )
    sa.Table(
        "dead_letter",
        metadata,
        sa.Column("dead_letter_id", id_type, primary_key=True),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("dead_at", UtcDateTime, nullable=False),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("settled_by", sa.String(10)),
        sa.UniqueConstraint("topic", "partition", "offset", name="dead_letter_record"),
    )
    sa.Table(
        "idempotency_key",
        metadata,
        sa.Column("principal_id", sa.String(80), primary_key=True),
        sa.Column("route", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", json_type, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )
    sa.Table(
        "schedule",
        metadata,
        sa.Column("task", sa.String(80), primary_key=True),
        sa.Column("next_run_at", UtcDateTime, nullable=False),
        sa.Column("last_run_at", UtcDateTime),
        sa.Column("last_outcome", json_type),
    )
    sa.Table(
        "lease",
        metadata,
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("until_at", UtcDateTime, nullable=False),
    )
    sa.Table(
        "epoch",
        metadata,
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("since_at", UtcDateTime, nullable=False),
    )
    sa.Table(
        "heard_epoch",
        metadata,
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("partitions", sa.Integer, nullable=False),
        sa.Column("completed_at", UtcDateTime),
    )


def add_epochs(op: "Operations") -> None:
    """What the migration of that name does in every service. The version before may write beside it: all is added."""
    op.create_table(
        "heard_epoch",
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("epoch", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("partitions", sa.Integer, nullable=False),
        sa.Column("completed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("owner", "epoch"),
    )
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    last = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")) if is_sqlite else None
    for name in ("outbox", "outbox_archive"):
        with op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": name == "outbox"}) as table:
            table.add_column(sa.Column("epoch", sa.BigInteger, server_default="1", nullable=False))
            table.add_column(sa.Column("partition", sa.Integer, nullable=True))
            table.drop_constraint(f"{name}_aggregate_version", type_="unique")
            table.create_unique_constraint(f"{name}_aggregate_epoch_version", ["aggregate", "epoch", "version"])
    if last is not None:
        # The table was copied, and an empty copy would begin at 1: with numbers that the archive holds already.
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'outbox'"))
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('outbox', :last)"), {"last": last})
