"""Reads of engagements."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.engagements.access import chosen, find, out, page
from services.engagements.engagements.schemas import EngagementOut, StageChangeOut
from services.engagements.engagements.tables import engagements, stage_changes
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


def get_engagement(tx: Tx, engagement_id: str, actor: Actor) -> EngagementOut:
    return out(EngagementOut, engagements, find(tx, engagements, engagement_id, actor))


def list_engagements(
    tx: Tx, actor: Actor, *, ids: Sequence[str], archived: bool, after: str | None, limit: int, **filters: Any
) -> Page[EngagementOut]:
    conditions = chosen(engagements, ids, archived)
    keys = [(engagements.c.engagement_id, False)]
    return page(tx, EngagementOut, engagements, actor, conditions, keys, after, limit, **filters)


def list_stage_changes(tx: Tx, engagement_id: str, actor: Actor) -> Page[StageChangeOut]:
    """The whole history, oldest first; it is short."""
    find(tx, engagements, engagement_id, actor)
    of = sa.select(stage_changes).where(stage_changes.c.engagement_id == engagement_id)
    rows = tx.run(of.order_by(stage_changes.c.on, stage_changes.c.stage_change_id)).mappings()
    return Page(items=[out(StageChangeOut, stage_changes, row) for row in rows], next=None)
