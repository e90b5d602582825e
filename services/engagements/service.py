"""The engagements service as a value."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services.engagements.actions import usecases as actions
from services.engagements.deliveries import usecases as deliveries
from services.engagements.engagements import usecases as engagements
from services.engagements.handlers import handlers
from services.engagements.interactions import usecases as interactions
from services.engagements.issues import usecases as issues
from services.engagements.milestones import usecases as milestones
from services.engagements.standings import usecases as standings
from services.engagements.tables import Table
from shared.db.database import Database, Tx
from shared.events import Event
from shared.service import Service, Task

if TYPE_CHECKING:
    from shared.http.routing import Api

QUARTER_HOUR = timedelta(minutes=15)


def api() -> "Api":
    from services.engagements.routes import api as routes

    return routes


def announce(tx: Tx, epoch: int) -> Iterator[Event]:
    """An event of every record as it stands, for consumers to replace what they have after a restore."""
    for noun in (engagements, actions, issues, interactions, deliveries, milestones, standings):
        yield from noun.current_events(tx)


def lapse(database: Database, now: datetime) -> Mapping[str, int]:
    """Lapse the promises that are overdue; the count of each kind."""
    return {
        "milestones": milestones.lapse_milestones(database, now),
        "deliveries": deliveries.lapse_deliveries(database, now),
    }


service = Service(
    "engagements",
    Table.metadata,
    api,
    handlers,
    schedule=(Task("lapse", QUARTER_HOUR, lapse), Task("review_standings", QUARTER_HOUR, standings.review)),
    announce=announce,
    migrations=Path(__file__).parent / "migrations",
)
