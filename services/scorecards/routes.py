"""The routes of scorecards, of all its nouns."""

from services.scorecards.action_plans.api import api as action_plans
from services.scorecards.comparisons.api import api as comparisons
from services.scorecards.facts.api import api as facts
from services.scorecards.perception_gaps.api import api as perception_gaps
from services.scorecards.policies.api import api as policies
from services.scorecards.portfolio.api import api as portfolio
from services.scorecards.replicas.api import api as replicas
from services.scorecards.review_cycles.api import api as review_cycles
from services.scorecards.scorecard_templates.api import api as scorecard_templates
from services.scorecards.scorecards.api import api as scorecards
from services.scorecards.tiers.api import api as tiers
from shared.derived.admin_api import operations
from shared.http.routing import Api

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
