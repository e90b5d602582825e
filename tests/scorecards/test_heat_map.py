"""The portfolio as a heat map: whose rows, in which order, from which card."""

from typing import Any

import sqlalchemy as sa

from shared.ids import new_id
from tests.scorecards.feeding import introduce
from tests.scorecards.published import QUARTER_AGO, THREE_AGO, TWO_AGO, body_of, days_ago, publish_card, submit
from tests.scorecards.under_review import review
from tests.support.installation import Client, InstallationUnderTest, somebody


def rows(client: Client, **params: Any) -> list[dict[str, Any]]:
    """Every row, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = body_of(client.get("/v1/portfolio/heat-map", params=params))
        found += page["items"]
        if page["next"] is None:
            return found
        params["after"] = page["next"]


def test_rows_are_those_of_the_portfolio_for_whoever_asks(installation: InstallationUnderTest) -> None:
    owner, partner = somebody("viewer"), somebody("viewer", "provider")
    hidden = introduce(installation, f"Hidden {new_id()}", visibility="restricted", owner_id=owner.actor_id)
    theirs = introduce(installation, f"Theirs {new_id()}", team=[partner.actor_id])

    assert installation.stranger("scorecards").get("/v1/portfolio/heat-map").status_code == 401
    for actor, expected in ((owner, {hidden, theirs}), (partner, {theirs}), (somebody("manager"), {theirs})):
        client = installation.client("scorecards", actor)
        shown = {row["relationship_id"] for row in rows(client, limit=200)}
        assert shown & {hidden.relationship_id, theirs.relationship_id} == {each.relationship_id for each in expected}
        listed = body_of(client.get("/v1/portfolio", params={"limit": 200}))["items"]
        assert {row["relationship_id"] for row in listed} <= shown


def test_a_card_that_is_not_published_is_not_in_it(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    for side, card in cards.items():
        submit(under, card, side, "exceeds")
    owner_id = under.people["sponsor"].actor_id

    for side in cards:
        [row] = rows(under.caller(side), owner_id=owner_id, side=side)
        assert (row["relationship_id"], row["card"]) == (under.known.relationship_id, None)
    under.sign(cards["provider"], "provider")
    for side, is_shown in (("sponsor", False), ("provider", True)):
        [row] = rows(under.caller(), owner_id=owner_id, side=side)
        assert (row["card"] is not None) == is_shown


def test_a_row_shows_the_newest_published_card_and_says_when_it_is_outdated(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation, sides=("sponsor",))
    old, middle, new = (
        under.open(days_ago(installation, days))["sponsor"] for days in (THREE_AGO, TWO_AGO, QUARTER_AGO)
    )  # fmt: skip
    key = under.read(old)["questions"][0]["attribute"]
    owner_id = under.people["sponsor"].actor_id
    publish_card(under, old, words={key: "below"})
    [first] = rows(under.caller(), owner_id=owner_id)
    publish_card(under, middle, words={key: "exceeds"})
    submit(under, new, "sponsor", "below")
    [row] = rows(under.caller(), owner_id=owner_id)

    assert (first["card"]["scorecard_id"], first["card"]["is_outdated"]) == (old, True)
    assert row["card"]["scorecard_id"] == middle
    assert row["card"]["values"].pop(key) == 1
    assert set(row["card"]["values"].values()) == {0.8}
    assert row["card"]["coverage"] == 1


def test_pages_follow_each_other_in_the_order_of_the_portfolio(installation: InstallationUnderTest) -> None:
    owner_id, word = new_id(), new_id()[:8]
    names = [f"{letter} {word}" for letter in "cabde"]
    known = {
        introduce(installation, name, owner_id=owner_id, region="asia_pacific").relationship_id: name for name in names
    }
    client = installation.client("scorecards")

    for sort in ("name", "-name", "-lower", "score"):
        found = rows(client, sort=sort, owner_id=owner_id, limit=2)
        listed = body_of(client.get("/v1/portfolio", params={"sort": sort, "owner_id": owner_id}))["items"]
        assert [row["relationship_id"] for row in found] == [row["relationship_id"] for row in listed]
        assert {row["relationship_id"] for row in found} == set(known)
    assert [row["provider_name"] for row in rows(client, sort="name", owner_id=owner_id, limit=1)] == sorted(names)
    assert rows(client, owner_id=owner_id, region="europe") == []
    assert len(rows(client, owner_id=owner_id, region="asia_pacific", size="mid", tier="transactional")) == 5
    assert [row["provider_name"] for row in rows(client, owner_id=owner_id, q=f"D {word}")] == [f"d {word}"]
    assert rows(client, owner_id=owner_id, q="nobody's name") == []
    assert client.get("/v1/portfolio/heat-map?sort=worst").status_code == 422


def test_a_page_is_one_statement_however_many_rows_it_has(installation: InstallationUnderTest) -> None:
    owner_id = new_id()
    for letter in "abc":
        introduce(installation, letter, owner_id=owner_id)
    engine, seen = installation.product.databases["scorecards"].engine, []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "portfolio_row" in statement and "newest" in statement:
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert len(rows(installation.client("scorecards"), owner_id=owner_id, limit=200)) == 3
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 1
