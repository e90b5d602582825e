"""Who is notified of a card, when, and only once: opened, to be answered soon, overdue."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards.notices import usecases
from services.scorecards.notices.tables import Notice
from services.scorecards.notices.usecases import make_notices
from services.scorecards.replicas.tables import relationships
from services.scorecards.review_cycles.opening import open_due
from services.scorecards.scorecards.tables import RatingLink, RatingSheet
from services.scorecards.service import service
from shared.ids import new_id
from tests.scorecards.feeding import Known, contact, introduce, publish, relationship
from tests.scorecards.reviewing import cards, cards_of, make_later, plant_relationships
from tests.support.installation import InstallationUnderTest

notices = Notice.__table__
DAY = timedelta(days=1)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def open_at(installation: InstallationUnderTest, now: datetime) -> None:
    open_due(installation.product.databases["scorecards"], now)


def notify_at(installation: InstallationUnderTest, now: datetime) -> int:
    return make_notices(installation.product.databases["scorecards"], now).get("notices", 0)


def notices_of(installation: InstallationUnderTest, cycle: dict[str, Any]) -> list[sa.RowMapping]:
    chosen = sa.select(notices, cards.c.side).join(cards).where(cards.c.review_cycle_id == cycle["id"])
    with installation.product.databases["scorecards"].read() as tx:
        return list(tx.run(chosen.order_by(notices.c.on_day, notices.c.recipient_id)).mappings())


def steps(installation: InstallationUnderTest, cycle: dict[str, Any]) -> list[tuple[str, date]]:
    return sorted(
        {(row["template"], row["on_day"]) for row in notices_of(installation, cycle)}, key=lambda step: step[1]
    )


def team_of(installation: InstallationUnderTest, known: Known, *team: str) -> None:
    ids = [known.owner_id, *team]
    publish(
        installation,
        relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=known.owner_id, team=ids),
    )


def forget_beginning(installation: InstallationUnderTest, relationship_ids: list[str]) -> None:
    """What was said before of when relationships began is not known any more."""
    with installation.product.databases["scorecards"].write() as tx:
        begun = sa.update(relationships).where(relationships.c.relationship_id.in_(relationship_ids))
        tx.run(begun.values(started_on=None))


def answer(installation: InstallationUnderTest, scorecard_id: str, rater_id: str, is_finished: bool) -> None:
    with installation.product.databases["scorecards"].write() as tx:
        row = {"rater_kind": "person", "rater_name": "A rater", "version": 1, "answers": []}
        tx.add_row(
            RatingSheet.__table__, scorecard_id=scorecard_id, rater_id=rater_id, is_finished=is_finished,
            updated_at=installation.clock(), **row,
        )  # fmt: skip


def test_owner_and_team_are_notified_that_a_card_has_opened(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known, member = introduce(installation), new_id()
    team_of(installation, known, member)
    cycle = make_later(installation, [known.relationship_id], sides="sponsor")
    open_at(installation, at(2031, 3, 31))

    assert notify_at(installation, at(2031, 3, 31)) == 2

    found = notices_of(installation, cycle)
    assert {row["recipient_id"] for row in found} == {known.owner_id, member}
    assert {(row["template"], row["on_day"], row["recipient_kind"]) for row in found} == {
        ("opened", date(2031, 3, 31), "user")
    }
    [card] = cards_of(installation, cycle)
    for row in found:
        [event] = installation.announced("scorecards", row["notice_id"])
        assert event["type"] == "scorecards.notice_due.v1"
        assert event["data"] == {
            "epoch": 1, "id": row["notice_id"], "version": 1, "relationship_id": known.relationship_id,
            "scorecard_id": card["scorecard_id"], "recipient_id": row["recipient_id"], "recipient_kind": "user",
            "template": "opened", "side": "sponsor", "period_starts_on": "2031-01-01",
            "period_ends_on": "2031-03-31", "due_on": "2031-04-14", "rating_link_id": None, "link_expires_at": None,
        }  # fmt: skip


def test_a_rater_is_notified_once_however_often_notices_are_made(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    cycle = make_later(installation, plant_relationships(installation, 3))
    open_at(installation, at(2031, 3, 31))

    counts = [notify_at(installation, at(2031, 3, 31) + hours * timedelta(hours=1)) for hours in (0, 1, 0, 2)]

    assert counts == [6, 0, 0, 0]
    assert len(notices_of(installation, cycle)) == 6


def test_notices_of_a_card_follow_its_due_day(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    cycle = make_later(
        installation, plant_relationships(installation, 1), sides="sponsor", escalation_days_after_due=[7, 21]
    )
    days = [at(2031, 3, 31) + n * DAY for n in range(60)]

    open_at(installation, days[0])
    counts = {day.date(): made for day in days if (made := notify_at(installation, day))}

    assert steps(installation, cycle) == [
        ("opened", date(2031, 3, 31)), ("reminder", date(2031, 4, 7)), ("reminder", date(2031, 4, 13)),
        ("escalation", date(2031, 4, 21)), ("escalation", date(2031, 5, 5)),
    ]  # fmt: skip
    assert list(counts) == [step[1] for step in steps(installation, cycle)]


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Kiritimati", 10), ("Pacific/Pago_Pago", 11)])
def test_a_reminder_comes_with_its_day_in_the_cycles_zone(
    quiet_installation: InstallationUnderTest, zone: str, hour: int
) -> None:
    installation = quiet_installation
    make_later(
        installation,
        plant_relationships(installation, 1),
        sides="sponsor",
        time_zone=zone,
        reminder_days_before_due=[7],
    )
    midnight = at(2031, 4, 6 if zone == "Pacific/Kiritimati" else 7, hour)
    open_at(installation, at(2031, 4, 1))
    notify_at(installation, at(2031, 4, 1))

    assert notify_at(installation, midnight - timedelta(seconds=1)) == 0
    assert notify_at(installation, midnight) == 1


def test_only_the_last_of_several_missed_days_has_a_notice(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    cycle = make_later(installation, plant_relationships(installation, 1), sides="sponsor")
    open_at(installation, at(2031, 3, 31))
    notify_at(installation, at(2031, 3, 31))

    assert notify_at(installation, at(2031, 4, 13)) == 1
    assert steps(installation, cycle)[1:] == [("reminder", date(2031, 4, 13))]


def test_the_first_notice_of_a_card_that_opened_late_says_that_it_opened(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    cycle = make_later(installation, plant_relationships(installation, 1), sides="sponsor")
    open_at(installation, at(2031, 4, 20))

    notify_at(installation, at(2031, 4, 20))
    assert steps(installation, cycle) == [("opened", date(2031, 3, 31))]
    notify_at(installation, at(2031, 4, 21))
    assert steps(installation, cycle)[1:] == [("escalation", date(2031, 4, 21))]


def test_who_has_answered_and_whose_side_has_submitted_is_not_reminded(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    known, quick, slow = introduce(installation), new_id(), new_id()
    team_of(installation, known, quick, slow)
    cycle = make_later(installation, [known.relationship_id])
    open_at(installation, at(2031, 3, 31))
    assert notify_at(installation, at(2031, 3, 31)) == 6
    theirs, ours = cards_of(installation, cycle)
    answer(installation, ours["scorecard_id"], quick, True)
    answer(installation, ours["scorecard_id"], slow, False)
    with installation.product.databases["scorecards"].write() as tx:
        submitted = sa.update(cards).where(cards.c.scorecard_id == theirs["scorecard_id"])
        tx.run(submitted.values(status="submitted"))

    assert notify_at(installation, at(2031, 4, 7)) == 2

    reminded = {
        (row["side"], row["recipient_id"]) for row in notices_of(installation, cycle) if row["template"] == "reminder"
    }
    assert reminded == {("sponsor", known.owner_id), ("sponsor", slow)}


def test_named_raters_and_contacts_by_function_are_notified_each_on_their_side(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    known, named = introduce(installation), new_id()
    theirs, also_theirs, ours, gone, other = (new_id() for _ in range(5))
    publish(
        installation,
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
    cycle = make_later(installation, [known.relationship_id], raters=raters)
    open_at(installation, at(2031, 3, 31))

    notify_at(installation, at(2031, 3, 31))

    found = {(row["side"], row["recipient_kind"], row["recipient_id"]) for row in notices_of(installation, cycle)}
    assert found == {
        ("sponsor", "user", named), ("provider", "contact", theirs), ("provider", "contact", also_theirs),
    }  # fmt: skip


def test_a_contact_is_notified_with_one_link_that_reminders_use_again(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    known, contact_id = introduce(installation), new_id()
    publish(installation, contact(contact_id, known.provider_id, function="quality"))
    raters = {"provider": {"owner": False, "team": False, "contact_functions": ["quality"]}}
    cycle = make_later(installation, [known.relationship_id], sides="provider", raters=raters)
    open_at(installation, at(2031, 3, 31))

    for day in (at(2031, 3, 31), at(2031, 4, 7), at(2031, 4, 13)):
        assert notify_at(installation, day) == 1

    [card] = cards_of(installation, cycle)
    table = RatingLink.__table__
    with installation.product.databases["scorecards"].read() as tx:
        [link] = tx.run(sa.select(table).where(table.c.scorecard_id == card["scorecard_id"])).mappings()
    assert (link["contact_id"], link["created_by"], link["revoked_at"]) == (contact_id, cycle["created_by"], None)
    assert link["expires_at"] == card["reveals_at"] + 30 * DAY
    for row in notices_of(installation, cycle):
        [event] = installation.announced("scorecards", row["notice_id"])
        assert event["data"]["rating_link_id"] == link["rating_link_id"]
        assert datetime.fromisoformat(event["data"]["link_expires_at"]) == link["expires_at"]
    with installation.product.databases["scorecards"].write() as tx:
        ours = sa.update(table).where(table.c.rating_link_id == link["rating_link_id"])
        tx.run(ours.values(revoked_at=at(2031, 4, 14)))
    notify_at(installation, at(2031, 4, 21))
    [event] = installation.announced("scorecards", notices_of(installation, cycle)[-1]["notice_id"])
    assert event["data"]["rating_link_id"] not in (None, link["rating_link_id"])


def test_cards_made_later_have_notices_too(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    first, second = (
        plant_relationships(installation, 1),
        plant_relationships(installation, 1, started_on=date(2031, 6, 1)),
    )
    cycle = make_later(installation, first + second, sides="sponsor")
    open_at(installation, at(2031, 3, 31))
    assert notify_at(installation, at(2031, 3, 31)) == 1
    forget_beginning(installation, second)

    open_at(installation, at(2031, 4, 1))

    assert notify_at(installation, at(2031, 4, 1)) == 1
    assert len(notices_of(installation, cycle)) == 2


def test_cards_made_while_notices_are_made_are_not_forgotten(quiet_installation: InstallationUnderTest) -> None:
    """Who has read the period's state before an opening does not set aside what that has made due."""
    installation, database = quiet_installation, quiet_installation.product.databases["scorecards"]
    first, second = (
        plant_relationships(installation, 1),
        plant_relationships(installation, 1, started_on=date(2031, 6, 1)),
    )
    cycle = make_later(installation, first + second, sides="sponsor")
    open_at(installation, at(2031, 3, 31))
    [(_, as_read)] = usecases._due(database, at(2031, 3, 31))
    forget_beginning(installation, second)
    open_at(installation, at(2031, 4, 1))

    with database.write() as tx:
        usecases._write_down(tx, as_read, date(2031, 4, 7))

    assert notify_at(installation, at(2031, 4, 1)) == 2
    assert len(notices_of(installation, cycle)) == 2


def test_workers_at_once_tell_each_once(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    cycle = make_later(installation, plant_relationships(installation, 30))
    open_at(installation, at(2031, 3, 31))
    url = installation.product.databases["scorecards"].url.render_as_string(False)
    start, made, failed = threading.Barrier(3), list[int](), list[BaseException]()

    def work() -> None:
        database = service.database(url, pool_size=2)
        try:
            start.wait(30)
            made.append(make_notices(database, at(2031, 3, 31)).get("notices", 0))
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
    assert sum(made) == len(notices_of(installation, cycle)) == 60
    assert all(
        len(installation.announced("scorecards", row["notice_id"])) == 1 for row in notices_of(installation, cycle)
    )


def test_an_archived_relationship_is_left_alone(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id], sides="sponsor")
    open_at(installation, at(2031, 3, 31))
    publish(installation, relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, archived=True))

    assert notify_at(installation, at(2031, 3, 31)) == 0
    assert notices_of(installation, cycle) == []
