"""Reads of standings, and of the last contacts that they are computed from."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from services.engagements.access import check_relationship
from services.engagements.interactions.tables import interactions
from services.engagements.ladder.queries import day_after, rung_out
from services.engagements.ladder.rules import Rung
from services.engagements.standings.schemas import StandingOut
from services.engagements.standings.tables import standings
from services.engagements.vocabulary import (
    CONTACT_KINDS,
)
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx


def get_standing(tx: Tx, relationship_id: str, actor: Actor) -> StandingOut:
    check_relationship(tx, relationship_id, actor)
    row = tx.run(sa.select(standings).where(standings.c.relationship_id == relationship_id)).mappings().one()
    return StandingOut(**rung_out(Rung[row["rung"]]).model_dump(), **{n: v for n, v in row.items() if n != "rung"})


def last_touches_of(tx: Tx, relationship_ids: Sequence[str], until: date) -> dict[str, dict[str, date]]:
    """The last day, up to and including `until`, of each kind of contact, by relationship."""
    last: dict[str, dict[str, date]] = {relationship_id: {} for relationship_id in relationship_ids}
    columns = interactions.c
    latest = sa.func.max(columns.occurred_at, type_=columns.occurred_at.type).label("latest_at")
    held = sa.select(columns.relationship_id, columns.kind, latest).where(
        columns.relationship_id.in_(relationship_ids),
        columns.kind.in_(sorted(CONTACT_KINDS)),
        columns.retracted_at.is_(None),
        columns.occurred_at < day_after(until),
    )
    for row in tx.run(held.group_by(columns.relationship_id, columns.kind)):
        last[row.relationship_id][row.kind] = utc_day(row.latest_at)
    return last
