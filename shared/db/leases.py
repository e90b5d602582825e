"""Leases: the one holder of a piece of work; for efficiency only, since a frozen holder can wake."""

from datetime import datetime

import sqlalchemy as sa

from shared.db.bulk import upsert
from shared.db.database import Database


def drop_lease(database: Database, name: str, holder: str) -> None:
    """Let the next one take the lease at once."""
    lease = database.metadata.tables["lease"]
    with database.write() as tx:
        tx.run(sa.delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def take_lease(database: Database, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Become or stay the one holder of a lease; for efficiency only, a frozen holder can wake."""
    lease = database.metadata.tables["lease"]
    with database.write() as tx:
        taken = upsert(lease, database.engine.dialect.name).values(name=name, holder=holder, until_at=until)
        taken = taken.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until_at": until},
            # One that ends later than this one would was taken by a clock that has been put back since.
            where=sa.or_(lease.c.holder == holder, lease.c.until_at < now, lease.c.until_at > until),
        )
        return tx.run(taken.returning(lease.c.holder)).first() is not None
