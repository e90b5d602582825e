"""The timeline of a relationship: one order (instant, id), newest first, over everything that happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from services.engagements.access import check_relationship
from services.engagements.actions.tables import actions
from services.engagements.deliveries.tables import deliveries
from services.engagements.engagements.tables import engagements, stage_changes
from services.engagements.interactions.queries import interaction_is_readable
from services.engagements.interactions.tables import interactions
from services.engagements.issues.tables import issues
from services.engagements.milestones.tables import milestones
from services.engagements.timeline.schemas import EntryKind, Place, TimelineEntry, TimelineOut
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.db.types import UtcDateTime
from shared.errors import InvalidField

_CLOSED = ":closed"
_TITLE = 300
"""Characters of a summary that an entry shows."""
# The columns of every branch, in one order and of one type, since PostgreSQL types a union by its first branches.
_COLUMNS: Mapping[str, sa.String | UtcDateTime | sa.Date | sa.Text | sa.Boolean] = {
    "id": sa.String(60),
    "kind": sa.String(20),
    "occurred_at": UtcDateTime(),
    "day": sa.Date(),
    "title": sa.Text(),
    "label": sa.String(30),
    "status": sa.String(20),
    "source_kind": sa.String(20),
    "source_id": sa.String(36),
    "engagement_id": sa.String(36),
    "experience": sa.String(10),
    "findings": sa.String(10),
    "promised_on": sa.Date(),
    "accepted": sa.Boolean(),
    "late_cause": sa.String(10),
    "author_id": sa.String(36),
}


Position = tuple[datetime, str]
"""A position in the order: the instant and the id of an entry."""


@dataclass(frozen=True)
class _Branch:
    """One kind of source: where its entries come from, what orders them, and what they show."""

    kind: EntryKind
    table: sa.Table
    orders: sa.ColumnElement[object]
    key: sa.Column[object]
    shows: Mapping[str, sa.ColumnElement[object]]
    chosen: Sequence[sa.ColumnElement[bool]] = ()
    source_kind: str = ""
    suffix: str = ""


def _branches(actor: Actor) -> list[_Branch]:
    of_engagement = sa.select(engagements.c.name).where(engagements.c.engagement_id == stage_changes.c.engagement_id)
    live = engagements.c.archived_at.is_(None)
    return [
        _Branch(
            EntryKind.interaction, interactions, interactions.c.occurred_at, interactions.c.interaction_id,
            {
                "title": sa.func.substr(interactions.c.summary, 1, _TITLE), "label": interactions.c.kind,
                "author_id": interactions.c.author_id,
            },
            [interactions.c.retracted_at.is_(None), interaction_is_readable(actor)],
        ),
        _Branch(
            EntryKind.delivery, deliveries, deliveries.c.happens_on, deliveries.c.delivery_id,
            {"title": sa.func.coalesce(deliveries.c.name, deliveries.c.external_id, "Delivery")},
            [deliveries.c.status != DeliveryStatus.RETRACTED],
        ),
        _Branch(
            EntryKind.milestone, milestones, milestones.c.happens_on, milestones.c.milestone_id,
            {"title": milestones.c.name, "label": milestones.c.kind, "experience": milestones.c.outcome},
        ),
        _Branch(
            EntryKind.stage_change, stage_changes, stage_changes.c.on, stage_changes.c.stage_change_id,
            {
                "title": of_engagement.scalar_subquery(), "label": stage_changes.c.stage,
                "experience": stage_changes.c.outcome, "source_id": stage_changes.c.engagement_id,
            },
            [of_engagement.where(live).exists()],
            source_kind="engagement",
        ),
        _Branch(
            EntryKind.action, actions, actions.c.done_on, actions.c.action_id,
            {"title": actions.c.title, "status": sa.literal("done")},
            [actions.c.archived_at.is_(None), actions.c.done_on.is_not(None)],
        ),
        _Branch(
            EntryKind.issue, issues, issues.c.opened_on, issues.c.issue_id,
            {"title": issues.c.title, "label": issues.c.severity, "status": sa.literal("opened")},
            [issues.c.archived_at.is_(None)],
        ),
        _Branch(
            EntryKind.issue, issues, issues.c.closed_on, issues.c.issue_id,
            {"title": issues.c.title, "label": issues.c.severity, "status": sa.literal("closed")},
            [issues.c.archived_at.is_(None), issues.c.closed_on.is_not(None)],
            suffix=_CLOSED,
        ),
    ]  # fmt: skip


def get_timeline(
    tx: Tx,
    relationship_id: str,
    actor: Actor,
    *,
    kinds: Sequence[EntryKind],
    after: tuple[datetime | None, str | None],
    before: tuple[datetime | None, str | None],
    limit: int,
) -> TimelineOut:
    """A page of entries older than `after`, or newer than `before`, or the newest; always newest first.

    Each branch is limited by its own index before the few rows are merged, so that a page costs the same however long
    the timeline is. Raises InvalidField for an instant without an id or the reverse, and for both directions at once.
    """
    older, newer = _position("after", after), _position("before", before)
    if older is not None and newer is not None:
        raise InvalidField("before_at", "goes with no after_at: a page continues in one direction")
    check_relationship(tx, relationship_id, actor)
    chosen = [branch for branch in _branches(actor) if not kinds or branch.kind in kinds]
    limited = [_limited(branch, relationship_id, older, newer, limit + 1) for branch in chosen]
    rows = tx.run(sa.union_all(*limited)).mappings().all()
    entries = sorted(map(_entry, rows), key=lambda entry: (entry.at, entry.id), reverse=newer is None)
    items, more = entries[:limit], len(entries) > limit
    if newer is not None:
        items.reverse()
    has_older, has_newer = (bool(items), more) if newer is not None else (more, older is not None)
    return TimelineOut(
        items=items,
        next=_position_of(items[-1]) if items and has_older else None,
        previous=_position_of(items[0]) if items and has_newer else None,
    )


def _position(name: str, given: tuple[datetime | None, str | None]) -> Position | None:
    at, entry_id = given
    if at is None and entry_id is None:
        return None
    if at is None or entry_id is None:
        raise InvalidField(f"{name}_at", f"goes with {name}_id: a position is an instant and an id")
    return at.astimezone(UTC), entry_id


def _position_of(entry: TimelineEntry) -> Place:
    return Place(at=entry.at, id=entry.id)


def _limited(
    branch: _Branch,
    relationship_id: str,
    older: Position | None,
    newer: Position | None,
    limit: int,
) -> sa.Select[tuple[object, ...]]:
    columns = branch.table.c
    shown: dict[str, sa.ColumnElement[object]] = {
        "id": branch.key.concat(branch.suffix) if branch.suffix else branch.key,
        "kind": sa.literal(branch.kind.value),
        "source_kind": sa.literal(branch.source_kind or branch.kind.value),
        "source_id": branch.key,
        "occurred_at" if branch.table is interactions else "day": branch.orders,
    }
    if "created_by" in columns:
        shown["author_id"] = columns.created_by
    same_named = ("status", "engagement_id", "experience", "findings", "promised_on", "accepted", "late_cause")
    shown |= {name: columns[name] for name in same_named if name in columns} | dict(branch.shows)
    selected = [
        (shown[name] if name in shown else sa.cast(sa.null(), kind)).label(name) for name, kind in _COLUMNS.items()
    ]
    statement = sa.select(*selected).where(columns.relationship_id == relationship_id, *branch.chosen)
    if older is not None:
        statement = statement.where(_beyond(branch, older, is_older=True))
    if newer is not None:
        statement = statement.where(_beyond(branch, newer, is_older=False))
    order = [branch.orders, branch.key] if newer is not None else [branch.orders.desc(), branch.key.desc()]
    return sa.select(statement.order_by(*order).limit(limit).subquery())


def _beyond(branch: _Branch, position: Position, *, is_older: bool) -> sa.ColumnElement[bool]:
    """The branch's rows older or newer than a position; a day stands at its midnight, UTC."""
    at, entry_id = position
    orders = branch.orders
    edge: date = at
    is_tied = True
    if branch.table is not interactions:
        edge, is_tied = utc_day(at), at.timetz() == time(tzinfo=UTC)
    shown_id = branch.key.concat(branch.suffix) if branch.suffix else branch.key
    if is_older:
        # At an instant within a day, that day's midnight is still older.
        tied = shown_id < entry_id if is_tied else sa.true()
        return sa.and_(orders <= edge, sa.or_(orders < edge, tied))
    tied = shown_id > entry_id if is_tied else sa.false()
    return sa.and_(orders >= edge, sa.or_(orders > edge, tied))


def _entry(row: sa.RowMapping) -> TimelineEntry:
    at = row["occurred_at"] or midnight(row["day"])
    return TimelineEntry(at=at, on=row["day"] or utc_day(at), **{n: row[n] for n in _COLUMNS if n not in _MOMENT})


_MOMENT = ("occurred_at", "day")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
