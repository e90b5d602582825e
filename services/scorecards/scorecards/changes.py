"""What every change of a card shares: its lock, its state, its version and the event of it."""

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from services.scorecards.events import ScorecardFact
from services.scorecards.scorecards.queries import cards_at, find_card, group_of
from services.scorecards.scorecards.rights import Card
from services.scorecards.scorecards.tables import ScorecardRow, changes
from shared.auth import Actor
from shared.db import outbox, records
from shared.db.database import Tx
from shared.errors import Conflict, Forbidden
from shared.events import Event
from shared.sentences import to_restore

_ANNOUNCED = list(ScorecardFact.model_fields)


class RelationshipArchived(Conflict):
    slug, title = "relationship-archived", "This relationship is archived"

    @classmethod
    def of(cls, relationship_id: str) -> "RelationshipArchived":
        """Says where it is restored: whoever reads the card reads the relationship."""
        more = {"id": relationship_id, "restore": to_restore("relationships", relationship_id)}
        return cls("this relationship is archived and can be restored", more=more)


class WrongStatus(Conflict):
    slug, title = "scorecard-status", "The card's status does not allow this"


def lock_card(tx: Tx, scorecard_id: str, actor: Actor, now: datetime, permit: Callable[[Card], None]) -> Card:
    """The card as it stands, read once and locked; refused when unknown or hidden, by `permit`, or when archived."""
    card = records.lock(tx, cards_at(now), scorecard_id, actor)
    permit(card)
    _require_unarchived(card)
    return card


def lock_group(
    tx: Tx, scorecard_id: str, actor: Actor, now: datetime, permit: Callable[[Card], None] = lambda card: None
) -> tuple[Card, list[ScorecardRow]]:
    """The card as it stands, and all of its cycle, period and relationship, locked in one order.

    Whoever submits, waives or signs on the other side at the same moment waits, so that a reveal happens once. Refused
    as by `lock_card`, before anything is locked.
    """
    known = find_card(tx, scorecard_id, actor, now)
    permit(known)
    _require_unarchived(known)
    group = tx.rows(group_of(known).with_for_update(), ScorecardRow)
    card = records.with_values(known, next(row for row in group if row["scorecard_id"] == scorecard_id))
    return card, [card if row["scorecard_id"] == scorecard_id else row for row in group]


def _require_unarchived(card: Card) -> None:
    if card["is_archived"]:
        raise RelationshipArchived.of(card["relationship_id"])


def require(is_allowed: bool, what: str) -> None:
    if not is_allowed:
        raise Forbidden(f"you may not {what} this card")


def require_status(card: ScorecardRow, *allowed: str) -> None:
    if card["status"] not in allowed:
        raise WrongStatus(f"the card is {card['status']}, not {' or '.join(allowed)}")


def change(
    tx: Tx,
    card: ScorecardRow,
    kind: type[Event],
    actor: Actor | None,
    now: datetime,
    *,
    reason: str | None = None,
    more: Mapping[str, object] | None = None,
    **values: object,
) -> tuple[ScorecardRow, str]:
    """Write a change, its line in the card's history and its event: the card as it is now, and the event's id."""
    changed = records.change(tx, cards_at(now), card, values)
    columns: Mapping[str, object] = changed
    logged = {name: columns[name] for name in ("scorecard_id", "version", "status", "revision")}
    who = {} if actor is None else {"actor_id": actor.actor_id, "actor_name": stored_name(actor)}
    tx.run(sa.insert(changes).values(**logged, **who, changed_at=now, reason=reason))
    announced = {name: columns[name] for name in _ANNOUNCED}
    event = kind(id=card["scorecard_id"], version=changed["version"], **announced, **(more or {}))
    return changed, outbox.add(tx, event, now)


def stored_name(actor: Actor) -> str | None:
    """A contact's name stays with accounts, where it can be erased (docs/design/reliability.md, Personal data)."""
    return None if actor.kind == "link" else actor.name
