"""When the next contact is due. Pure: from days, the rung and the governance cadence; every day is an argument."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.engagements.ladder.rules import Rung
from services.engagements.vocabulary import ReviewCadence

_REVIEW_MONTHS = {
    ReviewCadence.MONTHLY: 1,
    ReviewCadence.QUARTERLY: 3,
    ReviewCadence.HALF_YEARLY: 6,
    ReviewCadence.YEARLY: 12,
}


@dataclass(frozen=True)
class CadenceSettings:
    """The most days that may pass without contact at each rung: the more the two do together, the fewer.

    The defaults are a proposal: half a year while nothing is contracted, a month at the top.
    """

    version: int = 1
    contact_days: Mapping[Rung, int] = field(
        default_factory=lambda: {Rung.R0: 180, Rung.R1: 90, Rung.R2: 60, Rung.R3: 45, Rung.R4: 30, Rung.R5: 30}
    )


DEFAULT_SETTINGS = CadenceSettings()


def next_contact_due_on(
    last_contact_on: date | None,
    last_business_review_on: date | None,
    rung: Rung,
    review_cadence: ReviewCadence | None,
    started_on: date | None,
    settings: CadenceSettings = DEFAULT_SETTINGS,
) -> date | None:
    """The day by which the two sides should next meet or speak: the earlier of contact and business review.

    A business review is contact too, and a relationship that starts after its last contact is counted from its start.
    None where no day is known to count from. A day in the past means overdue.
    """
    contact_from = _latest(last_contact_on, last_business_review_on, started_on)
    if contact_from is None:
        return None
    contact_due_on = contact_from + timedelta(settings.contact_days[rung])
    review_from = _latest(last_business_review_on, started_on)
    if review_cadence is None or review_from is None:
        return contact_due_on
    return min(contact_due_on, _months_after(review_from, _REVIEW_MONTHS[review_cadence]))


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
