"""Reads of deliveries."""

from functools import partial

from services.engagements.access import readable_rows
from services.engagements.deliveries.schemas import DeliveryFilters, DeliveryOut
from services.engagements.deliveries.tables import DeliveryRow, deliveries
from services.engagements.engagements.queries import check_scope
from services.engagements.lists import between, equal, page
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import Page


class DeliveryNotFound(NotFound):
    slug, title = "delivery-not-found", "No such delivery"


delivery_records = Records[DeliveryRow](deliveries, partial(readable_rows, deliveries), lambda _: DeliveryNotFound())


def delivery_out(row: DeliveryRow) -> DeliveryOut:
    return DeliveryOut(id=row["delivery_id"], **row)


def get_delivery(tx: Tx, delivery_id: str, actor: Actor) -> DeliveryOut:
    return delivery_out(find(tx, delivery_records, delivery_id, actor))


def list_deliveries(tx: Tx, filters: DeliveryFilters, actor: Actor) -> Page[DeliveryOut]:
    """Newest first by the day delivered, or promised while open; retracted ones only when asked for."""
    check_scope(tx, actor, filters.relationship_id, filters.engagement_id)
    columns = deliveries.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.engagement_id: filters.engagement_id,
        columns.status: filters.status,
        columns.external_id: filters.external_id,
    }
    conditions = [*equal(wanted), *between(columns.happens_on, filters.since, filters.until)]
    if filters.status is None:
        conditions.append(columns.status != DeliveryStatus.RETRACTED)
    keys = [(columns.happens_on, True), (columns.delivery_id, True)]
    return page(tx, actor, delivery_records, delivery_out, conditions, keys, filters.after, filters.limit)
