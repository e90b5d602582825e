"""Reading the tier of a relationship."""

import math
from datetime import date, timedelta
from decimal import Decimal, localcontext

import pytest

from shared.ids import new_id
from tests.scorecards.feeding import (
    delivery,
    good_years,
    interaction,
    introduce,
    publish,
    relationship,
    tier_of,
    today,
)
from tests.support.installation import InstallationUnderTest, somebody


def test_without_an_actor_token_no_tier_is_read(installation: InstallationUnderTest) -> None:
    answer = installation.stranger("scorecards").get(f"/v1/relationships/{new_id()}/tier")

    assert answer.status_code == 401


def test_an_unknown_and_a_hidden_relationship_answer_the_same(installation: InstallationUnderTest) -> None:
    known = introduce(installation, visibility="restricted")
    client = installation.client("scorecards", somebody("manager"))

    for route in ("tier", "tier/history", "timeline-entries", f"effects?source_id={new_id()}"):
        hidden = client.get(f"/v1/relationships/{known.relationship_id}/{route}")
        unknown_id = new_id()
        unknown = client.get(f"/v1/relationships/{unknown_id}/{route}")

        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json()["type"].endswith("/relationship-not-found")
        assert hidden.json()["relationship_id"] == known.relationship_id
        assert hidden.content.replace(known.relationship_id.encode(), b"") == unknown.content.replace(
            unknown_id.encode(), b""
        )


def test_the_team_and_admins_read_a_restricted_relationship(installation: InstallationUnderTest) -> None:
    member = somebody("viewer")
    known = introduce(installation, visibility="restricted", owner_id=member.actor_id)
    path = f"/v1/relationships/{known.relationship_id}/tier"

    assert installation.client("scorecards", member).get(path).status_code == 200
    assert installation.client("scorecards", somebody("admin")).get(path).status_code == 200


def test_the_provider_side_reads_only_where_it_is_on_the_team(installation: InstallationUnderTest) -> None:
    member, other = somebody("viewer", "provider"), somebody("admin", "provider")
    owner_id = new_id()
    known = introduce(installation, owner_id=owner_id, team=[owner_id, member.actor_id])
    path = f"/v1/relationships/{known.relationship_id}/tier"

    assert installation.client("scorecards", other).get(path).status_code == 404
    assert installation.client("scorecards", member).get(path).status_code == 200


def test_a_relationship_of_unknown_visibility_is_hidden_even_from_admins(installation: InstallationUnderTest) -> None:
    relationship_id = new_id()
    publish(installation, interaction(relationship_id, today(installation)))
    path = f"/v1/relationships/{relationship_id}/tier"

    assert installation.client("scorecards", somebody("admin")).get(path).status_code == 404

    publish(installation, relationship(relationship_id, new_id(), new_id()))
    assert tier_of(installation, relationship_id)["evidence_count"] == 1


def test_a_new_team_decides_who_reads(installation: InstallationUnderTest) -> None:
    before, after = somebody("viewer"), somebody("viewer")
    known = introduce(installation, visibility="restricted", owner_id=before.actor_id)
    path = f"/v1/relationships/{known.relationship_id}/tier"

    ends = (known.sponsor_id, known.provider_id)
    moved = {"owner_id": after.actor_id, "visibility": "restricted"}
    publish(installation, relationship(known.relationship_id, *ends, version=3, **moved))
    publish(installation, relationship(known.relationship_id, *ends, version=2, owner_id=before.actor_id))

    assert installation.client("scorecards", before).get(path).status_code == 404
    assert installation.client("scorecards", after).get(path).status_code == 200


def test_without_evidence_the_prior_is_shown_as_unproven(installation: InstallationUnderTest) -> None:
    known = introduce(installation)

    tier = tier_of(installation, known.relationship_id)

    assert tier["p"] == 0.7
    assert tier["score"] == 70.0
    assert tier["tier"] == "transactional"
    assert tier["unproven"] is True
    assert tier["evidence_count"] == 0
    assert tier["tier_since"] is None
    assert tier["contributions"] == {"by_kind": [], "items": [], "next": None}
    assert tier["forecast"] is None
    assert installation.announced("scorecards", known.relationship_id) == []


def test_one_item_moves_the_score_by_the_formula_and_is_announced(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    on = today(installation) - timedelta(days=45)
    logged = interaction(known.relationship_id, on)

    publish(installation, logged)

    tier = tier_of(installation, known.relationship_id)
    with localcontext(prec=40):
        n = Decimal(2) ** (Decimal(-45) / 180)
        p = (Decimal("1.4") + n) / (2 + n)
        lower = p - Decimal("1.2815515655446004") * (p * (1 - p) / (3 + n)).sqrt()
        depth = Decimal(2) ** (Decimal(-45) / 1460)
    assert tier["p"] == pytest.approx(float(p), abs=1e-12)
    assert tier["score"] == 100 * tier["p"]
    assert tier["lower"] == pytest.approx(float(lower), abs=1e-12)
    assert tier["depth"] == pytest.approx(float(depth), abs=1e-12)
    assert tier["tenure_days"] == 45
    [item] = tier["contributions"]["items"]
    assert item["on"] == str(on)
    assert item["contribution"] == pytest.approx(tier["p"] - 0.7, abs=1e-12)
    [event] = installation.announced("scorecards", known.relationship_id)
    assert event["type"] == "scorecards.score_changed.v1"
    assert event["data"]["from"] == 70.0
    assert event["data"]["to"] == event["data"]["score"] == tier["score"]
    assert event["data"]["relationship_id"] == known.relationship_id
    assert event["data"]["as_of"] == str(today(installation))
    assert event["data"]["policy_version"] == 1
    assert event["data"]["caused_by"] == {
        "cause": "evidence", "source_kind": "interaction", "source_id": item["source_id"]
    }  # fmt: skip


def test_a_long_good_record_earns_partnership_and_says_so(installation: InstallationUnderTest) -> None:
    known = introduce(installation)

    publish(installation, *good_years(known.relationship_id, today(installation)))

    tier = tier_of(installation, known.relationship_id)
    assert tier["tier"] == "partnership"
    assert tier["next_tier"] is None
    assert tier["forecast"]["tier"] in ("strategic", "preferred", "transactional")
    assert tier["forecast"]["on"] > str(today(installation))
    assert tier["unproven"] is False
    tiers = [
        e["data"] for e in installation.announced("scorecards", known.relationship_id) if "tier_changed" in e["type"]
    ]
    assert tiers[0]["from"] == "transactional"
    assert [each["to"] for each in tiers][-1] == "partnership"


def test_what_it_would_take_names_every_gate(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    publish(installation, *good_years(known.relationship_id, today(installation), years=1, every_days=20))

    nearest = tier_of(installation, known.relationship_id)["next_tier"]

    assert [gate["gate"] for gate in nearest["gates"]] == ["lower", "p", "depth", "tenure_days"]
    assert any(not gate["met"] for gate in nearest["gates"])
    assert nearest["needs_item"] is True
    assert nearest["earliest_on"] >= str(today(installation))


def test_the_past_is_read_by_the_days_of_events_whenever_they_were_applied(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    end = today(installation) - timedelta(days=400)
    publish(installation, *good_years(known.relationship_id, end, years=1))
    before = tier_of(installation, known.relationship_id, as_of=end)

    late = interaction(known.relationship_id, end - timedelta(days=30), "below")
    publish(installation, late, interaction(known.relationship_id, end + timedelta(days=1)))
    after = tier_of(installation, known.relationship_id, as_of=end)

    assert after["as_of"] == str(end)
    assert after["evidence_count"] == before["evidence_count"] + 1
    assert after["p"] < before["p"]
    assert tier_of(installation, known.relationship_id)["evidence_count"] == before["evidence_count"] + 2


def test_a_future_day_fades_what_there_is(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    publish(installation, *good_years(known.relationship_id, today(installation), years=1))

    now, later = (
        tier_of(installation, known.relationship_id, as_of=today(installation) + timedelta(days=ahead))
        for ahead in (0, 730)
    )

    assert later["evidence_count"] == now["evidence_count"]
    assert 0.7 < later["p"] < now["p"]
    assert later["depth"] < now["depth"]


@pytest.mark.parametrize("as_of", ["1969-12-31", "2999-01-01", "never", "2026-13-01"])
def test_a_day_out_of_bounds_is_refused_by_name(installation: InstallationUnderTest, as_of: str) -> None:
    known = introduce(installation)

    answer = installation.client("scorecards").get(f"/v1/relationships/{known.relationship_id}/tier?as_of={as_of}")

    assert answer.status_code == 422
    assert "as_of" in answer.json()["errors"][0]["pointer"]


def test_the_contributions_page_largest_first_and_add_up(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    start = today(installation) - timedelta(days=200)
    publish(
        installation,
        *(interaction(known.relationship_id, start + timedelta(days=i), ("below", "meets")[i % 2]) for i in range(25)),
        *(delivery(known.relationship_id, start, start) for _ in range(6)),
    )
    tier = tier_of(installation, known.relationship_id, contributions_limit=10)

    items, following = list(tier["contributions"]["items"]), tier["contributions"]["next"]
    while following is not None:
        page = tier_of(installation, known.relationship_id, contributions_limit=10, after=following)["contributions"]
        assert len(page["items"]) <= 10
        items, following = items + page["items"], page["next"]

    assert len({item["source_id"] for item in items}) == len(items) == 31
    weights = [abs(item["contribution"]) for item in items]
    assert weights == sorted(weights, reverse=True)
    assert math.fsum(item["contribution"] for item in items) == pytest.approx(tier["p"] - 0.7, abs=1e-12)
    kinds = {kind["kind"]: kind for kind in tier["contributions"]["by_kind"]}
    assert kinds["delivery"]["items"] == 6
    assert kinds["interaction"]["items"] == 25
    assert math.fsum(k["good"] + k["bad"] for k in kinds.values()) == pytest.approx(tier["p"] - 0.7, abs=1e-12)


def test_a_broken_cursor_is_refused(installation: InstallationUnderTest) -> None:
    known = introduce(installation)

    answer = installation.client("scorecards").get(f"/v1/relationships/{known.relationship_id}/tier?after=nonsense")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "after"


def test_the_history_shows_the_course_and_what_changed_the_tier(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    end = today(installation) - timedelta(days=900)
    publish(installation, *good_years(known.relationship_id, end))
    path = f"/v1/relationships/{known.relationship_id}/tier/history"

    history = installation.client("scorecards").get(path).json()

    assert history["step"] == "week"
    assert history["to"] == history["points"][-1]["on"] == str(today(installation))
    assert history["from"] == history["points"][0]["on"]
    assert [change["to_tier"] for change in history["changes"]][:3] == ["preferred", "strategic", "partnership"]
    assert history["changes"][0]["cause"] == "evidence"
    assert history["changes"][0]["source_kind"] == "delivery"
    assert history["changes"][-1]["cause"] == "review"
    on = history["points"][40]["on"]
    at = tier_of(installation, known.relationship_id, as_of=on)
    assert history["points"][40]["tier"] == at["tier"]
    assert history["points"][40]["p"] == pytest.approx(at["p"], abs=1e-9)


def test_the_history_refuses_more_points_than_it_draws(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    path = f"/v1/relationships/{known.relationship_id}/tier/history?from=1970-01-01"
    client = installation.client("scorecards")

    assert client.get(path + "&step=day").status_code == 422
    months = client.get(path).json()
    assert months["step"] == "month"
    assert len(months["points"]) < 1500
    assert [point["on"] for point in months["points"][:3]] == ["1970-01-01", "1970-01-31", "1970-02-28"]
    assert client.get(path + "&to=1969-01-01").status_code == 422
    assert client.get(path.replace("1970-01-01", "2020-01-02") + "&to=2020-01-01").status_code == 422


def test_the_timeline_has_each_change_of_the_tier_under_a_lasting_id(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    publish(installation, *good_years(known.relationship_id, today(installation)))
    path = f"/v1/relationships/{known.relationship_id}/timeline-entries"
    client = installation.client("scorecards")

    entries = client.get(path).json()["items"]

    assert [entry["to_tier"] for entry in entries] == ["partnership", "strategic", "preferred"]
    assert entries == client.get(path).json()["items"]
    first, second, third = entries
    assert date.fromisoformat(first["at"][:10]) == date.fromisoformat(first["on"])
    position = {"after_at": first["at"], "after_id": first["id"], "limit": 1}
    assert client.get(path, params=position).json()["items"] == [second]
    position = {"before_at": third["at"], "before_id": third["id"], "limit": 1}
    assert client.get(path, params=position).json()["items"] == [second]
    assert client.get(path, params={"limit": 2}).json()["items"] == [first, second]
    assert client.get(path, params={"kind": "tier_change", "limit": 1}).json()["items"] == [first]
    assert client.get(path, params={"after_at": first["at"]}).status_code == 422


def test_effects_are_the_contributions_today_in_points(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    publish(
        installation,
        interaction(known.relationship_id, today(installation)),
        interaction(known.relationship_id, today(installation), "below"),
        interaction(known.relationship_id, today(installation), None),
    )
    [first, second] = tier_of(installation, known.relationship_id)["contributions"]["items"]
    path = f"/v1/relationships/{known.relationship_id}/effects"

    found = (
        installation.client("scorecards")
        .get(path, params={"source_id": [first["source_id"], new_id()]})
        .json()["items"]
    )

    assert found == [
        {"source_kind": "interaction", "source_id": first["source_id"], "effect": 100 * first["contribution"]}
    ]
    assert second["source_id"] != first["source_id"]
    assert installation.client("scorecards").get(path).status_code == 422
