"""Who may rate, sign, dispute, reopen and pass over: the table of contract.md, and a card's own word for it."""

from typing import Any

import pytest

from shared.auth import Actor
from tests.scorecards.feeding import publish, relationship
from tests.scorecards.under_review import SIGN, Review, review
from tests.support.installation import InstallationUnderTest, somebody

SPONSORS = {
    "viewer, named": [],
    "viewer on the team": [],
    "reviewer on the team": [],
    "reviewer, named": ["rate", "submit"],
    "manager elsewhere": [],
    "manager, named": ["rate", "submit"],
    "manager on the team": ["rate", "submit", "link"],
    "owner": ["rate", "submit", "link"],
    "admin": ["rate", "submit", "link"],
}


@pytest.fixture(scope="module")
def cast() -> dict[str, Actor]:
    return {who: somebody("manager" if who == "owner" else who.split()[0].strip(",")) for who in SPONSORS}


def named(cast: dict[str, Actor]) -> dict[str, Any]:
    return {"actor_ids": [actor.actor_id for who, actor in cast.items() if who.endswith("named")]}


@pytest.fixture
def under(installation: InstallationUnderTest, cast: dict[str, Actor]) -> Review:
    """A relationship with all of them."""
    raters = {"sponsor": named(cast), "provider": {}}
    found = review(installation, raters=raters)
    known = found.known
    team = [actor.actor_id for who, actor in cast.items() if who.endswith("on the team")]
    owner = cast["owner"].actor_id
    found.people["sponsor"] = cast["owner"]
    publish(
        installation,
        relationship(
            known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=owner,
            team=[owner, *team, found.people["provider"].actor_id],
        ),
    )  # fmt: skip
    return found


@pytest.mark.parametrize("who", sorted(SPONSORS))
def test_a_draft_of_the_sponsors_is_for_its_raters(under: Review, cast: dict[str, Actor], who: str) -> None:
    card, client = under.open()["sponsor"], under.installation.client("scorecards", cast[who])

    assert client.get(f"/v1/scorecards/{card}").json()["may"] == SPONSORS[who]

    put = client.put(f"/v1/scorecards/{card}/ratings", {"ratings": []}, headers={"if-match": '"0"'})
    assert put.status_code == (200 if SPONSORS[who] else 403)


@pytest.mark.parametrize("who", sorted(SPONSORS))
def test_the_sponsor_side_neither_rates_nor_sees_the_providers_card(
    under: Review, cast: dict[str, Actor], who: str
) -> None:
    cards = under.open()
    under.submit(cards["provider"], "provider")
    client = under.installation.client("scorecards", cast[who])
    path = f"/v1/scorecards/{cards['provider']}"

    answers = [
        client.put(path + "/ratings", {"ratings": []}, headers={"if-match": '"0"'}),
        client.post(path + "/submission"),
        client.post(path + "/signature", SIGN),
        client.post(path + "/reopening", {"reason": "Let me see."}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert client.get(path).json()["content"] is None
    assert client.get(path).json()["may"] == []
    assert under.events(cards["provider"]) == ["opened", "submitted"]


@pytest.mark.parametrize("role", ["viewer", "reviewer", "manager"])
def test_the_provider_side_rates_and_signs_its_own_and_writes_nothing_else(
    installation: InstallationUnderTest, role: str
) -> None:
    under = review(installation)
    provider = somebody(role, "provider")
    known = under.known
    team = [under.people["sponsor"].actor_id, provider.actor_id]
    new = relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=team[0], team=team)
    publish(installation, new)
    under.people["provider"] = provider
    cards, client = under.open(), installation.client("scorecards", provider)
    assert client.get(f"/v1/scorecards/{cards['provider']}").json()["may"] == ["rate", "submit"]
    assert client.get(f"/v1/scorecards/{cards['sponsor']}").json()["may"] == []
    for side in ("provider", "sponsor"):
        under.submit(cards[side], side)
    assert under.sign(cards["provider"], "provider")["status"] == "published"

    refused = {
        "dispute": {"reason": "x"}, "resolution": {"resolution": "x"}, "waiver": {"reason": "x"},
        "rating-links": {"contact_id": team[0]},
    }  # fmt: skip
    for verb, body in refused.items():
        assert client.post(f"/v1/scorecards/{cards['provider']}/{verb}", body).status_code == 403, verb
    assert client.post(f"/v1/scorecards/{cards['sponsor']}/dispute", {"reason": "x"}).status_code == 403
    assert client.post("/v1/scorecard-templates", {"name": "x", "attributes": []}).status_code in (403, 422)


def test_the_card_says_who_has_signed_and_what_may_follow(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    may = {"draft": under.read(cards["sponsor"])["may"]}

    under.submit(cards["sponsor"], "sponsor")
    may["submitted"] = under.read(cards["sponsor"])["may"]
    under.submit(cards["provider"], "provider")
    under.sign(cards["sponsor"], "sponsor")
    may["published"] = under.read(cards["sponsor"])["may"]
    under.caller().post(f"/v1/scorecards/{cards['sponsor']}/dispute", {"reason": "No."})
    may["disputed"] = under.read(cards["sponsor"])["may"]

    assert may == {
        "draft": ["rate", "submit", "link"], "submitted": ["sign", "reopen"], "published": ["dispute", "reopen"],
        "disputed": ["resolve", "reopen"],
    }  # fmt: skip


@pytest.mark.parametrize("left_out", ["owner", "team"])
def test_a_cycle_may_leave_out_the_owner_or_the_team(installation: InstallationUnderTest, left_out: str) -> None:
    raters = {"sponsor": {left_out: False}, "provider": {left_out: False}}
    under = review(installation, raters=raters)
    member, known = somebody("manager"), under.known
    team = [member.actor_id, under.people["provider"].actor_id]
    owner = under.people["sponsor"]
    publish(
        installation,
        relationship(known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=owner.actor_id, team=team),
    )
    card = under.open()["sponsor"]

    may = {
        who: installation.client("scorecards", actor).get(f"/v1/scorecards/{card}").json()["may"]
        for who, actor in (("owner", owner), ("team", member))
    }
    mine = {
        who: len(installation.client("scorecards", actor).get("/v1/scorecards?due=mine").json()["items"])
        for who, actor in (("owner", owner), ("team", member))
    }

    assert {who: "rate" in verbs for who, verbs in may.items()} == {who: who != left_out for who in may}
    assert mine == {who: int(who != left_out) for who in may}


def test_a_token_rates_and_never_signs(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    card = under.open()["sponsor"]
    token = Actor(under.people["sponsor"].actor_id, "ERP", "manager", "sponsor", "client", None, True)
    client = installation.client("scorecards", token)
    under.people["sponsor"] = token

    under.submit(card, "sponsor")

    assert client.post(f"/v1/scorecards/{card}/signature", SIGN).status_code == 403
    assert under.events(card) == ["opened", "submitted"]


def test_cards_of_an_archived_relationship_are_read_and_not_written(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card, known = under.open()["sponsor"], under.known
    team = [person.actor_id for person in under.people.values()]
    new = relationship(
        known.relationship_id, known.sponsor_id, known.provider_id, 2, owner_id=team[0], team=team, archived=True
    )
    publish(installation, new)

    answer = under.caller().post(f"/v1/scorecards/{card}/submission")

    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "relationship-archived")
    assert under.read(card)["may"] == []
    assert under.events(card) == ["opened"]
