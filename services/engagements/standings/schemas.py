"""Responses of standings."""

from datetime import date

from services.engagements.ladder.schemas import RungOut


class StandingOut(RungOut):
    relationship_id: str
    version: int
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None
