"""The resources of engagements, one by one and in lists."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.engagements.queries.rows import (
    actions,
    deliveries,
    engagements,
    find,
    interactions,
    issues,
    milestones,
    out,
    page,
    stage_changes,
)
from services.engagements.schemas.engagements import EngagementOut, StageChangeOut
from services.engagements.schemas.followups import ActionOut, IssueOut
from services.engagements.schemas.interactions import InteractionOut
from services.engagements.schemas.promises import DeliveryOut, MilestoneOut
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page

Condition = sa.ColumnElement[bool]


def get_engagement(tx: Tx, engagement_id: str, actor: Actor) -> EngagementOut:
    return out(EngagementOut, engagements, find(tx, engagements, engagement_id, actor))


def list_engagements(
    tx: Tx, actor: Actor, *, ids: Sequence[str], archived: bool, after: str | None, limit: int, **filters: Any
) -> Page[EngagementOut]:
    chosen = _chosen(engagements, ids, archived)
    keys = [(engagements.c.engagement_id, False)]
    return page(tx, EngagementOut, engagements, actor, chosen, keys, after, limit, **filters)


def list_stage_changes(tx: Tx, engagement_id: str, actor: Actor) -> Page[StageChangeOut]:
    """The whole history, oldest first; it is short."""
    find(tx, engagements, engagement_id, actor)
    of = sa.select(stage_changes).where(stage_changes.c.engagement_id == engagement_id)
    rows = tx.run(of.order_by(stage_changes.c.on, stage_changes.c.stage_change_id)).mappings()
    return Page(items=[out(StageChangeOut, stage_changes, row) for row in rows], next=None)


def get_milestone(tx: Tx, milestone_id: str, actor: Actor) -> MilestoneOut:
    return out(MilestoneOut, milestones, find(tx, milestones, milestone_id, actor))


def list_milestones(tx: Tx, actor: Actor, *, after: str | None, limit: int, **filters: Any) -> Page[MilestoneOut]:
    """By first promise within an engagement, which is a plan; else as the relationship's days go, newest first."""
    if filters.get("engagement_id") is not None:
        keys = [(milestones.c.promised_on, False), (milestones.c.milestone_id, False)]
    else:
        keys = [(milestones.c.happens_on, True), (milestones.c.milestone_id, True)]
    return page(tx, MilestoneOut, milestones, actor, (), keys, after, limit, **filters)


def get_delivery(tx: Tx, delivery_id: str, actor: Actor) -> DeliveryOut:
    return out(DeliveryOut, deliveries, find(tx, deliveries, delivery_id, actor))


def list_deliveries(
    tx: Tx, actor: Actor, *, since: date | None, until: date | None, after: str | None, limit: int, **filters: Any
) -> Page[DeliveryOut]:
    """Newest first by the day delivered, or promised while open; retracted ones only when asked for."""
    happens_on = deliveries.c.happens_on
    chosen = _between(happens_on, since, until)
    if filters.get("status") is None:
        chosen.append(deliveries.c.status != DeliveryStatus.RETRACTED)
    keys = [(happens_on, True), (deliveries.c.delivery_id, True)]
    return page(tx, DeliveryOut, deliveries, actor, chosen, keys, after, limit, **filters)


def get_interaction(tx: Tx, interaction_id: str, actor: Actor) -> InteractionOut:
    return out(InteractionOut, interactions, find(tx, interactions, interaction_id, actor))


def list_interactions(
    tx: Tx,
    actor: Actor,
    *,
    since: datetime | None,
    until: datetime | None,
    ids: Sequence[str],
    retracted: bool,
    after: str | None,
    limit: int,
    **filters: Any,
) -> Page[InteractionOut]:
    """Newest first; `since` is included, `until` is not. Those asked for by id may be retracted."""
    occurred_at = interactions.c.occurred_at
    chosen = _between(occurred_at, since, until)
    if ids:
        chosen.append(interactions.c.interaction_id.in_(ids))
    elif not retracted:
        chosen.append(interactions.c.retracted_at.is_(None))
    keys = [(occurred_at, True), (interactions.c.interaction_id, True)]
    return page(tx, InteractionOut, interactions, actor, chosen, keys, after, limit, **filters)


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
    chosen = _chosen(actions, (), archived)
    if is_done is not None:
        chosen.append(actions.c.done_on.is_not(None) if is_done else actions.c.done_on.is_(None))
    if due_until is not None:
        chosen.append(actions.c.due_on <= due_until)
    return page(tx, ActionOut, actions, actor, chosen, [(actions.c.action_id, False)], after, limit, **filters)


def get_issue(tx: Tx, issue_id: str, actor: Actor) -> IssueOut:
    return out(IssueOut, issues, find(tx, issues, issue_id, actor))


def list_issues(
    tx: Tx, actor: Actor, *, is_open: bool | None, archived: bool, after: str | None, limit: int, **filters: Any
) -> Page[IssueOut]:
    """Newest first."""
    chosen = _chosen(issues, (), archived)
    if is_open is not None:
        chosen.append(issues.c.closed_on.is_(None) if is_open else issues.c.closed_on.is_not(None))
    keys = [(issues.c.opened_on, True), (issues.c.issue_id, True)]
    return page(tx, IssueOut, issues, actor, chosen, keys, after, limit, **filters)


def _chosen(table: sa.Table, ids: Sequence[str], archived: bool) -> list[Condition]:
    """Those of these ids, archived or not; without ids, the archived only when asked for."""
    if ids:
        return [next(iter(table.primary_key.columns)).in_(ids)]
    return [] if archived else [table.c.archived_at.is_(None)]


def _between(column: sa.ColumnElement[Any], since: Any, until: Any) -> list[Condition]:
    return [*([column >= since] if since is not None else []), *([column < until] if until is not None else [])]
