"""The engagements service as a value."""

from datetime import timedelta
from pathlib import Path

from services.engagements import restoring
from services.engagements.actions import api as actions
from services.engagements.deliveries import api as deliveries
from services.engagements.engagements import api as engagements
from services.engagements.handlers import handlers
from services.engagements.interactions import api as interactions
from services.engagements.issues import api as issues
from services.engagements.ladder import api as ladder
from services.engagements.milestones import api as milestones
from services.engagements.promises import usecases as promises
from services.engagements.replicas import api as replicas
from services.engagements.standings import api as standings
from services.engagements.standings import usecases as standing
from services.engagements.tables import Table
from services.engagements.timeline import api as timeline
from shared.derived.admin_api import operations
from shared.http.routing import Api
from shared.service import Service, Task

QUARTER_HOUR = timedelta(minutes=15)
# Routes are matched in the order in which they were declared, so the hot path comes first.
NOUNS = (interactions, deliveries, engagements, actions, issues, milestones, ladder, standings, timeline, replicas)

api = Api()
for noun in NOUNS:
    api.include_router(noun.api)
api.include_router(operations("engagements"), prefix="/v1")

service = Service(
    "engagements",
    Table.metadata,
    api,
    handlers,
    schedule=(Task("lapse", QUARTER_HOUR, promises.lapse), Task("review_standings", QUARTER_HOUR, standing.review)),
    announce=restoring.announce,
    migrations=Path(__file__).parent / "migrations",
)
