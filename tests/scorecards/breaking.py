"""A database that refuses one row: what a fault of one relationship looks like to whoever works on many."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tests.support.installation import InstallationUnderTest

SQLITE = """CREATE TRIGGER refuses BEFORE INSERT ON scorecard WHEN NEW.relationship_id = '{id}' AND NEW.side = '{side}'
BEGIN SELECT RAISE(ABORT, 'this one is refused'); END"""
POSTGRES = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.relationship_id = '{id}' AND NEW.side = '{side}' THEN RAISE EXCEPTION 'this one is refused'; END IF;
RETURN NEW; END $$;
CREATE TRIGGER refuses BEFORE INSERT ON scorecard FOR EACH ROW EXECUTE FUNCTION refuse()"""


@contextmanager
def refusing_a_card(installation: InstallationUnderTest, relationship_id: str, side: str) -> Iterator[None]:
    database = installation.product.databases["scorecards"]
    is_postgres = database.engine.dialect.name == "postgresql"
    with database.write() as tx:
        tx.connection().exec_driver_sql((POSTGRES if is_postgres else SQLITE).format(id=relationship_id, side=side))
    try:
        yield
    finally:
        with database.write() as tx:
            tx.run(sa.text("DROP FUNCTION refuse CASCADE" if is_postgres else "DROP TRIGGER refuses"))
