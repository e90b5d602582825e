"""The engagements service as a value."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from services.engagements.actions import api as actions_api
from services.engagements.actions import usecases as actions
from services.engagements.deliveries import api as deliveries_api
from services.engagements.deliveries import usecases as deliveries
from services.engagements.engagements import api as engagements_api
from services.engagements.engagements import usecases as engagements
from services.engagements.handlers import handlers
from services.engagements.interactions import api as interactions_api
from services.engagements.interactions import usecases as interactions
from services.engagements.issues import api as issues_api
from services.engagements.issues import usecases as issues
from services.engagements.ladder import api as ladder_api
from services.engagements.milestones import api as milestones_api
from services.engagements.milestones import usecases as milestones
from services.engagements.replicas import api as replicas_api
from services.engagements.standings import api as standings_api
from services.engagements.standings import usecases as standings
from services.engagements.tables import Table
from services.engagements.timeline import api as timeline_api
from shared.db.database import Database, Tx
from shared.derived.admin_api import operations
from shared.events import Event
from shared.http.routing import Api
from shared.service import Service, Task

QUARTER_HOUR = timedelta(minutes=15)

api = Api()
# Routes are matched in the order in which they were declared, so the hot path comes first.
for noun_api in (
    interactions_api,
    deliveries_api,
    engagements_api,
    actions_api,
    issues_api,
    milestones_api,
    ladder_api,
    standings_api,
    timeline_api,
    replicas_api,
):
    api.add(noun_api.api)
api.add(operations("engagements"))


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
