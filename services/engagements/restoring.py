"""After a restore: telling everything anew; and after one of accounts, dropping what it no longer has."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from services.engagements.actions.tables import actions
from services.engagements.deliveries.tables import deliveries
from services.engagements.engagements.tables import engagements
from services.engagements.events import (
    ActionRecorded,
    DeliveryCancelled,
    DeliveryLapsed,
    DeliveryRecorded,
    DeliveryRetracted,
    EngagementRecorded,
    InteractionLogged,
    InteractionRetracted,
    IssueRecorded,
    MilestoneCancelled,
    MilestoneCompleted,
    MilestoneLapsed,
    MilestoneRecorded,
    StandingChanged,
    event_of,
)
from services.engagements.interactions.tables import interactions
from services.engagements.issues.tables import issues
from services.engagements.milestones.tables import milestones
from services.engagements.replicas.tables import contacts, members, relationships
from services.engagements.standings.tables import standings
from services.engagements.vocabulary import DeliveryStatus, MilestoneStatus
from shared.db.database import Tx
from shared.events import Event

_OF_DELIVERY: dict[str, type[Event]] = {
    DeliveryStatus.OPEN: DeliveryRecorded,
    DeliveryStatus.DELIVERED: DeliveryRecorded,
    DeliveryStatus.LAPSED: DeliveryLapsed,
    DeliveryStatus.CANCELLED: DeliveryCancelled,
    DeliveryStatus.RETRACTED: DeliveryRetracted,
}
_OF_MILESTONE: dict[str, type[Event]] = {
    MilestoneStatus.OPEN: MilestoneRecorded,
    MilestoneStatus.COMPLETED: MilestoneCompleted,
    MilestoneStatus.LAPSED: MilestoneLapsed,
    MilestoneStatus.CANCELLED: MilestoneCancelled,
}


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    """Everything as it stands, to be told anew."""
    for table, kind in ((engagements, EngagementRecorded), (actions, ActionRecorded), (issues, IssueRecorded)):
        for row in tx.every(table):
            yield event_of(kind, row)
    for row in tx.every(interactions):
        yield event_of(InteractionLogged if row["retracted_at"] is None else InteractionRetracted, row)
    for row in tx.every(deliveries):
        yield event_of(_OF_DELIVERY[row["status"]], row)
    for row in tx.every(milestones):
        yield event_of(_OF_MILESTONE[row["status"]], row)
    for row in tx.every(standings):
        yield event_of(StandingChanged, {**row, "standing_id": row["relationship_id"]})


def drop_replicas(tx: Tx, epoch: int, now: datetime) -> None:
    """What hangs on a relationship that is no more stays, and is hidden as it is while nothing is known of it."""
    gone = sa.select(relationships.c.relationship_id).where(relationships.c.epoch < epoch)
    tx.run(sa.delete(members).where(members.c.relationship_id.in_(gone)))
    for table in (relationships, contacts):
        tx.run(sa.delete(table).where(table.c.epoch < epoch))
