"""Reads of actions."""

from functools import partial

from services.engagements.access import readable_rows
from services.engagements.actions.schemas import ActionFilters, ActionOut
from services.engagements.actions.tables import ActionRow, actions
from services.engagements.engagements.queries import check_scope
from services.engagements.lists import equal, page, unarchived
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import Page


class ActionNotFound(NotFound):
    slug, title = "action-not-found", "No such action"


action_records = Records[ActionRow](actions, partial(readable_rows, actions), lambda _: ActionNotFound())


def action_out(row: ActionRow) -> ActionOut:
    return ActionOut(id=row["action_id"], **row)


def get_action(tx: Tx, action_id: str, actor: Actor) -> ActionOut:
    return action_out(find(tx, action_records, action_id, actor))


def list_actions(tx: Tx, filters: ActionFilters, actor: Actor) -> Page[ActionOut]:
    """Oldest first. `due_until` is included: the actions due by that day."""
    check_scope(tx, actor, filters.relationship_id)
    columns = actions.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.interaction_id: filters.interaction_id,
        columns.owner_actor_id: filters.owner_actor_id,
        columns.owner_contact_id: filters.owner_contact_id,
    }
    conditions = [*equal(wanted), *unarchived(columns.archived_at, filters.archived)]
    if filters.is_done is not None:
        conditions.append(columns.done_on.is_not(None) if filters.is_done else columns.done_on.is_(None))
    if filters.due_until is not None:
        conditions.append(columns.due_on <= filters.due_until)
    keys = [(columns.action_id, False)]
    return page(tx, actor, action_records, action_out, conditions, keys, filters.after, filters.limit)
