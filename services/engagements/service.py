"""The engagements service as a value."""

from datetime import timedelta
from pathlib import Path

from services.engagements.api import api
from services.engagements.handlers import handlers
from services.engagements.tables import Table
from services.engagements.usecases import promises, restoring, standing
from shared.derived.admin_api import operations
from shared.service import Service, Task

QUARTER_HOUR = timedelta(minutes=15)

api.include_router(operations("engagements"))

service = Service(
    "engagements",
    Table.metadata,
    api,
    handlers,
    schedule=(Task("lapse", QUARTER_HOUR, promises.lapse), Task("review_standings", QUARTER_HOUR, standing.review)),
    announce=restoring.announce,
    migrations=Path(__file__).parent / "migrations",
)
