"""What scorecards owns: templates, cycles and cards, the evidence ledger and the portfolio drawn from it; and its
replicas of others' facts. There are no foreign keys to what is heard, for it may come in any order.
"""

from services.scorecards.tables.base import Table
from services.scorecards.tables.ledger import LedgerEntry, PortfolioRow
from services.scorecards.tables.replicas import (
    Account,
    Contact,
    Engagement,
    Relationship,
    RelationshipMember,
    Standing,
)
from services.scorecards.tables.reviews import (
    ActionPlan,
    Attribute,
    Dispute,
    Notice,
    QuestionSet,
    RatingLink,
    RatingSheet,
    ReviewCycle,
    ReviewPeriod,
    ReviewRun,
    Scorecard,
    ScorecardChange,
    Signature,
    Template,
    TemplateVersion,
)

__all__ = [
    "Account",
    "ActionPlan",
    "Attribute",
    "Contact",
    "Dispute",
    "Engagement",
    "LedgerEntry",
    "Notice",
    "PortfolioRow",
    "QuestionSet",
    "RatingLink",
    "RatingSheet",
    "Relationship",
    "RelationshipMember",
    "ReviewCycle",
    "ReviewPeriod",
    "ReviewRun",
    "Scorecard",
    "ScorecardChange",
    "Signature",
    "Standing",
    "Table",
    "Template",
    "TemplateVersion",
]
