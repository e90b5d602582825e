"""Reads of milestones."""

from typing import Any

from services.engagements.access import find, out, page
from services.engagements.milestones.schemas import MilestoneOut
from services.engagements.milestones.tables import milestones
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


def get_milestone(tx: Tx, milestone_id: str, actor: Actor) -> MilestoneOut:
    return out(MilestoneOut, milestones, find(tx, milestones, milestone_id, actor))


def list_milestones(tx: Tx, actor: Actor, *, after: str | None, limit: int, **filters: Any) -> Page[MilestoneOut]:
    """By first promise within an engagement, which is a plan; else as the relationship's days go, newest first."""
    if filters.get("engagement_id") is not None:
        keys = [(milestones.c.promised_on, False), (milestones.c.milestone_id, False)]
    else:
        keys = [(milestones.c.happens_on, True), (milestones.c.milestone_id, True)]
    return page(tx, MilestoneOut, milestones, actor, (), keys, after, limit, **filters)
