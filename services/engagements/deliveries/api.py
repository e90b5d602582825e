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
    return created(usecases.record_delivery(tx, command, actor, now))


@api.post("/deliveries/bulk", rule=WRITE, status_code=200, tags=["deliveries"])
def record_deliveries(command: RecordDeliveries, tx: Write, actor: CurrentActor, now: Now) -> BulkOut:
    return usecases.record_deliveries(tx, command, actor, now)


@api.get("/deliveries", rule=READ, tags=["deliveries"])
def list_deliveries(filters: Annotated[DeliveryFilters, Query()], tx: Read, actor: CurrentActor) -> Page[DeliveryOut]:
    return queries.list_deliveries(tx, filters, actor)


@api.get("/deliveries/{delivery_id}", rule=READ, tags=["deliveries"])
def get_delivery(delivery_id: Id, tx: Read, actor: CurrentActor) -> DeliveryOut:
    return queries.get_delivery(tx, delivery_id, actor)


@api.patch("/deliveries/{delivery_id}", rule=WRITE, tags=["deliveries"])
def correct_delivery(
    delivery_id: Id, command: CorrectDelivery, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> DeliveryOut:
    return usecases.correct_delivery(tx, delivery_id, command, version, actor, now)


@api.post("/deliveries/{delivery_id}/completion", rule=WRITE, status_code=200, tags=["deliveries"])
def complete_delivery(
    delivery_id: Id, command: CompleteDelivery, tx: Write, actor: CurrentActor, now: Now
) -> DeliveryOut:
    return usecases.complete_delivery(tx, delivery_id, command, actor, now)


@api.post("/deliveries/{delivery_id}/cancellation", rule=WRITE, status_code=200, tags=["deliveries"])
def cancel_delivery(delivery_id: Id, command: CancelPromise, tx: Write, actor: CurrentActor, now: Now) -> DeliveryOut:
    return usecases.cancel_delivery(tx, delivery_id, command, actor, now)


@api.post("/deliveries/{delivery_id}/retraction", rule=WRITE, status_code=200, tags=["deliveries"])
def retract_delivery(delivery_id: Id, command: Retract, tx: Write, actor: CurrentActor, now: Now) -> DeliveryOut:
    return usecases.retract_delivery(tx, delivery_id, command, actor, now)
