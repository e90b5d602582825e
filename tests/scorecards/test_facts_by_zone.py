"""A card's facts count what happened on the days of its period in the zone of its cycle; promises by their own day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from services.scorecards.instants import fill_instants
from services.scorecards.ledger.tables import ledger
from services.scorecards.verification import verify_scores
from shared.ids import new_id
from tests.scorecards.feeding import delivery, interaction, publish, today
from tests.scorecards.published import body_of
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest

ZONES = ["Pacific/Kiritimati", "Asia/Tokyo", "Europe/Berlin", "UTC", "America/Los_Angeles", "Pacific/Pago_Pago"]


def _period(under: Review, card: str) -> tuple[date, date]:
    found = under.read(card)
    return date.fromisoformat(found["period_starts_on"]), date.fromisoformat(found["period_ends_on"])


def _facts(under: Review, card: str) -> Any:
    return body_of(under.caller().get(f"/v1/scorecards/{card}/facts"))


def _utc(day: date, zone: str, **ahead: int) -> str:
    """The instant at which a day begins in a zone, and so much later, in UTC."""
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return (begins + timedelta(**ahead)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("zone", ZONES)
def test_what_happens_at_the_edges_of_a_period_counts_by_the_zone_of_its_cycle(
    installation: InstallationUnderTest, zone: str
) -> None:
    under = review(installation, time_zone=zone)
    card = under.open(today(installation) - timedelta(days=200))["sponsor"]
    first, last = _period(under, card)
    of, after = under.known.relationship_id, last + timedelta(days=1)
    inside = [_utc(first, zone), _utc(after, zone, seconds=-1), _utc(first, zone, hours=30)]
    outside = [_utc(first, zone, seconds=-1), _utc(after, zone)]
    publish(
        installation,
        *(interaction(of, first, occurred_at=at, kind="business_review") for at in inside),
        *(interaction(of, first, occurred_at=at, kind="call") for at in outside),
        delivery(of, first, first),
        delivery(of, last, last),
        delivery(of, first - timedelta(days=1), first),
        delivery(of, after, last),
    )

    found = _facts(under, card)
    suggested = body_of(under.caller().get(f"/v1/scorecards/{card}/suggested-evidence"))["items"]

    assert (found["from"], found["to"]) == (str(first), str(last))
    assert found["interactions"]["by_kind"] == {"business_review": 3}
    assert found["last_business_review"]["on"] == str(last)
    assert found["deliveries"]["promised"] == 2
    days = sorted(item["on"] for item in suggested if item["source_kind"] == "interaction")
    assert days == [str(first), str(first + timedelta(days=1)), str(last)]


def test_a_correction_moves_an_interaction_into_the_period(installation: InstallationUnderTest) -> None:
    under = review(installation, time_zone="Asia/Tokyo")
    card = under.open(today(installation) - timedelta(days=200))["sponsor"]
    first, _ = _period(under, card)
    of, moved = under.known.relationship_id, new_id()
    publish(installation, interaction(of, first, id=moved, occurred_at=_utc(first, "Asia/Tokyo", seconds=-1)))
    assert _facts(under, card)["interactions"]["count"] == 0

    corrected = {"id": moved, "version": 2, "act": "corrected", "occurred_at": _utc(first, "Asia/Tokyo")}
    publish(installation, interaction(of, first, **corrected))

    assert _facts(under, card)["interactions"]["count"] == 1


def test_what_the_release_before_entered_counts_by_its_utc_day_until_it_is_filled_from_the_bus(
    installation: InstallationUnderTest,
) -> None:
    zone = "Asia/Tokyo"
    under = review(installation, time_zone=zone)
    card = under.open(today(installation) - timedelta(days=200))["sponsor"]
    first, _ = _period(under, card)
    of, known, lost, retracted = under.known.relationship_id, new_id(), new_id(), new_id()
    at = _utc(first, zone, hours=1)  # the day before, in UTC
    publish(
        installation,
        interaction(of, first, id=known, occurred_at=at),
        interaction(of, first, id=retracted, occurred_at=at),
        interaction(of, first, id=retracted, version=2, act="retracted"),
    )
    database, bus = installation.product.databases["scorecards"], installation.product.bus
    columns = ledger.c
    with database.write() as tx:
        row = tx.run(sa.select(ledger).where(columns.source_id == known)).mappings().one()
        of_all = columns.source_id.in_((known, retracted))
        tx.run(sa.update(ledger).where(of_all).values(occurred_at=None, occurred_version=None))
        tx.run(sa.insert(ledger).values(**{**row, "source_id": lost, "occurred_at": None, "occurred_version": None}))
    assert _facts(under, card)["interactions"]["count"] == 0

    filled = fill_instants(database, bus, lambda: None)

    assert filled >= 2
    assert _facts(under, card)["interactions"]["count"] == 1
    with database.read() as tx:
        versions = tx.run(sa.select(columns.source_id, columns.occurred_version, columns.occurred_at)).all()
    stored = {row.source_id: (row.occurred_version, row.occurred_at) for row in versions}
    assert stored[known] == (1, datetime.fromisoformat(at))
    assert stored[retracted] == (2, None)
    assert stored[lost] == (1, None)
    assert fill_instants(database, bus, lambda: None) == 0
    with database.write() as tx:
        tx.run(sa.delete(ledger).where(columns.source_id == lost))
    assert [wrong for check in verify_scores(database, bus) for wrong in check.wrong if known in wrong] == []
