"""Requests and responses of milestones and deliveries: promises, and how they ended."""

from services.engagements.values import Day, Reason
from services.engagements.vocabulary import CancelledBy, LateCause
from shared.http.bodies import Command


class CancelPromise(Command):
    """Called off; `cancelled_on` is today (UTC) unless said."""

    reason: Reason
    by: CancelledBy
    cancelled_on: Day | None = None


class Lateness(Command):
    """Late through the sponsor or the outside is said with a reason; unsaid, it is the provider's."""

    late_cause: LateCause | None = None
    reason: Reason | None = None
