"""Both sides are blind until both have submitted or the due day has come: tried as somebody who wants to know would."""

import json
from threading import Thread
from typing import Any

import pytest

from shared.auth import Actor
from tests.scorecards.under_review import SIGN, Review, review
from tests.support.installation import Client, InstallationUnderTest, somebody

SECRET = "the words nobody may read yet"


def onlookers(under: Review, side: str) -> list[Client]:
    """Everybody who is not of the card's side and may read the relationship, admins and tokens included."""
    installation = under.installation
    if side == "sponsor":
        return [under.caller("provider")]
    actors: list[Actor] = [
        under.people["sponsor"], somebody("admin"), somebody("admin", kind="client"), somebody("viewer"),
    ]  # fmt: skip
    return [installation.client("scorecards", actor) for actor in actors]


def everything(under: Review, card: str, caller: Client) -> list[tuple[int, str, str | None]]:
    """What a caller can find out of a relationship and one of its cards: statuses, bodies and versions."""
    relationship = under.known.relationship_id
    paths = [
        f"scorecards/{card}", f"scorecards?relationship_id={relationship}", f"relationships/{relationship}/tier",
        f"relationships/{relationship}/tier/history", f"relationships/{relationship}/timeline-entries",
        f"relationships/{relationship}/effects?source_id={card}", "portfolio?limit=200",
        f"scorecards/{card}/rating-links", f"scorecards/{card}/history", f"scorecards/{card}/ratings",
        f"scorecards?due=mine&relationship_id={relationship}",
        f"scorecards?status=draft&relationship_id={relationship}",
        f"relationships/{relationship}/perception-gaps", "portfolio/heat-map?limit=200", "portfolio/summary",
        f"relationships/{relationship}/facts?from=2026-01-01&to=2026-03-31",
    ]  # fmt: skip
    answers = [caller.get("/v1/" + path) for path in paths]
    return [(answer.status_code, answer.text, answer.headers.get("etag")) for answer in answers]


def answer(under: Review, card: str, side: str, rating: str) -> None:
    path = f"/v1/scorecards/{card}/ratings"
    version = under.caller(side).get(path).json()["version"]
    body = {"ratings": [{"attribute": "communication", "rating": rating, "comment": SECRET}]}
    assert under.caller(side).put(path, body, headers={"If-Match": f'"{version}"'}).status_code == 200


@pytest.mark.parametrize("side", ["sponsor", "provider"])
def test_while_one_side_rates_nothing_that_others_can_read_changes(
    installation: InstallationUnderTest, side: str
) -> None:
    under = review(installation)
    card = under.open()[side]
    installation.wait_until_applied()
    before = [everything(under, card, caller) for caller in onlookers(under, side)]

    for rating in ("meets", "below", "exceeds"):
        answer(under, card, side, rating)

    assert [everything(under, card, caller) for caller in onlookers(under, side)] == before


@pytest.mark.parametrize("side", ["sponsor", "provider"])
def test_a_submission_shows_its_status_and_nothing_that_was_said(
    installation: InstallationUnderTest, side: str
) -> None:
    found = []
    for rating in ("below", "exceeds"):
        under = review(installation)
        card = under.open()[side]
        answer(under, card, side, rating)
        assert under.caller(side).post(f"/v1/scorecards/{card}/submission").status_code == 200
        under.sign(card, side)
        seen = [everything(under, card, caller) for caller in onlookers(under, side)]
        assert SECRET not in json.dumps(seen)
        for caller in onlookers(under, side):
            read = caller.get(f"/v1/scorecards/{card}").json()
            assert (read["status"], read["content"]) == ("signed", None)
        events = installation.announced("scorecards", card)
        assert SECRET not in json.dumps(events)
        found.append([list(event["data"]) for event in events])

        assert under.tier()["evidence_count"] == 0
    # What is said of the worst card and of the best has the same shape.
    assert found[0] == found[1]
    assert not {"ratings", "y", "w", "results"} & {key for event in found[0] for key in event}


def test_others_have_no_answers_of_their_own_on_a_foreign_card(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["provider"]
    answer(under, card, "provider", "below")

    for caller in onlookers(under, "provider"):
        own = caller.get(f"/v1/scorecards/{card}/ratings")
        put = caller.put(f"/v1/scorecards/{card}/ratings", {"ratings": []}, headers={"If-Match": '"0"'})
        assert (own.json()["ratings"], own.json()["previous"], put.status_code) == ([], [], 403)


def test_when_both_have_submitted_each_reads_the_other(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    answer(under, cards["provider"], "provider", "below")
    under.caller("provider").post(f"/v1/scorecards/{cards['provider']}/submission")
    assert under.read(cards["provider"])["content"] is None

    under.submit(cards["sponsor"], "sponsor")

    content = under.read(cards["provider"])["content"]
    assert content["is_blind"] is True
    assert SECRET in json.dumps(content["ratings"])
    assert under.read(cards["sponsor"], "provider")["content"]["ratings"] is not None


def test_two_sides_that_submit_at_once_reveal_once_and_publish_each_once(installation: InstallationUnderTest) -> None:
    for _ in range(5):
        under = review(installation)
        cards = under.open()
        for side, card in cards.items():
            under.rate(card, side)
        answers: dict[str, Any] = {}

        def submit(side: str, card: str, under: Review = under, answers: dict[str, Any] = answers) -> None:
            answers[side] = under.caller(side).post(f"/v1/scorecards/{card}/submission")

        threads = [Thread(target=submit, args=each) for each in cards.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [answer.status_code for answer in answers.values()] == [200, 200]
        for side, card in cards.items():
            read = under.read(card, side)
            assert (read["is_revealed"], read["content"]["is_blind"]) == (True, True)
            assert under.sign(card, side)["status"] == "published"
            assert under.events(card) == ["opened", "submitted", "signed", "published"]
    installation.wait_until_applied()


def test_nothing_that_was_said_is_on_the_bus_or_leaves_with_a_refusal(installation: InstallationUnderTest) -> None:
    seen = []
    for rating in ("below", "exceeds"):
        under = review(installation)
        card = under.open()["provider"]
        answer(under, card, "provider", rating)
        under.caller("provider").post(f"/v1/scorecards/{card}/submission")
        under.sign(card, "provider")
        installation.wait_until_applied()

        events = [json.loads(record.value) for record in installation.product.bus.read_all(["entente.scorecards"])]
        about = [event for event in events if event["data"].get("relationship_id") == under.known.relationship_id]
        assert [event["type"].split(".")[1] for event in about if event["subject"] == card] == [
            "scorecard_opened", "scorecard_submitted", "scorecard_signed",
        ]  # fmt: skip
        assert not [event for event in about if event["type"].split(".")[1] in ("score_changed", "tier_changed")]
        assert SECRET not in json.dumps(about)
        refusals = [
            under.caller().post(f"/v1/scorecards/{card}/{verb}", body)
            for verb, body in (
                ("submission", None), ("signature", SIGN), ("reopening", {"reason": "x"}), ("dispute", {"reason": "x"}),
                ("resolution", {"resolution": "x"}), ("waiver", {"reason": "x"}),
            )
        ]  # fmt: skip
        seen.append([(refusal.status_code, refusal.text) for refusal in refusals])
    # The worst and the best are refused in the same words.
    assert seen[0] == seen[1]


def test_raters_and_their_progress_stay_within_their_side_also_after_the_reveal(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation)
    cards = under.open()
    for side, card in cards.items():
        under.submit(card, side)

    ours, theirs = (under.read(cards[side])["content"] for side in ("sponsor", "provider"))

    assert [len(content["raters"]) for content in (ours, theirs)] == [1, 0]
    assert (
        under.caller().get(f"/v1/scorecards/{cards['provider']}/history").json()["items"][-1]["status"] == "submitted"
    )
