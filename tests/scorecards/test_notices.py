"""Who is told of a card, when, and only once: opened, to be answered soon, overdue."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards import usecases
from services.scorecards.queries import relationships
from services.scorecards.service import service
from services.scorecards.tables import Notice, RatingLink, RatingSheet
from services.scorecards.usecases import notices as making
from shared.ids import new_id
from tests.scorecards.feeding import Known, contact, introduce, publish, relationship
from tests.scorecards.reviewing import cards, cards_of, make_later, plant_relationships
from tests.support.house import HouseUnderTest

notices = Notice.__table__
DAY = timedelta(days=1)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def open_at(house: HouseUnderTest, now: datetime) -> None:
    usecases.open_due(house.house.databases["scorecards"], now)


def tell_at(house: HouseUnderTest, now: datetime) -> int:
    return usecases.make_notices(house.house.databases["scorecards"], now).get("notices", 0)


def told(house: HouseUnderTest, cycle: dict[str, Any]) -> list[sa.RowMapping]:
    chosen = sa.select(notices, cards.c.side).join(cards).where(cards.c.review_cycle_id == cycle["id"])
    with house.house.databases["scorecards"].read() as tx:
        return list(tx.run(chosen.order_by(notices.c.on_day, notices.c.recipient_id)).mappings())


def steps(house: HouseUnderTest, cycle: dict[str, Any]) -> list[tuple[str, date]]:
    return sorted({(row["template"], row["on_day"]) for row in told(house, cycle)}, key=lambda step: step[1])


def team_of(house: HouseUnderTest, known: Known, *team: str) -> None:
    ids = [known.owner_id, *team]
    publish(
        house,
        relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=known.owner_id, team=ids),
    )


def forget_beginning(house: HouseUnderTest, relationship_ids: list[str]) -> None:
    """What was said before of when relationships began is not known any more."""
    with house.house.databases["scorecards"].write() as tx:
        begun = sa.update(relationships).where(relationships.c.relationship_id.in_(relationship_ids))
        tx.run(begun.values(started_on=None))


def answer(house: HouseUnderTest, scorecard_id: str, rater_id: str, is_finished: bool) -> None:
    with house.house.databases["scorecards"].write() as tx:
        row = {"rater_kind": "person", "rater_name": "A rater", "version": 1, "answers": []}
        tx.add_row(
            RatingSheet.__table__, scorecard_id=scorecard_id, rater_id=rater_id, is_finished=is_finished,
            updated_at=house.clock(), **row,
        )  # fmt: skip


def test_owner_and_team_are_told_that_a_card_has_opened(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    known, member = introduce(house), new_id()
    team_of(house, known, member)
    cycle = make_later(house, [known.relationship_id], sides="sponsor")
    open_at(house, at(2031, 3, 31))

    assert tell_at(house, at(2031, 3, 31)) == 2

    found = told(house, cycle)
    assert {row["recipient_id"] for row in found} == {known.owner_id, member}
    assert {(row["template"], row["on_day"], row["recipient_kind"]) for row in found} == {
        ("opened", date(2031, 3, 31), "user")
    }
    [card] = cards_of(house, cycle)
    for row in found:
        [event] = house.announced("scorecards", row["notice_id"])
        assert event["type"] == "scorecards.notice_due.v1"
        assert event["data"] == {
            "epoch": 1, "id": row["notice_id"], "version": 1, "relationship_id": known.relationship_id,
            "scorecard_id": card["scorecard_id"], "recipient_id": row["recipient_id"], "recipient_kind": "user",
            "template": "opened", "side": "sponsor", "period_starts_on": "2031-01-01",
            "period_ends_on": "2031-03-31", "due_on": "2031-04-14", "rating_link_id": None, "link_expires_at": None,
        }  # fmt: skip


def test_nobody_is_told_twice_however_often_it_is_looked_at(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    cycle = make_later(house, plant_relationships(house, 3))
    open_at(house, at(2031, 3, 31))

    counts = [tell_at(house, at(2031, 3, 31) + hours * timedelta(hours=1)) for hours in (0, 1, 0, 2)]

    assert counts == [6, 0, 0, 0]
    assert len(told(house, cycle)) == 6


def test_a_card_is_told_of_by_its_days(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    cycle = make_later(house, plant_relationships(house, 1), sides="sponsor", escalation_days_after_due=[7, 21])
    days = [at(2031, 3, 31) + n * DAY for n in range(60)]

    open_at(house, days[0])
    counts = {day.date(): made for day in days if (made := tell_at(house, day))}

    assert steps(house, cycle) == [
        ("opened", date(2031, 3, 31)), ("reminder", date(2031, 4, 7)), ("reminder", date(2031, 4, 13)),
        ("escalation", date(2031, 4, 21)), ("escalation", date(2031, 5, 5)),
    ]  # fmt: skip
    assert list(counts) == [step[1] for step in steps(house, cycle)]


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Kiritimati", 10), ("Pacific/Pago_Pago", 11)])
def test_a_reminder_comes_with_its_day_in_the_cycles_zone(quiet_house: HouseUnderTest, zone: str, hour: int) -> None:
    house = quiet_house
    make_later(house, plant_relationships(house, 1), sides="sponsor", time_zone=zone, reminder_days_before_due=[7])
    midnight = at(2031, 4, 6 if zone == "Pacific/Kiritimati" else 7, hour)
    open_at(house, at(2031, 4, 1))
    tell_at(house, at(2031, 4, 1))

    assert tell_at(house, midnight - timedelta(seconds=1)) == 0
    assert tell_at(house, midnight) == 1


def test_of_the_days_that_were_missed_only_the_last_is_told(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    cycle = make_later(house, plant_relationships(house, 1), sides="sponsor")
    open_at(house, at(2031, 3, 31))
    tell_at(house, at(2031, 3, 31))

    assert tell_at(house, at(2031, 4, 13)) == 1
    assert steps(house, cycle)[1:] == [("reminder", date(2031, 4, 13))]


def test_a_card_that_opened_late_is_told_of_as_opened_first(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    cycle = make_later(house, plant_relationships(house, 1), sides="sponsor")
    open_at(house, at(2031, 4, 20))

    tell_at(house, at(2031, 4, 20))
    assert steps(house, cycle) == [("opened", date(2031, 3, 31))]
    tell_at(house, at(2031, 4, 21))
    assert steps(house, cycle)[1:] == [("escalation", date(2031, 4, 21))]


def test_who_has_answered_and_whose_side_has_submitted_is_not_reminded(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    known, quick, slow = introduce(house), new_id(), new_id()
    team_of(house, known, quick, slow)
    cycle = make_later(house, [known.relationship_id])
    open_at(house, at(2031, 3, 31))
    assert tell_at(house, at(2031, 3, 31)) == 6
    theirs, ours = cards_of(house, cycle)
    answer(house, ours["scorecard_id"], quick, True)
    answer(house, ours["scorecard_id"], slow, False)
    with house.house.databases["scorecards"].write() as tx:
        submitted = sa.update(cards).where(cards.c.scorecard_id == theirs["scorecard_id"])
        tx.run(submitted.values(status="submitted"))

    assert tell_at(house, at(2031, 4, 7)) == 2

    reminded = {(row["side"], row["recipient_id"]) for row in told(house, cycle) if row["template"] == "reminder"}
    assert reminded == {("sponsor", known.owner_id), ("sponsor", slow)}


def test_named_raters_and_contacts_by_function_are_told_each_on_their_side(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    known, named = introduce(house), new_id()
    theirs, also_theirs, ours, gone, other = (new_id() for _ in range(5))
    publish(
        house,
        contact(theirs, known.provider_id, function="quality"),
        contact(also_theirs, known.provider_id, function="supply"),
        contact(ours, known.sponsor_id, function="quality"),
        contact(gone, known.provider_id, 2, act="erased"),
        contact(other, known.provider_id, function="commercial"),
    )
    raters = {
        "sponsor": {"owner": False, "team": False, "actor_ids": [named]},
        "provider": {"owner": False, "team": False, "contact_functions": ["quality", "supply"]},
    }
    cycle = make_later(house, [known.relationship_id], raters=raters)
    open_at(house, at(2031, 3, 31))

    tell_at(house, at(2031, 3, 31))

    found = {(row["side"], row["recipient_kind"], row["recipient_id"]) for row in told(house, cycle)}
    assert found == {
        ("sponsor", "user", named), ("provider", "contact", theirs), ("provider", "contact", also_theirs),
    }  # fmt: skip


def test_a_contact_is_told_with_one_link_that_reminders_use_again(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    known, contact_id = introduce(house), new_id()
    publish(house, contact(contact_id, known.provider_id, function="quality"))
    raters = {"provider": {"owner": False, "team": False, "contact_functions": ["quality"]}}
    cycle = make_later(house, [known.relationship_id], sides="provider", raters=raters)
    open_at(house, at(2031, 3, 31))

    for day in (at(2031, 3, 31), at(2031, 4, 7), at(2031, 4, 13)):
        assert tell_at(house, day) == 1

    [card] = cards_of(house, cycle)
    table = RatingLink.__table__
    with house.house.databases["scorecards"].read() as tx:
        [link] = tx.run(sa.select(table).where(table.c.scorecard_id == card["scorecard_id"])).mappings()
    assert (link["contact_id"], link["created_by"], link["revoked_at"]) == (contact_id, cycle["created_by"], None)
    assert link["expires_at"] == card["reveals_at"] + 30 * DAY
    for row in told(house, cycle):
        [event] = house.announced("scorecards", row["notice_id"])
        assert event["data"]["rating_link_id"] == link["rating_link_id"]
        assert datetime.fromisoformat(event["data"]["link_expires_at"]) == link["expires_at"]
    with house.house.databases["scorecards"].write() as tx:
        ours = sa.update(table).where(table.c.rating_link_id == link["rating_link_id"])
        tx.run(ours.values(revoked_at=at(2031, 4, 14)))
    tell_at(house, at(2031, 4, 21))
    [event] = house.announced("scorecards", told(house, cycle)[-1]["notice_id"])
    assert event["data"]["rating_link_id"] not in (None, link["rating_link_id"])


def test_cards_made_later_are_told_of_too(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    first, second = plant_relationships(house, 1), plant_relationships(house, 1, started_on=date(2031, 6, 1))
    cycle = make_later(house, first + second, sides="sponsor")
    open_at(house, at(2031, 3, 31))
    assert tell_at(house, at(2031, 3, 31)) == 1
    forget_beginning(house, second)

    open_at(house, at(2031, 4, 1))

    assert tell_at(house, at(2031, 4, 1)) == 1
    assert len(told(house, cycle)) == 2


def test_cards_made_while_notices_are_made_are_not_forgotten(quiet_house: HouseUnderTest) -> None:
    """Who has read the period's state before an opening does not set aside what that has made due."""
    house, database = quiet_house, quiet_house.house.databases["scorecards"]
    first, second = plant_relationships(house, 1), plant_relationships(house, 1, started_on=date(2031, 6, 1))
    cycle = make_later(house, first + second, sides="sponsor")
    open_at(house, at(2031, 3, 31))
    [(_, as_read)] = making._due(database, at(2031, 3, 31))
    forget_beginning(house, second)
    open_at(house, at(2031, 4, 1))

    with database.write() as tx:
        making._write_down(tx, as_read, date(2031, 4, 7))

    assert tell_at(house, at(2031, 4, 1)) == 2
    assert len(told(house, cycle)) == 2


def test_workers_at_once_tell_each_once(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    cycle = make_later(house, plant_relationships(house, 30))
    open_at(house, at(2031, 3, 31))
    url = house.house.databases["scorecards"].url.render_as_string(False)
    start, made, failed = threading.Barrier(3), list[int](), list[BaseException]()

    def work() -> None:
        database = service.database(url, pool_size=2)
        try:
            start.wait(30)
            made.append(usecases.make_notices(database, at(2031, 3, 31)).get("notices", 0))
        except BaseException as error:
            failed.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failed == []
    assert sum(made) == len(told(house, cycle)) == 60
    assert all(len(house.announced("scorecards", row["notice_id"])) == 1 for row in told(house, cycle))


def test_an_archived_relationship_is_left_alone(quiet_house: HouseUnderTest) -> None:
    house = quiet_house
    known = introduce(house)
    cycle = make_later(house, [known.relationship_id], sides="sponsor")
    open_at(house, at(2031, 3, 31))
    publish(house, relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, archived=True))

    assert tell_at(house, at(2031, 3, 31)) == 0
    assert told(house, cycle) == []
