"""Reads of scorecards: one function per screen need, each through the same row filter."""

from services.scorecards.queries.cycles import (
    ReviewCycleNotFound,
    cycles_out,
    get_review_cycle,
    get_review_progress,
    list_periods,
    list_review_cycles,
    list_runs,
    runs_out,
)
from services.scorecards.queries.evidence import (
    NO_EVIDENCE,
    RelationshipNotFound,
    accounts,
    contacts,
    current_policy,
    engagements,
    ledger,
    ledgers,
    members,
    portfolio,
    relationships,
    standings,
)
from services.scorecards.queries.portfolios import list_movements, list_portfolio, summarise_portfolio
from services.scorecards.queries.references import (
    TierPolicyNotFound,
    get_policy,
    get_replica,
    list_policies,
)
from services.scorecards.queries.templates import TemplateNotFound
from services.scorecards.queries.tiers import get_effects, get_tier, get_tier_history, list_timeline_entries

__all__ = [
    "NO_EVIDENCE",
    "RelationshipNotFound",
    "ReviewCycleNotFound",
    "TemplateNotFound",
    "TierPolicyNotFound",
    "accounts",
    "contacts",
    "current_policy",
    "cycles_out",
    "engagements",
    "get_effects",
    "get_policy",
    "get_replica",
    "get_review_cycle",
    "get_review_progress",
    "get_tier",
    "get_tier_history",
    "ledger",
    "ledgers",
    "list_movements",
    "list_periods",
    "list_policies",
    "list_portfolio",
    "list_review_cycles",
    "list_runs",
    "list_timeline_entries",
    "members",
    "portfolio",
    "relationships",
    "runs_out",
    "standings",
    "summarise_portfolio",
]
