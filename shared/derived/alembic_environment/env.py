"""Run by alembic for the migrations of any service: `shared.derived.migrations` gives the connection and options."""

from alembic import context

context.configure(**context.config.attributes["configure"])
with context.begin_transaction():
    context.run_migrations()
