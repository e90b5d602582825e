"""Reads of deliveries."""

from datetime import date
from typing import Any

from services.engagements.access import between, find, out, page
from services.engagements.deliveries.schemas import DeliveryOut
from services.engagements.deliveries.tables import deliveries
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


def get_delivery(tx: Tx, delivery_id: str, actor: Actor) -> DeliveryOut:
    return out(DeliveryOut, deliveries, find(tx, deliveries, delivery_id, actor))


def list_deliveries(
    tx: Tx, actor: Actor, *, since: date | None, until: date | None, after: str | None, limit: int, **filters: Any
) -> Page[DeliveryOut]:
    """Newest first by the day delivered, or promised while open; retracted ones only when asked for."""
    happens_on = deliveries.c.happens_on
    conditions = between(happens_on, since, until)
    if filters.get("status") is None:
        conditions.append(deliveries.c.status != DeliveryStatus.RETRACTED)
    keys = [(happens_on, True), (deliveries.c.delivery_id, True)]
    return page(tx, DeliveryOut, deliveries, actor, conditions, keys, after, limit, **filters)
