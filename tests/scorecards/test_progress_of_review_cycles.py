"""How far the cards of a period are, by side and status, and how many are late."""

from datetime import timedelta
from typing import Any

from tests.scorecards.feeding import publish, relationship, today
from tests.scorecards.under_review import Review, review
from tests.support.installation import Client, InstallationUnderTest


def progress(under: Review, caller: Client | None = None, query: str = "") -> Any:
    return (caller or under.caller()).get(f"/v1/review-cycles/{under.cycle_id}/progress{query}").json()


def test_the_provider_side_reads_no_progress(installation: InstallationUnderTest) -> None:
    under = review(installation)

    answer = under.caller("provider").get(f"/v1/review-cycles/{under.cycle_id}/progress")

    assert answer.status_code == 403
    assert under.caller().get("/v1/review-cycles/01985b6e-0000-7000-8000-000000000000/progress").status_code == 404


def test_where_nothing_was_opened_there_is_no_period(installation: InstallationUnderTest) -> None:
    found = progress(review(installation))

    assert found["period"] is None
    assert [(side["side"], side["cards"], side["late"], side["by_status"]) for side in found["sides"]] == [
        ("sponsor", 0, 0, {}),
        ("provider", 0, 0, {}),
    ]


def test_cards_are_counted_by_side_and_status_and_only_late_drafts_are_late(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation)
    late = under.open(today(installation) - timedelta(days=200))
    under.submit(late["sponsor"], "sponsor")
    under.open()
    old = under.read(late["sponsor"])

    newest = progress(under)
    before = progress(under, query=f"?period_ends_on={old['period_ends_on']}")

    assert [(side["by_status"], side["late"]) for side in newest["sides"]] == [({"draft": 1}, 0), ({"draft": 1}, 0)]
    assert before["period"]["name"] == old["period_name"]
    assert [(side["side"], side["cards"], side["by_status"], side["late"]) for side in before["sides"]] == [
        ("sponsor", 1, {"submitted": 1}, 0),
        ("provider", 1, {"draft": 1}, 1),
    ]


def test_a_restricted_relationship_counts_only_for_who_may_read_it(installation: InstallationUnderTest) -> None:
    under = review(installation)
    under.open()
    known, owner = under.known, under.people["sponsor"].actor_id
    publish(
        installation,
        relationship(
            known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=owner, team=[owner],
            visibility="restricted",
        ),
    )  # fmt: skip

    assert [side["cards"] for side in progress(under)["sides"]] == [1, 1]
    assert [side["cards"] for side in progress(under, under.stranger())["sides"]] == [0, 0]
