"""Reads of action plans, each with what became of its attribute."""

from datetime import date
from typing import NotRequired

import sqlalchemy as sa

from services.scorecards.access import relationship_is_readable, require_readable
from services.scorecards.action_plans.schemas import ActionPlanOut, PlanEffectOut
from services.scorecards.action_plans.tables import ActionPlanRow, plans
from services.scorecards.policies.queries import current_policy
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.scorecards.differences import values_of
from services.scorecards.scorecards.published import newest_published
from services.scorecards.scorecards.ratings import gap
from services.scorecards.scorecards.rights import PUBLISHED
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.db.records import Records
from shared.errors import NotFound
from shared.http.pages import Page

Row = sa.RowMapping


class PlanOfCard(ActionPlanRow):
    """A plan as `ACTION_PLANS` reads it, with the end of its card's period; one that is being made has neither."""

    period_ends_on: NotRequired[date]
    is_archived: NotRequired[bool]


class ActionPlanNotFound(NotFound):
    """Unknown here, or of a relationship hidden from this actor: the same bytes."""

    slug, title = "action-plan-not-found", "No such action plan"


def get_action_plan(tx: Tx, action_plan_id: str, actor: Actor) -> ActionPlanOut:
    chosen = _with_effect().join(portfolio, portfolio.c.relationship_id == plans.c.relationship_id)
    row = tx.run(chosen.where(plans.c.action_plan_id == action_plan_id, relationship_is_readable(actor)))
    found = row.mappings().first()
    if found is None:
        raise ActionPlanNotFound()
    return _out(found)


def list_action_plans(
    tx: Tx,
    relationship_id: str,
    actor: Actor,
    *,
    attribute: str | None,
    is_done: bool | None,
    archived: bool,
    after: str | None,
    limit: int,
) -> Page[ActionPlanOut]:
    """Newest first; archived ones when asked for, and then these alone."""
    require_readable(tx, relationship_id, actor)
    chosen = [plans.c.relationship_id == relationship_id, plans.c.archived_at.is_not(None) == archived]
    if attribute is not None:
        chosen.append(plans.c.attribute == attribute)
    if is_done is not None:
        chosen.append(plans.c.done_on.is_not(None) == is_done)
    keys = [(plans.c.action_plan_id, True)]
    found = tx.run(keyset(_with_effect().where(*chosen), keys, after, limit)).mappings().all()
    rows, following = cut(found, ["action_plan_id"], limit)
    return Page(items=[_out(row) for row in rows], next=following)


def _with_effect() -> sa.Select[tuple[object, ...]]:
    """Plans with the card they come from, and the next one published of the same cycle and side."""
    following = scorecards.alias("following")
    following_id = newest_published(
        "later",
        lambda of: of.review_cycle_id == scorecards.c.review_cycle_id,
        lambda of: of.period_starts_on > scorecards.c.period_ends_on,
        relationship_id=plans.c.relationship_id,
        side=scorecards.c.side,
        oldest_first=True,
    )
    return (
        sa.select(
            plans,
            *(scorecards.c[name] for name in ("side", "period_starts_on", "period_ends_on", "status", "ratings")),
            following.c.scorecard_id.label("after_scorecard_id"),
            following.c.period_ends_on.label("after_period_ends_on"),
            following.c.ratings.label("after_ratings"),
        )
        .select_from(plans)
        .join(scorecards, scorecards.c.scorecard_id == plans.c.scorecard_id)
        .outerjoin(following, following.c.scorecard_id == following_id)
    )


def _out(row: Row) -> ActionPlanOut:
    # While a reopened card is answered again there is nothing to measure from.
    is_published = row["status"] in PUBLISHED
    before = values_of(row["ratings"]).get(row["attribute"]) if is_published else None
    after = values_of(row["after_ratings"]).get(row["attribute"])
    steps = None if before is None or after is None else gap(before, after, current_policy().rating_y)
    effect = PlanEffectOut(
        before=before,
        after=after,
        steps=steps,
        after_scorecard_id=row["after_scorecard_id"],
        after_period_ends_on=row["after_period_ends_on"],
    )
    return ActionPlanOut.model_validate({"id": row["action_plan_id"], **row, "effect": effect})


def _readable(actor: Actor) -> sa.Select[tuple[object, ...]]:
    """Plans with the end of their cards' periods and whether their relationships are archived."""
    return (
        sa.select(plans, scorecards.c.period_ends_on, portfolio.c.is_archived)
        .join(scorecards, scorecards.c.scorecard_id == plans.c.scorecard_id)
        .join(portfolio, portfolio.c.relationship_id == plans.c.relationship_id)
        .where(relationship_is_readable(actor))
    )


ACTION_PLANS = Records[PlanOfCard](plans, _readable, lambda _: ActionPlanNotFound())
