"""A relationship among others of its segment: never across sponsor sizes, never so few that one could be read off."""

import statistics
from collections.abc import Sequence
from typing import Any

import pytest

from shared.ids import new_id
from tests.scorecards.feeding import Known, account, introduce, publish, relationship
from tests.scorecards.published import QUARTER_AGO, THREE_AGO, body_of, days_ago, problem, publish_card
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest, somebody

ATTRIBUTE = "communication"
WORDS = ("below", "meets", "exceeds")


def reviewed(
    installation: InstallationUnderTest, words: Sequence[str], days: int = QUARTER_AGO, **more: Any
) -> list[Review]:
    """A relationship for each word, with a published card that says it of everything; the first is the reader's."""
    found = []
    for word in words:
        owner = somebody("manager")
        known = introduce(installation, owner_id=owner.actor_id, **more)
        found.append(_publish(installation, known, owner, word, days))
    return found


def _publish(
    installation: InstallationUnderTest, known: Known, owner: Any, word: str, days: int = QUARTER_AGO
) -> Review:
    under = review_of(installation, known, owner)
    publish_card(under, under.open(days_ago(installation, days))["sponsor"], words=word)
    return under


def review_of(installation: InstallationUnderTest, known: Known, owner: Any) -> Review:
    body = {
        "name": "Quarterly", "time_zone": "UTC", "template_id": "019aa000-0000-7000-8000-000000000002",
        "sides": ["sponsor"], "opens_days_before_end": 89, "audience": {"relationship_ids": [known.relationship_id]},
    }  # fmt: skip
    made = body_of(installation.client("scorecards", owner).post("/v1/review-cycles", body), 201)
    return Review(installation, known, made["id"], {"sponsor": owner})


def compared(under: Review, actor: Any = None, **params: Any) -> Any:
    client = under.caller() if actor is None else under.installation.client("scorecards", actor)
    return body_of(client.get(f"/v1/relationships/{under.known.relationship_id}/comparison", params=params))


NOTHING = {"n": None, "lower_quartile": None, "median": None, "upper_quartile": None}


def test_whoever_may_not_read_the_relationship_cannot_compare_it(fresh_installation: InstallationUnderTest) -> None:
    known = introduce(fresh_installation)
    outsider = fresh_installation.client("scorecards", somebody("manager", "provider"))
    for relationship_id in (known.relationship_id, new_id()):
        answer = outsider.get(f"/v1/relationships/{relationship_id}/comparison")
        assert problem(answer) == (404, "relationship-not-found")


def test_own_scores_stand_beside_the_quartiles_of_five_or_more_other_providers(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    words = ["meets", "below", "exceeds", "meets", "exceeds", "exceeds"]
    mine, *others = reviewed(installation, words[:5], sponsor_size="mid")
    too_few = compared(mine)

    assert (too_few["reason"], too_few["overall"]) == ("too_few_to_compare", {"own": 80, **NOTHING})
    assert all({name: group[name] for name in NOTHING} == NOTHING for group in too_few["groups"])

    others += reviewed(installation, words[5:], sponsor_size="mid")
    found = compared(mine)
    scores = [100 * (0, 0.8, 1)[WORDS.index(word)] for word in words[1:]]
    lower, median, upper = statistics.quantiles(scores, n=4, method="inclusive")
    expected = {"own": 80, "n": 5, "lower_quartile": lower, "median": median, "upper_quartile": upper}
    assert (found["reason"], found["overall"]) == (None, expected)
    assert {group["group"] for group in found["groups"]} == {
        q["group"] for q in mine.read(found["scorecard_id"])["questions"]
    }
    assert all({**group, "group": ""} == {**expected, "group": ""} for group in found["groups"])
    text = str(found)
    assert not any(other.known.relationship_id in text or other.known.provider_id in text for other in others)


def test_other_sizes_hidden_archived_and_the_same_providers_are_never_counted(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    mine, *_ = reviewed(installation, ["meets", *["exceeds"] * 4], sponsor_size="mid")
    assert compared(mine)["reason"] == "too_few_to_compare"

    reviewed(installation, ["below"], sponsor_size="large")
    reviewed(installation, ["below"], sponsor_size=None)
    hidden = somebody("manager")
    known = introduce(
        installation, owner_id=hidden.actor_id, team=[hidden.actor_id], visibility="restricted", sponsor_size="mid"
    )
    _publish(installation, known, hidden, "below")
    reviewed(installation, ["below"], days=QUARTER_AGO + 460, sponsor_size="mid")  # five quarters before
    [gone] = reviewed(installation, ["below"], sponsor_size="mid")
    ids = (gone.known.relationship_id, gone.known.sponsor_id, gone.known.provider_id)
    publish(installation, relationship(*ids, version=2, owner_id=gone.known.owner_id, archived=True))
    # Another relationship of the reader's own provider, whose values they may know.
    second, sponsor_id = new_id(), new_id()
    owner = somebody("manager")
    publish(
        installation,
        account(sponsor_id, "sponsor", "Southwind", size="mid"),
        relationship(second, sponsor_id, mine.known.provider_id, owner_id=owner.actor_id),
    )
    _publish(installation, Known(second, sponsor_id, mine.known.provider_id, owner.actor_id), owner, "below")

    for actor in (None, hidden, somebody("admin"), somebody("viewer")):
        assert compared(mine, actor)["reason"] == "too_few_to_compare"
    reviewed(installation, ["exceeds"], sponsor_size="mid")
    for actor in (None, hidden, somebody("admin")):
        assert compared(mine, actor)["overall"] == {
            "own": 80, "n": 5, "lower_quartile": 100, "median": 100, "upper_quartile": 100,
        }  # fmt: skip


def test_a_segment_may_be_narrowed_to_the_region_and_the_kind_of_project(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    mine, *_ = reviewed(installation, ["meets", *["exceeds"] * 4], sponsor_size="mid", region="europe")
    reviewed(installation, ["below"] * 2, sponsor_size="mid", region="asia_pacific")

    wide, narrow = compared(mine), compared(mine, same_region=True)

    assert (wide["overall"]["n"], wide["segment"]) == (6, {"sponsor_size": "mid", "region": None, "project_type": None})
    assert (narrow["reason"], narrow["segment"]["region"]) == ("too_few_to_compare", "europe")
    same = compared(mine, same_project_type=True)
    assert (same["overall"]["n"], same["segment"]["project_type"]) == (6, "clinical_supply")


def test_without_a_card_or_a_known_size_there_is_nothing_to_compare(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    under = review(installation)
    [unknown] = reviewed(installation, ["meets"], sponsor_size=None, days=THREE_AGO)

    none, unsized = compared(under), compared(unknown)

    assert (none["reason"], none["overall"], none["groups"]) == ("no_published_card", None, [])
    assert (unsized["reason"], unsized["overall"]) == ("sponsor_size_unknown", {"own": pytest.approx(80), **NOTHING})
