"""Routes of deliveries."""

from typing import Annotated

from fastapi import Query

from services.engagements.answers import created
from services.engagements.bulk.schemas import BulkOut
from services.engagements.deliveries import queries, usecases
from services.engagements.deliveries.schemas import (
    CompleteDelivery,
    CorrectDelivery,
    DeliveryFilters,
    DeliveryOut,
    RecordDeliveries,
    RecordDelivery,
)
from services.engagements.promises.schemas import CancelPromise
from services.engagements.values import Retract
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")

EXISTING = {200: {"model": DeliveryOut, "description": "The same record was there already."}}


@api.post("/deliveries", rule=WRITE, tags=["deliveries"], responses=EXISTING)
def record_delivery(command: RecordDelivery, tx: Write, actor: CurrentActor, now: Now) -> DeliveryOut:
    """Records what was handed over, or an open promise; it counts for the score. With an `external_id` it is recorded
    once: the same again is answered with 200, another one of the same id is refused as `external-id-exists`.
    `relationship-archived` where the relationship is archived."""
    return created(usecases.record_delivery(tx, command, actor, now))


@api.post("/deliveries/bulk", rule=WRITE, status_code=200, tags=["deliveries"])
def record_deliveries(command: RecordDeliveries, tx: Write, actor: CurrentActor, now: Now) -> BulkOut:
    """Records up to 1,000 deliveries, each with its own outcome: one that is refused stops no other, and those accepted
    are stored together. `dry_run` answers the outcomes and records nothing. The answer is 200 even where every item was
    refused."""
    return usecases.record_deliveries(tx, command, actor, now)


@api.get("/deliveries", rule=READ, tags=["deliveries"])
def list_deliveries(filters: Annotated[DeliveryFilters, Query()], tx: Read, actor: CurrentActor) -> Page[DeliveryOut]:
    """Lists deliveries, newest first by the day on which they were delivered, called off or lapsed, or are promised
    for. Retracted ones only with `status=retracted`."""
    return queries.list_deliveries(tx, filters, actor)


@api.get("/deliveries/{delivery_id}", rule=READ, tags=["deliveries"])
def get_delivery(delivery_id: Id, tx: Read, actor: CurrentActor) -> DeliveryOut:
    """Answers one delivery, also a retracted one. `delivery-not-found` where it is unknown or hidden."""
    return queries.get_delivery(tx, delivery_id, actor)


@api.patch("/deliveries/{delivery_id}", rule=WRITE, tags=["deliveries"])
def correct_delivery(
    delivery_id: Id, command: CorrectDelivery, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> DeliveryOut:
    """Corrects the fields that are sent and leaves the others; null clears, and `delivered_on: null` opens the promise
    again. The score is computed anew from its day on. `wrong-state` where it was retracted, `stale-version` where
    somebody else changed it first."""
    return usecases.correct_delivery(tx, delivery_id, command, version, actor, now)


@api.post("/deliveries/{delivery_id}/completion", rule=WRITE, status_code=200, tags=["deliveries"])
def complete_delivery(
    delivery_id: Id, command: CompleteDelivery, tx: Write, actor: CurrentActor, now: Now
) -> DeliveryOut:
    """Says when an open promise was handed over, also one that had lapsed or was called off. `wrong-state` where it is
    delivered already or was retracted."""
    return usecases.complete_delivery(tx, delivery_id, command, actor, now)


@api.post("/deliveries/{delivery_id}/cancellation", rule=WRITE, status_code=200, tags=["deliveries"])
def cancel_delivery(delivery_id: Id, command: CancelPromise, tx: Write, actor: CurrentActor, now: Now) -> DeliveryOut:
    """Calls an open promise off. Only where the provider did, it counts as missed. `wrong-state` where it is delivered,
    called off or retracted."""
    return usecases.cancel_delivery(tx, delivery_id, command, actor, now)


@api.post("/deliveries/{delivery_id}/retraction", rule=WRITE, status_code=200, tags=["deliveries"])
def retract_delivery(delivery_id: Id, command: Retract, tx: Write, actor: CurrentActor, now: Now) -> DeliveryOut:
    """Takes back what was recorded in error: it counts no more and its external id is free again, but it stays with the
    reason. `wrong-state` where it was retracted already."""
    return usecases.retract_delivery(tx, delivery_id, command, actor, now)
