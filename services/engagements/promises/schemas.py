"""Requests that milestones and deliveries share."""

from services.engagements.values import Reason
from services.engagements.vocabulary import CancelledBy, LateCause
from shared.http.bodies import Command
from shared.values import Day


class CancelPromise(Command):
    """Called off; `cancelled_on` is today (UTC) by default."""

    reason: Reason
    by: CancelledBy
    cancelled_on: Day | None = None


class Lateness(Command):
    """A cause other than the provider goes with a reason; without a cause the provider was late."""

    late_cause: LateCause | None = None
    reason: Reason | None = None
