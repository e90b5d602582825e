"""Reads of actions."""

from datetime import date
from typing import Any

from services.engagements.access import chosen, find, out, page
from services.engagements.actions.schemas import ActionOut
from services.engagements.actions.tables import actions
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


def get_action(tx: Tx, action_id: str, actor: Actor) -> ActionOut:
    return out(ActionOut, actions, find(tx, actions, action_id, actor))


def list_actions(
    tx: Tx,
    actor: Actor,
    *,
    is_done: bool | None,
    due_until: date | None,
    archived: bool,
    after: str | None,
    limit: int,
    **filters: Any,
) -> Page[ActionOut]:
    """`due_until` is included: the actions due by that day."""
    conditions = chosen(actions, (), archived)
    if is_done is not None:
        conditions.append(actions.c.done_on.is_not(None) if is_done else actions.c.done_on.is_(None))
    if due_until is not None:
        conditions.append(actions.c.due_on <= due_until)
    return page(tx, ActionOut, actions, actor, conditions, [(actions.c.action_id, False)], after, limit, **filters)
