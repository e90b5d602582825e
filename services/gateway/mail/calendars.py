"""Due days of scorecards for calendar programs (RFC 5545): a whole day each, with an alarm the day before."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Entente//Scorecards//EN"
ALARM_AHEAD = timedelta(days=1)


class Card(TypedDict):
    """What mail and calendars read of a scorecard as scorecards answers it."""

    id: str
    version: int
    status: str
    side: str
    sponsor_name: str
    provider_name: str
    period_starts_on: str
    period_ends_on: str
    due_on: str
    may: list[str]


def calendar_of(cards: Sequence[Card], address: str, now: datetime, organizer: str | None = None) -> bytes:
    """A calendar of these cards as scorecards answers them; ``address`` is the one that people reach the gateway at.

    An entry keeps its UID, so that a calendar imported again changes it instead of adding one. With an ``organizer``,
    the sender of a mail, it is published by them (RFC 5546 asks for both or neither).
    """
    # It takes a fifth of a second to import, which no start of the product should wait for.
    from icalendar import Calendar

    entries = [_entry(card, address, now, organizer) for card in cards]
    calendar = Calendar.new(prodid=PRODUCT, method=None if organizer is None else "PUBLISH", subcomponents=entries)
    del calendar["UID"]  # the library makes one up each time, as if it were another calendar
    content: bytes = calendar.to_ical()
    return content


def _entry(card: Card, address: str, now: datetime, organizer: str | None) -> "Event":
    from icalendar import STATUS, TRANSP, Alarm, Event, vCalAddress

    due_on = date.fromisoformat(card["due_on"])
    what = f"Scorecard due: {card['sponsor_name']} – {card['provider_name']}"
    alarm = Alarm.new(description=what)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -ALARM_AHEAD)
    return Event.new(
        uid=f"{card['id']}@entente",
        stamp=now,
        sequence=card["version"],
        start=due_on,
        end=due_on + timedelta(days=1),
        summary=what,
        status=STATUS.CANCELLED if card["status"] == "waived" else STATUS.CONFIRMED,
        organizer=None if organizer is None else vCalAddress(f"mailto:{organizer}"),
        description=f"{card['period_starts_on']} – {card['period_ends_on']}, {card['side']}",
        transparency=TRANSP.TRANSPARENT,
        url=f"{address}/scorecards/{card['id']}",
        subcomponents=[alarm],
    )
