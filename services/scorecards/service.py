"""The scorecards service as a value."""

from datetime import timedelta
from pathlib import Path

from services.scorecards import restoring
from services.scorecards.action_plans.api import api as action_plans
from services.scorecards.comparisons.api import api as comparisons
from services.scorecards.facts.api import api as facts
from services.scorecards.handlers import handlers
from services.scorecards.notices.usecases import make_notices
from services.scorecards.perception_gaps.api import api as perception_gaps
from services.scorecards.policies.api import api as policies
from services.scorecards.portfolio.api import api as portfolio
from services.scorecards.replicas.api import api as replicas
from services.scorecards.review_cycles.api import api as review_cycles
from services.scorecards.review_cycles.opening import open_due
from services.scorecards.scorecard_templates.api import api as scorecard_templates
from services.scorecards.scorecards.api import api as scorecards
from services.scorecards.scorecards.publishing import publish_revealed
from services.scorecards.table import Table
from services.scorecards.tiers.api import api as tiers
from services.scorecards.tiers.usecases import review_scores
from services.scorecards.verification import verify_scores
from shared.derived.admin_api import operations
from shared.http.routing import Api
from shared.service import Service, Task

api = Api()
api.add(
    action_plans,
    scorecards,
    review_cycles,
    facts,
    perception_gaps,
    comparisons,
    policies,
    portfolio,
    tiers,
    replicas,
    scorecard_templates,
    operations("scorecards"),
)

service = Service(
    "scorecards",
    Table.metadata,
    api,
    handlers,
    # What is due is due once; looking for it every minute costs one indexed read.
    schedule=(
        Task("review scores", timedelta(minutes=1), review_scores),
        Task("open scorecards", timedelta(minutes=1), open_due),
        Task("publish scorecards", timedelta(minutes=1), publish_revealed),
        Task("make notices", timedelta(minutes=1), make_notices),
    ),
    announce=restoring.announce,
    checks=verify_scores,
    migrations=Path(__file__).parent / "migrations",
)
