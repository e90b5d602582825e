"""Reads of interactions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.engagements.access import between, find, out, page
from services.engagements.interactions.schemas import InteractionOut
from services.engagements.interactions.tables import interactions
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


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
    conditions = between(occurred_at, since, until)
    if ids:
        conditions.append(interactions.c.interaction_id.in_(ids))
    elif not retracted:
        conditions.append(interactions.c.retracted_at.is_(None))
    keys = [(occurred_at, True), (interactions.c.interaction_id, True)]
    return page(tx, InteractionOut, interactions, actor, conditions, keys, after, limit, **filters)
