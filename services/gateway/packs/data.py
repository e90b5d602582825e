"""What a pack is made of, as the services answered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from services.gateway.packs.pack import Source

ROWS_MOST = 2_000
"""Of one list. What lies beyond is not in the pack, and the pack says so."""


Row = Mapping[str, Any]


class Told(NamedTuple):
    """An answer and where it came from; `is_cut` says that there was more of a list."""

    body: Any
    source: Source
    is_cut: bool = False


@dataclass(frozen=True)
class Reading:
    """`tier` is of the day the pack speaks of, `tier_before` of the day before the period, `tier_today` of today.

    `reviews` are results side by side, newest period first; `contacts` and `notes` (ids of interactions that are notes)
    are what the redaction needs to know of actions. `names` are of people, by the id of an actor or contact.
    """

    today: date
    as_of: date
    relationship: Told
    accounts: Told
    tier: Told
    tier_before: Told
    tier_today: Told
    history: Told
    ladder: Told
    facts: Told
    gaps: Told
    reviews: Told
    plans: Told
    engagements: Told
    milestones: Told
    actions: Told
    events: Told
    labels: Mapping[str, str]
    contacts: Mapping[str, Row]
    notes: frozenset[str]
    names: Mapping[str, str]
