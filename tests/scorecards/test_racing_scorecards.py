"""Two who change a card, or the two cards of a period, at the same moment: one after the other, each once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import httpx
import pytest

from services.scorecards.scorecards.publishing import publish_revealed
from tests.scorecards.feeding import today
from tests.scorecards.under_review import SIGN, Review, review
from tests.support.installation import InstallationUnderTest

rounds = pytest.mark.parametrize("turn", range(4))


def at_once(*acts: Callable[[], httpx.Response]) -> Sequence[httpx.Response]:
    barrier = Barrier(len(acts))

    def act(each: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait(10)
        return each()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def statuses(answers: Sequence[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


def versions(under: Review, card: str) -> list[int]:
    return [event["data"]["version"] for event in under.installation.announced("scorecards", card)]


@rounds
def test_one_side_is_submitted_once_however_many_of_it_submit(installation: InstallationUnderTest, turn: int) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    under.rate(card, "sponsor")

    answers = at_once(*[lambda: under.caller().post(f"/v1/scorecards/{card}/submission")] * 3)

    assert sorted(statuses(answers)) == [200, 409, 409]
    assert under.events(card) == ["opened", "submitted"]


@rounds
def test_a_side_is_submitted_or_passed_over_and_never_both(installation: InstallationUnderTest, turn: int) -> None:
    under = review(installation)
    card = under.open(today(installation) - timedelta(days=200))["provider"]
    under.rate(card, "provider")
    path = f"/v1/scorecards/{card}/"

    answers = at_once(
        lambda: under.caller("provider").post(path + "submission"),
        lambda: under.caller().post(path + "waiver", {"reason": "Late."}),
    )

    assert sorted(statuses(answers)) == [200, 409]
    first = "submitted" if answers[0].status_code == 200 else "waived"
    assert under.read(card, "provider")["status"] == first
    assert under.events(card) == ["opened", first]


@rounds
def test_a_signature_holds_or_is_void_by_a_reopening_at_the_same_moment(
    installation: InstallationUnderTest, turn: int
) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    under.submit(card, "sponsor")
    path = f"/v1/scorecards/{card}/"

    signed, reopened = at_once(
        lambda: under.signer().post(path + "signature", SIGN),
        lambda: under.caller().post(path + "reopening", {"reason": "Wait."}),
    )

    read = under.read(card)
    assert reopened.status_code == 200
    assert (read["status"], read["revision"]) == ("draft", 2)
    assert all(signature["voided_at"] for signature in read["content"]["signatures"])
    if signed.status_code == 200:
        assert under.events(card) == ["opened", "submitted", "signed", "reopened"]
    else:
        assert (signed.status_code, under.events(card)) == (409, ["opened", "submitted", "reopened"])


@rounds
def test_an_answer_counts_or_comes_too_late_for_the_submission(installation: InstallationUnderTest, turn: int) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    under.rate(card, "sponsor", "meets")
    late = {"ratings": [{"attribute": "communication", "rating": "exceeds"}]}
    path = f"/v1/scorecards/{card}/"

    put, submitted = at_once(
        lambda: under.caller().put(path + "ratings", late, headers={"if-match": '"1"'}),
        lambda: under.caller().post(path + "submission"),
    )

    said = {rating["attribute"]: rating["rating"] for rating in under.read(card)["content"]["ratings"]}
    own = under.caller().get(path + "ratings").json()["ratings"]
    assert submitted.status_code == 200
    assert put.status_code in (200, 409)
    assert said["communication"] == ("exceeds" if put.status_code == 200 else "meets")
    assert {answer["attribute"]: answer["rating"] for answer in own} == {
        attribute: word for attribute, word in said.items() if word is not None
    }


@rounds
def test_the_first_answers_of_one_rater_from_two_windows_are_written_once(
    installation: InstallationUnderTest, turn: int
) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    put = [
        lambda word=word: under.caller().put(
            f"/v1/scorecards/{card}/ratings",
            {"ratings": [{"attribute": "communication", "rating": word}]},
            headers={"if-match": '"0"'},
        )
        for word in ("meets", "exceeds")
    ]

    answers = at_once(*put)

    assert sorted(statuses(answers)) == [200, 412]
    assert under.caller().get(f"/v1/scorecards/{card}/ratings").json()["version"] == 1


@rounds
def test_the_schedule_and_the_last_signature_publish_once(installation: InstallationUnderTest, turn: int) -> None:
    database = installation.product.databases["scorecards"]
    under = review(installation)
    cards = under.open()
    for side, card in cards.items():
        under.submit(card, side)
    before = under.tier()["evidence_count"]
    later = installation.clock() + timedelta(days=400)

    def tick() -> httpx.Response:
        publish_revealed(database, later)
        return httpx.Response(200)

    answers = at_once(
        tick,
        lambda: under.signer().post(f"/v1/scorecards/{cards['sponsor']}/signature", SIGN),
        tick,
    )

    assert statuses(answers) == [200] * 3
    assert under.events(cards["sponsor"]) == ["opened", "submitted", "signed", "published"]
    assert versions(under, cards["sponsor"]) == [1, 2, 3, 4]
    assert under.tier()["evidence_count"] in (before, before + 1)  # its period may not be over
    installation.wait_until_applied()
