"""Reads of milestones."""

from functools import partial

from services.engagements.access import readable_rows
from services.engagements.engagements.queries import check_scope
from services.engagements.lists import equal, page
from services.engagements.milestones.schemas import MilestoneFilters, MilestoneOut
from services.engagements.milestones.tables import MilestoneRow, milestones
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import Page


class MilestoneNotFound(NotFound):
    slug, title = "milestone-not-found", "No such milestone"


milestone_records = Records[MilestoneRow](milestones, partial(readable_rows, milestones), lambda _: MilestoneNotFound())


def milestone_out(row: MilestoneRow) -> MilestoneOut:
    return MilestoneOut(id=row["milestone_id"], **row)


def get_milestone(tx: Tx, milestone_id: str, actor: Actor) -> MilestoneOut:
    return milestone_out(find(tx, milestone_records, milestone_id, actor))


def list_milestones(tx: Tx, filters: MilestoneFilters, actor: Actor) -> Page[MilestoneOut]:
    """By first promise within an engagement, which is a plan; else by the relationship's days, newest first."""
    check_scope(tx, actor, filters.relationship_id, filters.engagement_id)
    columns = milestones.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.engagement_id: filters.engagement_id,
        columns.kind: filters.kind,
        columns.status: filters.status,
    }
    if filters.engagement_id is not None:
        keys = [(columns.promised_on, False), (columns.milestone_id, False)]
    else:
        keys = [(columns.happens_on, True), (columns.milestone_id, True)]
    return page(tx, actor, milestone_records, milestone_out, equal(wanted), keys, filters.after, filters.limit)
