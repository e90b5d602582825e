"""Reads of standings, and of the last contacts that they are computed from."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from services.engagements.access import check_relationship
from services.engagements.interactions.tables import interactions
from services.engagements.ladder.queries import day_after, rung_out
from services.engagements.ladder.rules import Rung
from services.engagements.standings.schemas import StandingOut
from services.engagements.standings.tables import StandingRow, standings
from services.engagements.vocabulary import CONTACT_KINDS
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx


def get_standing(tx: Tx, relationship_id: str, actor: Actor) -> StandingOut:
    check_relationship(tx, relationship_id, actor)
    [row] = standings_of(tx, [relationship_id]).values()
    rung = rung_out(Rung[row["rung"]])
    return StandingOut(
        rung=rung.rung,
        label=rung.label,
        relationship_id=relationship_id,
        version=row["version"],
        last_contact_on=row["last_contact_on"],
        last_business_review_on=row["last_business_review_on"],
        next_touch_due_on=row["next_touch_due_on"],
    )


def standings_of(tx: Tx, relationship_ids: Sequence[str], *, for_update: bool = False) -> dict[str, StandingRow]:
    """The standings by relationship, locked for this transaction where they are to be changed."""
    of = sa.select(standings).where(standings.c.relationship_id.in_(relationship_ids))
    if for_update:
        of = of.order_by(standings.c.relationship_id).with_for_update()
    return {row["relationship_id"]: row for row in tx.rows(of, StandingRow)}


def last_contacts_of(tx: Tx, relationship_ids: Sequence[str], until: date) -> dict[str, dict[str, date]]:
    """The last day, up to and including `until`, of each kind of contact, by relationship."""
    last: dict[str, dict[str, date]] = {relationship_id: {} for relationship_id in relationship_ids}
    columns = interactions.c
    latest = sa.func.max(columns.occurred_at, type_=columns.occurred_at.type).label("latest_at")
    contacts = sa.select(columns.relationship_id, columns.kind, latest).where(
        columns.relationship_id.in_(relationship_ids),
        columns.kind.in_(sorted(CONTACT_KINDS)),
        columns.retracted_at.is_(None),
        columns.occurred_at < day_after(until),
    )
    for row in tx.run(contacts.group_by(columns.relationship_id, columns.kind)):
        last[row.relationship_id][row.kind] = utc_day(row.latest_at)
    return last
