"""Requests that milestones and deliveries share."""

from services.engagements.values import Reason
from services.engagements.vocabulary import CancelledBy, LateCause
from shared.http.bodies import Command
from shared.values import Day


class CancelPromise(Command):
    """Called off; `cancelled_on` is today (UTC) by default."""

    reason: Reason
    """Why it was called off, up to 2,000 characters."""
    by: CancelledBy
    """Who called it off: only by the provider it counts against the score."""
    cancelled_on: Day | None = None
    """The day on which it was called off, at most two years ahead; null is today (UTC)."""


class Lateness(Command):
    """A cause other than the provider goes with a reason; without a cause the provider was late."""

    late_cause: LateCause | None = None
    """Through whom it was late: through the sponsor or the outside it is excused, and counts neither way. Null is the
    provider."""
    reason: Reason | None = None
    """Why, up to 2,000 characters; needed with a `late_cause` other than the provider. Null where nothing is said."""
