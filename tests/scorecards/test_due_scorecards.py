"""What is due to somebody: the very cards that each say they may be signed, resolved or passed over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.scorecards.feeding import today
from tests.scorecards.under_review import Review, review
from tests.support.installation import Client, InstallationUnderTest


def waiting(caller: Client, due: str) -> list[str]:
    return [row["id"] for row in caller.get(f"/v1/scorecards?due={due}").json()["items"]]


def long_ago(under: Review) -> dict[str, str]:
    return under.open(today(under.installation) - timedelta(days=200))


@pytest.mark.parametrize("due", ["sign", "resolve", "waive"])
def test_an_actor_without_a_part_in_the_review_has_nothing_due(installation: InstallationUnderTest, due: str) -> None:
    under = review(installation)
    cards = long_ago(under)
    under.submit(cards["sponsor"], "sponsor")

    strangers = [under.stranger(), under.stranger("viewer"), under.stranger("manager", "provider")]

    assert [waiting(stranger, due) for stranger in strangers] == [[], [], []]


def test_an_unknown_kind_of_waiting_is_refused(installation: InstallationUnderTest) -> None:
    assert review(installation).caller().get("/v1/scorecards?due=everything").status_code == 422


def test_a_submitted_card_waits_for_its_sides_signers_and_for_no_token(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    assert waiting(under.caller(), "sign") == []

    under.submit(card, "sponsor")

    token = installation.client("scorecards", replace(under.people["sponsor"], kind="client"))
    assert (waiting(under.caller(), "sign"), waiting(under.caller("provider"), "sign")) == ([card], [])
    assert waiting(token, "sign") == []
    under.sign(card, "sponsor")
    assert waiting(under.caller(), "sign") == []


def test_a_disputed_card_waits_for_the_sponsors_office(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    card = long_ago(under)["sponsor"]
    under.submit(card, "sponsor")
    under.sign(card, "sponsor")
    assert waiting(under.caller(), "resolve") == []

    under.caller().post(f"/v1/scorecards/{card}/dispute", {"reason": "Two dates are wrong."})

    assert waiting(under.caller(), "resolve") == [card]
    assert waiting(under.caller("provider"), "resolve") == []


def test_a_late_side_waits_for_the_sponsors_office_and_one_in_time_does_not(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation)
    late, in_time = long_ago(under), under.open()

    found = waiting(under.caller(), "waive")

    assert set(found) == set(late.values())
    assert not set(found) & set(in_time.values())
    assert all("waive" in under.read(card)["may"] for card in found)
    assert waiting(under.caller("provider"), "waive") == []


def test_a_card_names_its_period_by_the_cycles_year_and_the_relationships_owner(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation, fiscal_year_start_month=4)
    card = under.open(today(installation).replace(month=2, day=1))["sponsor"]

    [row] = [row for row in under.caller().get("/v1/scorecards?due=mine").json()["items"] if row["id"] == card]

    assert row["owner_id"] == under.people["sponsor"].actor_id
    assert row["period_name"] == under.read(card)["period_name"]
    assert row["period_name"].startswith("FY")


def test_the_word_of_the_period_before_stands_beside_its_value(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    before = long_ago(under)["sponsor"]
    under.submit(before, "sponsor", "exceeds")
    under.sign(before, "sponsor")

    previous = under.caller().get(f"/v1/scorecards/{under.open()['sponsor']}/ratings").json()["previous"]

    assert {(each["rating"], each["value"]) for each in previous} == {("exceeds", 1.0)}
