"""Due days of scorecards for calendar programs (RFC 5545): a whole day each, with an alarm the day before."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

PRODUCT = "-//Entente//Scorecards//EN"
ALARM_AHEAD = timedelta(days=1)


def calendar_of(cards: Sequence[Mapping[str, Any]], address: str, now: datetime) -> bytes:
    """A calendar of these cards as scorecards answers them; ``address`` is the one that people reach the gateway at.

    An entry keeps its UID, so that a calendar imported again changes it instead of adding one.
    """
    # It takes a fifth of a second to import, which no start of the product should wait for.
    from icalendar import Calendar

    entries = [_entry(card, address, now) for card in cards]
    content: bytes = Calendar.new(prodid=PRODUCT, method="PUBLISH", subcomponents=entries).to_ical()
    return content


def _entry(card: Mapping[str, Any], address: str, now: datetime) -> Any:
    from icalendar import TRANSP, Alarm, Event

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
        description=f"{card['period_starts_on']} – {card['period_ends_on']}, {card['side']}",
        transparency=TRANSP.TRANSPARENT,
        url=f"{address}/scorecards/{card['id']}",
        subcomponents=[alarm],
    )
