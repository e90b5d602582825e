"""Responses of standings."""

from datetime import date

from services.engagements.ladder.schemas import RungOut


class StandingOut(RungOut):
    relationship_id: str
    version: int
    """Counts the changes of the standing from 1."""
    last_contact_on: date | None
    """The day (UTC) of the last contact up to today; null where there was none."""
    last_business_review_on: date | None
    """The day (UTC) of the last business review, steering committee or executive review; null where there was none."""
    next_touch_due_on: date | None
    """The day on which the next contact is due, by rung and agreed reviews; null where none is."""
