"""Reads of engagements and their stage history."""

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from services.engagements.access import check_relationship, readable_rows
from services.engagements.engagements.schemas import EngagementFilters, EngagementOut, StageChangeOut
from services.engagements.engagements.tables import EngagementRow, StageChangeRow, engagements, stage_changes
from services.engagements.lists import equal, page, unarchived
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import Page


class EngagementNotFound(NotFound):
    slug, title = "engagement-not-found", "No such engagement"


engagement_records = Records[EngagementRow](
    engagements, partial(readable_rows, engagements), lambda _: EngagementNotFound()
)


def engagement_out(row: EngagementRow) -> EngagementOut:
    return EngagementOut(id=row["engagement_id"], **row)


def get_engagement(tx: Tx, engagement_id: str, actor: Actor) -> EngagementOut:
    return engagement_out(find(tx, engagement_records, engagement_id, actor))


def list_engagements(tx: Tx, filters: EngagementFilters, actor: Actor) -> Page[EngagementOut]:
    """Oldest first. Those asked for by id may be archived."""
    check_scope(tx, actor, filters.relationship_id)
    columns = engagements.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.type: filters.type,
        columns.mode: filters.mode,
        columns.stage: filters.stage,
        columns.predecessor_id: filters.predecessor_id,
    }
    of_ids = [columns.engagement_id.in_(filters.ids)]
    conditions = [*equal(wanted), *(of_ids if filters.ids else unarchived(columns.archived_at, filters.archived))]
    keys = [(columns.engagement_id, False)]
    return page(tx, actor, engagement_records, engagement_out, conditions, keys, filters.after, filters.limit)


def check_scope(tx: Tx, actor: Actor, relationship_id: str | None, engagement_id: str | None = None) -> None:
    """A list of an unknown or hidden relationship or engagement is refused like the record itself."""
    if relationship_id is not None:
        check_relationship(tx, relationship_id, actor)
    if engagement_id is not None:
        find(tx, engagement_records, engagement_id, actor)


def list_stage_changes(tx: Tx, engagement_id: str, actor: Actor) -> Page[StageChangeOut]:
    """The whole history, oldest first; it is short."""
    find(tx, engagement_records, engagement_id, actor)
    in_order = sorted(stage_history(tx, engagement_id), key=lambda row: (row["on"], row["stage_change_id"]))
    return Page(items=[StageChangeOut(id=row["stage_change_id"], **row) for row in in_order], next=None)


def stage_history(tx: Tx, engagement_id: str) -> Sequence[StageChangeRow]:
    """In the order in which it was entered."""
    of = sa.select(stage_changes).where(stage_changes.c.engagement_id == engagement_id)
    return tx.rows(of.order_by(stage_changes.c.stage_change_id), StageChangeRow)
