"""Rated, submitted, signed, published; disputed, resolved, reopened; passed over. Each with its event."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from services.scorecards.notices.tables import Notice
from services.scorecards.scorecards.publishing import publish_revealed
from services.scorecards.scorecards.tables import Signature
from tests.scorecards.feeding import today
from tests.scorecards.under_review import FULL, SIGN, Review, review
from tests.support.installation import InstallationUnderTest


def past(installation: InstallationUnderTest) -> date:
    """A day in a quarter that is over and due long ago."""
    return today(installation) - timedelta(days=200)


def problem(response: object) -> tuple[int, str]:
    return response.status_code, response.json()["type"].rsplit("/", 1)[-1]  # type: ignore[attr-defined]


def test_strangers_cannot_rate_submit_sign_or_change_a_card(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    rating = {"ratings": []}
    for role in ("viewer", "reviewer", "manager"):
        stranger = under.stranger(role)
        put = stranger.put(f"/v1/scorecards/{card}/ratings", rating, headers={"If-Match": '"0"'})
        assert problem(put) == (403, "forbidden")
        for verb in ("submission", "signature", "dispute", "resolution", "reopening", "waiver"):
            body = {"signature": SIGN, "resolution": {"resolution": "x"}}.get(verb, {"reason": "x"})
            assert problem(stranger.post(f"/v1/scorecards/{card}/{verb}", body)) == (403, "forbidden")
    outsider = under.stranger("reviewer", "provider")
    assert problem(outsider.get(f"/v1/scorecards/{card}")) == (404, "scorecard-not-found")
    assert problem(outsider.post(f"/v1/scorecards/{card}/submission")) == (404, "scorecard-not-found")
    assert under.events(card) == ["opened"]


def test_a_side_asks_what_it_rates_and_importances_add_up(installation: InstallationUnderTest) -> None:
    under = review(installation, template=FULL)
    cards = under.open()

    asked = {side: under.read(card, side)["questions"] for side, card in cards.items()}

    assert {side: len(questions) for side, questions in asked.items()} == {"sponsor": 30, "provider": 20}
    assert all(sum(q["importance"] for q in questions) == pytest.approx(1) for questions in asked.values())


def test_answers_are_stored_as_a_draft_under_their_own_version(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    path, caller = f"/v1/scorecards/{card}/ratings", under.caller()
    assert caller.get(path).headers["etag"] == '"0"'

    answers = {"ratings": [{"attribute": "communication", "rating": "exceeds", "comment": "Calls first."}]}
    assert caller.put(path, answers).status_code == 428
    first = caller.put(path, answers, headers={"If-Match": '"0"'})
    second = caller.put(path, answers, headers={"If-Match": '"0"'})

    assert (first.status_code, first.headers["etag"], second.status_code) == (200, '"1"', 412)
    assert caller.get(path).json()["ratings"] == [answers["ratings"][0] | {"evidence": []}]
    assert under.read(card)["version"] == 1
    assert under.events(card) == ["opened"]


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ({"attribute": "communication", "rating": "below"}, "/ratings/0/comment"),
        ({"attribute": "no_such", "rating": "meets"}, "/ratings/0/attribute"),
        ({"attribute": "sp_forecast_quality", "rating": "meets"}, "/ratings/0/attribute"),
        ({"attribute": "communication", "rating": "great"}, "/ratings/0/rating"),
        (
            {
                "attribute": "communication", "rating": "meets",
                "evidence": [{"source_kind": "delivery", "source_id": "019aa000-0000-7000-8000-00000000dead"}],
            },
            "/ratings/0/evidence/0/source_id",
        ),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_at_its_field_before_its_version(
    installation: InstallationUnderTest, answer: dict[str, object], pointer: str
) -> None:
    under = review(installation)
    card = under.open()["sponsor"]

    put = under.caller().put(f"/v1/scorecards/{card}/ratings", {"ratings": [answer]}, headers={"If-Match": '"9"'})

    assert put.status_code == 422
    assert [error["pointer"] for error in put.json()["errors"]] == [pointer]


def test_a_card_without_an_answer_is_not_submitted(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]

    assert problem(under.caller().post(f"/v1/scorecards/{card}/submission")) == (409, "nothing-rated")
    assert under.events(card) == ["opened"]


def test_both_sides_rate_sign_and_become_one_item_each(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    before = under.tier()["evidence_count"]

    under.submit(cards["sponsor"], "sponsor", "exceeds")
    assert under.sign(cards["sponsor"], "sponsor")["status"] == "signed"
    assert under.tier()["evidence_count"] == before  # the provider has not submitted
    under.submit(cards["provider"], "provider", "meets")

    assert under.read(cards["sponsor"])["status"] == "published"
    assert under.sign(cards["provider"], "provider")["status"] == "published"
    installation.clock.advance(days=100)
    try:
        tier = under.tier()
        items = sorted((item["y"], item["w"]) for item in tier["contributions"]["items"])
    finally:
        installation.clock.advance(days=-100)
    assert [y for y, _ in items] == [0.8, 1.0]
    assert all(2 < w <= 3 for _, w in items)
    assert under.events(cards["sponsor"]) == ["opened", "submitted", "signed", "published"]
    assert under.events(cards["provider"]) == ["opened", "submitted", "signed", "published"]
    installation.wait_until_applied()


def test_the_signature_holds_the_hash_of_what_was_signed(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    under.submit(card, "sponsor")

    refused = under.caller().post(f"/v1/scorecards/{card}/signature", SIGN)
    signed = under.sign(card, "sponsor")

    assert problem(refused) == (403, "reauthentication-required")
    [signature] = signed["content"]["signatures"]
    with installation.product.databases["scorecards"].read() as tx:
        table = Signature.__table__
        [snapshot] = tx.run(sa.select(table.c.snapshot).where(table.c.scorecard_id == card)).scalars()
    assert signature["snapshot_sha256"] == hashlib.sha256(snapshot.encode()).hexdigest()
    assert (signature["name"], signature["meaning"]) == (under.people["sponsor"].name, "I agree")


def published(under: Review, rating: str = "meets") -> str:
    """A one-sided card of a period long due, published."""
    card = under.open(past(under.installation))["sponsor"]
    under.submit(card, "sponsor", rating)
    assert under.sign(card, "sponsor")["status"] == "published"
    return card


def test_a_card_submitted_after_its_due_day_is_not_blind(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))

    card = published(under)

    assert under.read(card)["content"]["is_blind"] is False
    assert under.tier()["evidence_count"] == 1


def test_a_dispute_keeps_the_evidence_until_it_is_resolved(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    card = published(under)
    wrong = under.caller().post(f"/v1/scorecards/{card}/dispute", {"reason": "x", "attributes": ["sp_tech_package"]})

    disputed = under.caller().post(f"/v1/scorecards/{card}/dispute", {"reason": "Two dates are wrong."})
    again = under.caller().post(f"/v1/scorecards/{card}/dispute", {"reason": "x"})
    resolved = under.caller().post(f"/v1/scorecards/{card}/resolution", {"resolution": "Checked: it stands."})

    assert (wrong.status_code, disputed.json()["status"], problem(again)) == (
        422, "disputed", (409, "scorecard-status"),
    )  # fmt: skip
    assert resolved.json()["status"] == "resolved"
    assert resolved.json()["content"]["disputes"][0]["resolution"] == "Checked: it stands."
    assert under.tier()["evidence_count"] == 1
    assert under.events(card)[-2:] == ["disputed", "resolved"]


def test_owner_and_raters_are_notified_of_a_dispute_and_who_raises_it_is_not(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation, sides=("sponsor",))
    card = published(under)

    accepted = under.stranger("admin").post(f"/v1/scorecards/{card}/dispute", {"reason": "Two dates are wrong."})
    assert accepted.status_code == 200
    under.caller().post(f"/v1/scorecards/{card}/reopening", {"reason": "Mended."})
    under.submit(card, "sponsor")
    under.sign(card, "sponsor")
    under.caller().post(f"/v1/scorecards/{card}/dispute", {"reason": "Still wrong."})

    with installation.product.databases["scorecards"].read() as tx:
        notices = Notice.__table__
        of_it = sa.select(notices).where(notices.c.scorecard_id == card, notices.c.template == "disputed")
        [notice] = tx.run(of_it).mappings()
    owner = under.people["sponsor"].actor_id
    assert (notice["recipient_id"], notice["recipient_kind"]) == (owner, "user")
    [event] = installation.announced("scorecards", notice["notice_id"])
    assert (event["type"], event["data"]["template"]) == ("scorecards.notice_due.v1", "disputed")
    assert (event["data"]["recipient_id"], event["data"]["scorecard_id"]) == (owner, card)


def test_a_reopened_card_voids_its_signature_and_replaces_its_evidence_when_published(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation, sides=("sponsor",))
    card = published(under, "meets")

    reopened = under.caller().post(f"/v1/scorecards/{card}/reopening", {"reason": "A delivery was missed."}).json()
    assert (reopened["status"], reopened["revision"]) == ("draft", 2)
    assert reopened["content"]["signatures"][0]["voided_at"] is not None
    assert [item["y"] for item in under.tier()["contributions"]["items"]] == [0.8]
    under.submit(card, "sponsor", "below")
    under.sign(card, "sponsor")

    assert [item["y"] for item in under.tier()["contributions"]["items"]] == [0.0]
    assert under.events(card)[-4:] == ["reopened", "submitted", "signed", "published"]


def test_a_side_is_passed_over_only_after_its_due_day(installation: InstallationUnderTest) -> None:
    under = review(installation)
    early, late = under.open()["provider"], under.open(past(installation))["provider"]

    refused = under.caller().post(f"/v1/scorecards/{early}/waiver", {"reason": "No answer."})
    waived = under.caller().post(f"/v1/scorecards/{late}/waiver", {"reason": "No answer."})

    assert problem(refused) == (409, "scorecard-status")
    assert waived.json()["status"] == "waived"
    assert under.tier()["evidence_count"] == 0
    assert under.events(late) == ["opened", "waived"]


def test_signed_cards_are_published_when_their_due_day_comes(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    under.submit(card, "sponsor")
    under.sign(card, "sponsor")
    database, due_on = installation.product.databases["scorecards"], date.fromisoformat(under.read(card)["due_on"])
    due_day = datetime.combine(due_on, time(), UTC)  # it begins where the cycle is at home, some hours sooner or later

    publish_revealed(database, due_day - timedelta(days=1))
    assert under.read(card)["status"] == "signed"
    publish_revealed(database, due_day + timedelta(days=1))

    assert under.read(card)["status"] == "published"
    assert under.events(card) == ["opened", "submitted", "signed", "published"]
    installation.wait_until_applied()


def test_what_is_due_to_me_is_what_i_may_rate(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()

    def mine(side: str) -> list[str]:
        return [row["id"] for row in under.caller(side).get("/v1/scorecards?due=mine").json()["items"]]

    assert (mine("sponsor"), mine("provider")) == ([cards["sponsor"]], [cards["provider"]])
    assert under.stranger("viewer").get("/v1/scorecards?due=mine").json()["items"] == []
    under.submit(cards["sponsor"], "sponsor")
    assert mine("sponsor") == []
