"""The routes of engagements, of all its nouns."""

from services.engagements.actions.api import api as actions
from services.engagements.deliveries.api import api as deliveries
from services.engagements.engagements.api import api as engagements
from services.engagements.interactions.api import api as interactions
from services.engagements.issues.api import api as issues
from services.engagements.ladder.api import api as ladder
from services.engagements.milestones.api import api as milestones
from services.engagements.replicas.api import api as replicas
from services.engagements.standings.api import api as standings
from services.engagements.timeline.api import api as timeline
from shared.derived.admin_api import operations
from shared.http.routing import Api

api = Api()
# Routes are matched in the order in which they were declared, so the hot path comes first.
api.add(
    interactions,
    deliveries,
    engagements,
    actions,
    issues,
    milestones,
    ladder,
    standings,
    timeline,
    replicas,
    operations("engagements"),
)
