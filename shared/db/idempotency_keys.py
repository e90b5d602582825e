"""How long answers to writes that carried an Idempotency-Key stay; `shared/http/idempotency.py` stores them."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from shared.db.database import Database

KEYS_KEPT = timedelta(hours=24)


def tidy_keys(database: Database, now: datetime) -> dict[str, int]:
    """Forget the answers whose Idempotency-Key no retry can still ask for (docs/design/contract.md)."""
    keys = database.metadata.tables["idempotency_key"]
    with database.write() as tx:
        return {"keys": tx.run(sa.delete(keys).where(keys.c.created_at < now - KEYS_KEPT)).rowcount}
