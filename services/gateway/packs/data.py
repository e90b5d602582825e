"""What a pack is made of, as the services answered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.gateway.packs import answers
from services.gateway.packs.answers import Answer

ROWS_MOST = 2_000
"""Of one list. What lies beyond is not in the pack, and the pack says so."""


@dataclass(frozen=True)
class PackData:
    """`tier` is as of `as_of`, scored by `policy`; `tier_before` is of the day before the period, `tier_today` today's.

    `reviews` are results side by side, newest period first; `contacts` and `notes` (ids of interactions that are notes)
    are what the redaction needs to know of actions. `names` are of people, by the id of an actor or contact.
    """

    today: date
    as_of: date
    relationship: Answer[answers.Relationship]
    accounts: Answer[list[answers.Account]]
    tier: Answer[answers.Tier]
    tier_before: Answer[answers.Tier]
    tier_today: Answer[answers.Tier]
    policy: answers.Policy
    history: Answer[answers.History]
    ladder: Answer[answers.Ladder]
    facts: Answer[answers.Facts]
    gaps: Answer[answers.Gaps]
    reviews: Answer[list[Answer[answers.Review]]]
    plans: Answer[list[answers.Plan]]
    engagements: Answer[list[answers.Engagement]]
    milestones: Answer[list[answers.Milestone]]
    actions: Answer[list[answers.Action]]
    events: Answer[list[answers.Entry]]
    labels: Mapping[str, str]
    contacts: Mapping[str, answers.Contact]
    notes: frozenset[str]
    names: Mapping[str, str]
