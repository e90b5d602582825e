"""Records of the period that a rating may cite: those about the attribute first."""

from datetime import date, timedelta
from typing import Any

from shared.ids import new_id
from tests.scorecards.feeding import delivery, interaction, milestone, publish
from tests.scorecards.published import body_of, problem
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest


def suggested(under: Review, card: str, side: str = "sponsor", **params: Any) -> list[dict[str, Any]]:
    """All of them, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = body_of(under.caller(side).get(f"/v1/scorecards/{card}/suggested-evidence", params=params))
        found += page["items"]
        if page["next"] is None:
            return found
        params["after"] = page["next"]


def period_of(under: Review, card: str) -> tuple[date, date]:
    row = under.read(card)
    return date.fromisoformat(row["period_starts_on"]), date.fromisoformat(row["period_ends_on"])


def test_whoever_may_not_read_the_relationship_is_suggested_nothing(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]

    for path in (card, new_id()):
        answer = under.stranger("manager", "provider").get(f"/v1/scorecards/{path}/suggested-evidence")
        assert problem(answer) == (404, "scorecard-not-found")


def test_what_is_about_the_attribute_comes_first_then_the_newest(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card, of = under.open()["sponsor"], under.known.relationship_id
    first, last = period_of(under, card)
    day, names = first + timedelta(days=2), ["old", "about", "other", "near", "sent", "due", "done"]
    ids = {name: new_id() for name in names}
    publish(
        installation,
        interaction(of, first, id=ids["old"], attributes=["flexibility"], kind="audit", findings="minor"),
        interaction(of, first, "below", id=ids["about"], attributes=["flexibility", "communication"]),
        interaction(of, last, None, id=ids["other"]),
        interaction(of, last, id=ids["near"], attributes=["communication_by_mail"]),
        interaction(of, first - timedelta(days=1), attributes=["communication"]),
        interaction(of, last + timedelta(days=1), attributes=["communication"]),
        delivery(of, day, day, id=ids["sent"]),
        delivery(of, last, last + timedelta(days=5), id=ids["due"]),
        milestone(of, first - timedelta(days=9), day, id=ids["done"], outcome="below"),
    )

    found = suggested(under, card, attribute="communication", limit=2)

    assert {item["source_id"]: item["touches"] for item in found} == {
        id: id == ids["about"] for id in ids.values()
    }  # fmt: skip
    assert found[0] == {
        "source_kind": "interaction", "source_id": ids["about"], "on": str(first), "kind": "call",
        "experience": "below", "findings": None, "outcome": None, "promised_on": None, "done_on": None,
        "attributes": ["flexibility", "communication"], "touches": True,
    }  # fmt: skip
    days = [item["on"] for item in found[1:]]
    assert days == sorted(days, reverse=True)
    by_id = {item["source_id"]: item for item in found}
    assert (by_id[ids["done"]]["outcome"], by_id[ids["done"]]["promised_on"]) == (
        "below", str(first - timedelta(days=9)),
    )  # fmt: skip
    assert (by_id[ids["sent"]]["outcome"], by_id[ids["sent"]]["done_on"]) == ("done", str(day))
    assert by_id[ids["old"]]["findings"] == "minor"


def test_promises_are_about_what_they_promise(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards, of = under.open(), under.known.relationship_id
    first, _ = period_of(under, cards["sponsor"])
    publish(
        installation,
        delivery(of, first, first),
        milestone(of, first, first),
        interaction(of, first + timedelta(days=1)),
    )

    for attribute, kind in (("on_time_delivery", "delivery"), ("schedule_adherence", "milestone")):
        found = suggested(under, cards["provider"], "provider", attribute=attribute)
        assert [item["source_kind"] for item in found if item["touches"]] == [kind]
        assert found[0]["source_kind"] == kind
    newest = suggested(under, cards["provider"], "provider")
    assert (newest[0]["source_kind"], [item["touches"] for item in newest]) == ("interaction", [False] * 3)
    assert suggested(under, cards["provider"], "provider", attribute="%") == newest
