"""What every read shares: the guarded select, the guarded row, the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from services.engagements.actions.tables import actions
from services.engagements.deliveries.tables import deliveries
from services.engagements.engagements.tables import engagements
from services.engagements.interactions.tables import interactions
from services.engagements.issues.tables import issues
from services.engagements.milestones.tables import milestones
from services.engagements.replicas.queries import RelationshipNotFound
from services.engagements.replicas.tables import members, relationships
from shared.auth import Actor, readable
from shared.db.database import Tx
from shared.db.keyset import Keys, cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

Row = Mapping[Any, Any]
Out = TypeVar("Out", bound=BaseModel)


class EngagementNotFound(NotFound):
    slug, title = "engagement-not-found", "No such engagement"


class MilestoneNotFound(NotFound):
    slug, title = "milestone-not-found", "No such milestone"


class DeliveryNotFound(NotFound):
    slug, title = "delivery-not-found", "No such delivery"


class InteractionNotFound(NotFound):
    slug, title = "interaction-not-found", "No such interaction"


class ActionNotFound(NotFound):
    slug, title = "action-not-found", "No such action"


class IssueNotFound(NotFound):
    slug, title = "issue-not-found", "No such issue"


_MISSING: Mapping[sa.Table, Callable[[], NotFound]] = {
    engagements: EngagementNotFound,
    milestones: MilestoneNotFound,
    deliveries: DeliveryNotFound,
    interactions: InteractionNotFound,
    actions: ActionNotFound,
    issues: IssueNotFound,
}


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)


def interaction_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """A private note is for its author and admins only; the relationship's own rule comes on top."""
    if actor.is_admin:
        return sa.true()
    return sa.or_(sa.not_(interactions.c.is_private), interactions.c.author_id == actor.actor_id)


def readable_rows(table: sa.Table, actor: Actor) -> sa.Select[Any]:
    """The rows of a table with a `relationship_id` that the actor may read."""
    of = relationships.c.relationship_id == table.c.relationship_id
    statement = sa.select(table).join(relationships, of).where(relationship_is_readable(actor))
    return statement.where(interaction_is_readable(actor)) if table is interactions else statement


def key_of(table: sa.Table) -> sa.Column[Any]:
    return next(iter(table.primary_key.columns))


def find(tx: Tx, table: sa.Table, row_id: str, actor: Actor, *, for_update: bool = False) -> dict[str, Any]:
    """The row of this id, unless unknown or hidden: the same refusal for both."""
    statement = readable_rows(table, actor).where(key_of(table) == row_id)
    if for_update:
        statement = statement.with_for_update(of=table)
    row = tx.run(statement).mappings().first()
    if row is None:
        raise _MISSING[table]()
    return dict(row)


def check_relationship(tx: Tx, relationship_id: str, actor: Actor) -> Row:
    statement = sa.select(relationships).where(
        relationships.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    row = tx.run(statement).mappings().first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return row


def out(kind: type[Out], table: sa.Table, row: Row) -> Out:
    """The answer's model of a row; its columns that the model does not name are not shown."""
    return kind(id=row[key_of(table).name], **row)


def page(
    tx: Tx,
    kind: type[Out],
    table: sa.Table,
    actor: Actor,
    chosen: Sequence[sa.ColumnElement[bool]],
    keys: Keys,
    after: str | None,
    limit: int,
    /,
    **filters: Any,
) -> Page[Out]:
    """A page of the readable rows that meet every condition; a filter of None asks for nothing.

    A relationship or engagement to filter by that is unknown or hidden is refused like the resource itself.
    """
    statement = readable_rows(table, actor).where(*chosen)
    if (relationship_id := filters.get("relationship_id")) is not None:
        check_relationship(tx, relationship_id, actor)
    if (engagement_id := filters.get("engagement_id")) is not None:
        find(tx, engagements, engagement_id, actor)
    for name, value in filters.items():
        if value is not None:
            statement = statement.where(table.c[name] == value)
    names = [str(column.key) for column, _ in keys]
    rows, following = cut(tx.run(keyset(statement, keys, after, limit)).mappings().all(), names, limit)
    return Page(items=[out(kind, table, row) for row in rows], next=following)


def chosen(table: sa.Table, ids: Sequence[str], archived: bool) -> list[sa.ColumnElement[bool]]:
    """Those of these ids, archived or not; without ids, the archived only when asked for."""
    if ids:
        return [next(iter(table.primary_key.columns)).in_(ids)]
    return [] if archived else [table.c.archived_at.is_(None)]


def between(column: sa.ColumnElement[Any], since: Any, until: Any) -> list[sa.ColumnElement[bool]]:
    return [*([column >= since] if since is not None else []), *([column < until] if until is not None else [])]
