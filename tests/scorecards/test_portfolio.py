"""The portfolio: filters, orders, pages, and who sees which rows."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.ids import new_id
from tests.scorecards.feeding import (
    Known,
    account,
    good_years,
    interaction,
    introduce,
    publish,
    relationship,
    standing,
    tier_of,
    today,
)
from tests.support.installation import Client, InstallationUnderTest, somebody


def listed(client: Client, **params: Any) -> list[dict[str, Any]]:
    """Every row, page by page."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = client.get("/v1/portfolio", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        params["after"] = page["next"]


def row_of(installation: InstallationUnderTest, known: Known) -> dict[str, Any]:
    [row] = [
        row
        for row in listed(installation.client("scorecards"), owner_id=known.owner_id)
        if row["relationship_id"] == known.relationship_id
    ]
    return row


def test_without_an_actor_token_nothing_is_listed(installation: InstallationUnderTest) -> None:
    assert installation.stranger("scorecards").get("/v1/portfolio").status_code == 401


def test_restricted_rows_are_for_the_team_and_provider_actors_see_only_theirs(
    installation: InstallationUnderTest,
) -> None:
    owner, provider = somebody("viewer"), somebody("viewer", "provider")
    name = f"Hidden {new_id()}"
    introduce(installation, name, visibility="restricted", owner_id=owner.actor_id)
    introduce(installation, name, team=[provider.actor_id])

    def seen(role: str) -> int:
        return len(listed(installation.client("scorecards", somebody(role)), q=name))

    assert seen("viewer") == seen("manager") == 1
    assert seen("admin") == 2
    assert len(listed(installation.client("scorecards", owner), q=name)) == 2
    assert len(listed(installation.client("scorecards", provider), q=name)) == 1
    assert listed(installation.client("scorecards", somebody("admin", "provider")), q=name) == []


def test_a_row_shows_what_the_tier_says_and_what_others_announced(installation: InstallationUnderTest) -> None:
    day = today(installation)
    known = introduce(installation, "Kestrel", size="small", region="asia_pacific", started_on="2024-02-01")
    publish(
        installation,
        *good_years(known.relationship_id, day, years=1),
        standing(known.relationship_id, rung="R3", last_contact_on=str(day), next_touch_due_on="2030-01-01"),
    )

    row, tier = row_of(installation, known), tier_of(installation, known.relationship_id)

    for name in ("score", "p", "lower", "upper", "tier", "tier_since", "unproven", "depth", "tenure_days", "as_of"):
        assert row[name] == tier[name]
    assert row["evidence_count"] == tier["evidence_count"]
    assert row["policy_version"] == 1
    assert (row["provider_name"], row["sponsor_name"]) == ("Kestrel", "Northwind")
    assert (row["size"], row["region"], row["rung"]) == ("small", "asia_pacific", "R3")
    assert (row["last_contact_on"], row["next_touch_due_on"]) == (str(day), "2030-01-01")
    assert (row["started_on"], row["is_restricted"]) == ("2024-02-01", False)


def test_change_is_since_the_last_quarters_end_and_twelve_months_are_shown(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation)
    publish(installation, *good_years(known.relationship_id, day, years=2))

    row = row_of(installation, known)

    quarter_starts_on = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    then = tier_of(installation, known.relationship_id, as_of=quarter_starts_on - timedelta(days=1))
    assert row["change"] == pytest.approx(row["score"] - then["score"], abs=1e-9)
    assert len(row["monthly_scores"]) == 12
    assert row["monthly_scores"][-1] == row["score"]
    month_end = day.replace(day=1) - timedelta(days=1)
    assert row["monthly_scores"][-2] == pytest.approx(
        tier_of(installation, known.relationship_id, as_of=month_end)["score"], abs=1e-9
    )


def portfolio_of_twelve(installation: InstallationUnderTest) -> str:
    """Twelve relationships of one owner, different in everything that a list sorts by, with ties and nulls."""
    owner_id, day = new_id(), today(installation)
    for i in range(12):
        known = introduce(
            installation, f"{'aBcD'[i % 4]}-works {i // 4}", owner_id=owner_id,
            size=("small", "mid", "large")[i % 3], region=("europe", "north_america")[i % 2],
        )  # fmt: skip
        if i % 3:
            words = ("below", "meets", "exceeds")
            publish(
                installation,
                *(interaction(known.relationship_id, day - timedelta(days=90 * j), words[i % 3]) for j in range(i)),
                standing(known.relationship_id, last_contact_on=str(day - timedelta(days=i // 2))),
            )
    return owner_id


def test_every_order_pages_through_every_row_once(installation: InstallationUnderTest) -> None:
    owner_id, client = portfolio_of_twelve(installation), installation.client("scorecards")

    def key_of(row: dict[str, Any], sort: str) -> Any:
        value = {"last_contact": row["last_contact_on"] or "", "name": row["provider_name"].casefold()}
        return (value.get(sort, row.get(sort)), row["relationship_id"])

    for sort in ("lower", "score", "change", "last_contact", "name"):
        ascending = listed(client, owner_id=owner_id, sort=sort, limit=5)
        descending = listed(client, owner_id=owner_id, sort="-" + sort, limit=5)

        assert len(ascending) == 12
        assert ascending == sorted(ascending, key=lambda row: key_of(row, sort))
        assert descending == ascending[::-1]
    assert listed(client, owner_id=owner_id) == listed(client, owner_id=owner_id, sort="-lower")


def test_filters_leave_what_they_name(installation: InstallationUnderTest) -> None:
    owner_id, client = portfolio_of_twelve(installation), installation.client("scorecards")
    every = listed(client, owner_id=owner_id)

    for name, value in (("size", "small"), ("region", "europe"), ("tier", "transactional")):
        found = listed(client, owner_id=owner_id, limit=2, **{name: value})
        assert found == [row for row in every if row[name] == value]
        assert found
    assert listed(client, owner_id=owner_id, tier="partnership") == []
    assert [row["provider_name"] for row in listed(client, owner_id=owner_id, q="b-WORKS", sort="name")] == [
        f"B-works {i}" for i in range(3)
    ]
    assert listed(client, owner_id=owner_id, q="%") == []


@pytest.mark.parametrize(
    "query", ["sort=colour", "tier=gold", "region=mars", "size=tiny", "owner_id=1", "limit=0", "limit=201", "after=x"]
)
def test_a_wrong_filter_is_refused_by_name(installation: InstallationUnderTest, query: str) -> None:
    answer = installation.client("scorecards").get("/v1/portfolio?" + query)

    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json()["errors"][0]["pointer"]


def test_a_renamed_provider_is_renamed_in_the_list_and_the_newest_name_stays(
    installation: InstallationUnderTest,
) -> None:
    known = introduce(installation, "Before")

    publish(installation, account(known.provider_id, "provider", "After", version=3, region="europe", size="large"))
    publish(installation, account(known.provider_id, "provider", "Between", version=2))

    row = row_of(installation, known)
    assert (row["provider_name"], row["size"]) == ("After", "large")


def test_names_that_come_after_their_relationship_are_filled_in(installation: InstallationUnderTest) -> None:
    known = Known(new_id(), new_id(), new_id(), new_id())
    publish(
        installation,
        standing(known.relationship_id, rung="R4"),
        relationship(known.relationship_id, known.sponsor_id, known.provider_id, owner_id=known.owner_id),
    )
    assert row_of(installation, known)["provider_name"] == ""

    publish(installation, account(known.provider_id, "provider", "Latecomer", region="europe"))

    row = row_of(installation, known)
    assert (row["provider_name"], row["region"], row["rung"]) == ("Latecomer", "europe", "R4")


def test_an_archived_relationship_leaves_the_list_and_keeps_its_tier(installation: InstallationUnderTest) -> None:
    known = introduce(installation, f"Archived {new_id()}")
    ends = (known.sponsor_id, known.provider_id)

    publish(installation, relationship(known.relationship_id, *ends, version=2, owner_id=known.owner_id, archived=True))

    assert listed(installation.client("scorecards"), owner_id=known.owner_id) == []
    assert tier_of(installation, known.relationship_id)["tier"] == "transactional"


def test_movements_are_those_whose_tier_differs_between_two_days(installation: InstallationUnderTest) -> None:
    known, still = introduce(installation), introduce(installation)
    day = today(installation)
    publish(installation, *good_years(known.relationship_id, day))
    path, client = "/v1/portfolio/movements", installation.client("scorecards")

    answer = client.get(path, params={"from": str(day - timedelta(days=700))})

    assert answer.status_code == 200
    assert answer.json()["to"] == str(day)
    moved = {row["relationship_id"]: row for row in answer.json()["items"]}
    assert still.relationship_id not in moved
    row = moved[known.relationship_id]
    then = tier_of(installation, known.relationship_id, as_of=day - timedelta(days=700))
    assert (row["from_tier"], row["to_tier"]) == (then["tier"], "partnership")
    assert client.get(path, params={"from": str(day), "to": str(day)}).json()["items"] == []
    assert client.get(path, params={"from": str(day + timedelta(days=1))}).status_code == 422
    assert client.get(path).status_code == 422


def summary(client: Client, **params: Any) -> dict[str, Any]:
    answer = client.get("/v1/portfolio/summary", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_summary_counts_what_the_list_has_and_hides_what_it_hides(installation: InstallationUnderTest) -> None:
    assert installation.stranger("scorecards").get("/v1/portfolio/summary").status_code == 401
    owner, name, day = somebody("viewer"), f"Summed {new_id()}", today(installation)
    hidden = introduce(installation, name, visibility="restricted", owner_id=owner.actor_id)
    strong = introduce(installation, name, region="europe")
    late = introduce(installation, name, region="europe")
    publish(
        installation,
        *good_years(strong.relationship_id, day, years=3),
        standing(late.relationship_id, next_touch_due_on=str(day - timedelta(days=1))),
        standing(strong.relationship_id, next_touch_due_on=str(day)),
    )

    seen, all_of_it = (
        summary(installation.client("scorecards"), q=name),
        summary(installation.client("scorecards", owner), q=name),
    )

    rows = listed(installation.client("scorecards"), q=name)
    assert sum(seen["by_tier"].values()) == len(rows) == 2
    assert seen["by_tier"] == {
        tier: sum(row["tier"] == tier for row in rows)
        for tier in ("transactional", "preferred", "strategic", "partnership")
    }
    assert seen["by_tier"]["transactional"] == 1
    assert seen["touches_overdue"] == 1
    assert hidden.owner_id not in seen["owner_ids"]
    assert {strong.owner_id, late.owner_id} <= set(seen["owner_ids"])
    assert sum(all_of_it["by_tier"].values()) == 3
    assert hidden.owner_id in all_of_it["owner_ids"]
    assert sum(summary(installation.client("scorecards"), q=name, region="asia_pacific")["by_tier"].values()) == 0
