"""Opening a period: one card per relationship and side, for whom, with which questions; what could not be opened."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards.scorecard_templates.tables import QuestionSet
from shared.ids import new_id
from tests.scorecards.breaking import refusing_a_card
from tests.scorecards.feeding import account, engagement, introduce, publish, relationship
from tests.scorecards.reviewing import (
    FULL,
    LATER,
    SHORT,
    cards_of,
    make_cycle,
    make_later,
    pointers,
    run_cycle,
    runs_of,
)
from tests.support.installation import InstallationUnderTest, somebody


def questions_of(installation: InstallationUnderTest, card: sa.RowMapping) -> dict[str, float]:
    table = QuestionSet.__table__
    with installation.product.databases["scorecards"].read() as tx:
        chosen = sa.select(table.c.questions).where(table.c.question_set_id == card["question_set_id"])
        return {question["attribute"]: question["importance"] for question in tx.run(chosen).scalar_one()}


def test_each_side_of_a_relationship_gets_its_card_and_it_is_announced(installation: InstallationUnderTest) -> None:
    known = introduce(installation, size="large", region="asia_pacific", sponsor_size="small")
    cycle = make_later(installation, [known.relationship_id], time_zone="Pacific/Kiritimati")

    run = run_cycle(installation, cycle, "2026-10-05")

    assert (run["created"], run["existing"], run["failed"], run["failures"]) == (2, 0, 0, [])
    assert run["period"] == {
        "name": "2026 Q3", "starts_on": "2026-07-01", "ends_on": "2026-09-30", "opens_on": "2026-09-30",
        "due_on": "2026-10-14",
    }  # fmt: skip
    theirs, ours = cards_of(installation, cycle)
    for card, side in ((theirs, "provider"), (ours, "sponsor")):
        assert (card["side"], card["status"], card["version"], card["revision"]) == (side, "draft", 1, 1)
        assert (card["opened_on"], card["due_on"]) == (date(2026, 9, 30), date(2026, 10, 14))
        assert card["reveals_at"] == datetime(2026, 10, 13, 10, tzinfo=UTC)
        assert card["profile"] == "small/asia_pacific/clinical_supply"
        assert (card["template_id"], card["template_version"]) == (FULL, 1)
        [event] = installation.announced("scorecards", card["scorecard_id"])
        assert event["type"] == "scorecards.scorecard_opened.v1"
        assert event["partitionkey"] == known.relationship_id
        assert event["data"] == {
            "epoch": 1, "id": card["scorecard_id"], "version": 1, "relationship_id": known.relationship_id,
            "review_cycle_id": cycle["id"], "side": side, "period_starts_on": "2026-07-01",
            "period_ends_on": "2026-09-30", "due_on": "2026-10-14", "status": "draft", "revision": 1,
        }  # fmt: skip
    assert len(questions_of(installation, ours)) == 30
    assert len(questions_of(installation, theirs)) == 20
    for card in (ours, theirs):
        assert sum(questions_of(installation, card).values()) == pytest.approx(1, abs=1e-12)


def test_content_that_is_not_there_yet_is_null_in_the_database(installation: InstallationUnderTest) -> None:
    """And no JSON null, which no `IS NULL` would find."""
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id])
    run_cycle(installation, cycle, "2026-10-05")

    columns = ("ratings", "results", "y_micro", "is_blind", "revealed_at")
    is_null = " AND ".join(f"{name} IS NULL" for name in columns)
    with installation.product.databases["scorecards"].read() as tx:
        counted = sa.text(f"SELECT count(*) FROM scorecard WHERE review_cycle_id = :id AND {is_null}")
        assert tx.run(counted.bindparams(id=cycle["id"])).scalar() == 2


def test_opened_again_there_is_nothing_new(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id])
    run_cycle(installation, cycle, "2026-10-05")
    before = cards_of(installation, cycle)

    again = run_cycle(installation, cycle, "2026-12-30")

    assert (again["created"], again["existing"], again["failed"]) == (0, 2, 0)
    assert cards_of(installation, cycle) == before
    assert [len(installation.announced("scorecards", card["scorecard_id"])) for card in before] == [1, 1]


@pytest.mark.parametrize(
    ("as_of", "name"),
    [("2026-09-29", "2026 Q2"), ("2026-09-30", "2026 Q3"), ("2026-12-30", "2026 Q3"), ("2020-02-29", "2019 Q4")],
)
def test_a_run_opens_the_newest_period_open_on_its_day(
    installation: InstallationUnderTest, as_of: str, name: str
) -> None:
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id], sides="sponsor")

    run = run_cycle(installation, cycle, as_of)

    assert (run["period"]["name"], run["as_of"], run["cause"], run["created"]) == (name, as_of, "request", 1)


@pytest.mark.parametrize("as_of", ["soon", None, 20260930, "1969-12-31", "2300-01-01"])
def test_a_run_without_a_proper_day_is_refused(installation: InstallationUnderTest, as_of: Any) -> None:
    cycle = make_later(installation, [new_id()])

    assert pointers(
        installation.client("scorecards").post(f"/v1/review-cycles/{cycle['id']}/runs", {"as_of": as_of})
    ) == ["/as_of"]
    assert runs_of(installation, cycle) == []


def test_a_run_sent_again_with_its_key_gives_the_same_answer(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id])
    client, headers = installation.client("scorecards"), {"idempotency-key": new_id()}
    path = f"/v1/review-cycles/{cycle['id']}/runs"

    first, again = (client.post(path, {"as_of": "2026-10-05"}, headers=headers) for _ in range(2))
    other = client.post(path, {"as_of": "2026-10-06"}, headers=headers)

    assert first.json() == again.json()
    assert first.json()["created"] == 2
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[-1]) == (422, "idempotency-key-reused")
    assert len(runs_of(installation, cycle)) == 1


@pytest.mark.parametrize(
    ("audience", "reviewed"),
    [
        ({"regions": ["europe"]}, {"plain", "famous"}),
        ({"sizes": ["large", "mid"]}, {"plain", "famous", "far"}),
        ({"regions": ["asia_pacific"], "sizes": ["large"]}, {"far"}),
        ({"tags": ["biologics"]}, {"famous", "small"}),
        ({"tags": ["sterile", "biologics"]}, {"famous", "small", "far"}),
        ({"tags": ["none has this"]}, set()),
        ({"owner_ids": ["OWNER"]}, {"small"}),
        ({"regions": ["europe"], "owner_ids": ["OWNER"]}, set()),
    ],
)
def test_the_audience_is_who_meets_every_filter(
    installation: InstallationUnderTest, audience: dict[str, list[str]], reviewed: set[str]
) -> None:
    owner = new_id()
    known = {
        "plain": introduce(installation),
        "famous": introduce(installation, tags=["biologics"]),
        "small": introduce(
            installation, size="small", region="rest_of_world", sponsor_tags=["biologics"], owner_id=owner
        ),
        "far": introduce(installation, size="large", region="asia_pacific", tags=["sterile", "vaccines"]),
    }
    every = [each.relationship_id for each in known.values()]
    filters = {name: [owner if value == "OWNER" else value for value in values] for name, values in audience.items()}
    cycle = make_cycle(installation, starts_on=LATER, sides="sponsor", audience=filters | {"relationship_ids": every})

    run = run_cycle(installation, cycle, "2026-10-05")

    found = {card["relationship_id"] for card in cards_of(installation, cycle)}
    assert {name for name, each in known.items() if each.relationship_id in found} == reviewed
    assert run["created"] == len(reviewed)


def test_a_tier_is_a_filter_too(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    chosen = {"relationship_ids": [known.relationship_id]}
    other = make_cycle(installation, starts_on=LATER, audience=chosen | {"tiers": ["preferred", "strategic"]})
    own = make_cycle(installation, starts_on=LATER, audience=chosen | {"tiers": ["transactional"]})

    assert run_cycle(installation, other, "2026-10-05")["created"] == 0
    assert run_cycle(installation, own, "2026-10-05")["created"] == 2


def test_archived_relationships_and_those_begun_later_are_left_out(installation: InstallationUnderTest) -> None:
    begun, later, gone = (introduce(installation, started_on=day) for day in ("2026-09-30", "2026-10-01", None))
    publish(installation, relationship(gone.relationship_id, gone.sponsor_id, gone.provider_id, 2, archived=True))
    cycle = make_later(installation, [each.relationship_id for each in (begun, later, gone)], sides="sponsor")

    run_cycle(installation, cycle, "2026-10-05")

    assert [card["relationship_id"] for card in cards_of(installation, cycle)] == [begun.relationship_id]


def test_the_newest_engagement_contracted_by_the_periods_end_gives_the_project_type(
    installation: InstallationUnderTest,
) -> None:
    known, none = introduce(installation, sponsor_size="large"), introduce(installation)
    publish(
        installation,
        engagement(known.relationship_id, "tech_transfer_scale_up", date(2025, 1, 1)),
        engagement(known.relationship_id, "packaging_logistics", date(2026, 8, 1)),
        engagement(known.relationship_id, "analytical", date(2026, 9, 1), archived=True),
        engagement(known.relationship_id, "analytical", date(2026, 10, 1)),
        engagement(known.relationship_id, "analytical", None),
    )
    ids = [known.relationship_id, none.relationship_id]
    by_engagement = make_later(installation, ids, sides="sponsor")
    by_cycle = make_later(installation, ids, sides="sponsor", project_type="early_development")

    run_cycle(installation, by_engagement, "2026-10-05")
    run_cycle(installation, by_cycle, "2026-10-05")

    assert {card["relationship_id"]: card["profile"] for card in cards_of(installation, by_engagement)} == {
        known.relationship_id: "large/europe/commercial_supply", none.relationship_id: "mid/europe/clinical_supply",
    }  # fmt: skip
    assert {card["profile"] for card in cards_of(installation, by_cycle)} == {
        "large/europe/early_development", "mid/europe/early_development",
    }  # fmt: skip


def test_the_first_rule_that_fits_the_profile_gives_the_template(installation: InstallationUnderTest) -> None:
    small, far, plain = (
        introduce(installation, sponsor_size="small"),
        introduce(installation, region="asia_pacific"),
        introduce(installation),
    )
    cycle = make_later(
        installation,
        [each.relationship_id for each in (small, far, plain)],
        sides="sponsor",
        template_rules=[
            {"sponsor_size": "small", "project_type": "commercial_supply", "template_id": FULL},
            {"sponsor_size": "small", "project_type": "clinical_supply", "template_id": SHORT},
            {"provider_region": "asia_pacific", "template_id": SHORT},
        ],
    )

    run_cycle(installation, cycle, "2026-10-05")

    assert {card["relationship_id"]: card["template_id"] for card in cards_of(installation, cycle)} == {
        small.relationship_id: SHORT, far.relationship_id: SHORT, plain.relationship_id: FULL,
    }  # fmt: skip
    assert {len(questions_of(installation, card)) for card in cards_of(installation, cycle)} == {8, 30}


def test_a_relationship_whose_accounts_are_not_known_yet_fails_alone(installation: InstallationUnderTest) -> None:
    known, orphan_id, sponsor_id, provider_id = introduce(installation), new_id(), new_id(), new_id()
    publish(installation, relationship(orphan_id, sponsor_id, provider_id), account(sponsor_id, "sponsor", "Northwind"))
    ids = [known.relationship_id, orphan_id]
    cycle = make_cycle(installation, starts_on=LATER, audience={"relationship_ids": ids, "regions": ["europe"]})

    run = run_cycle(installation, cycle, "2026-10-05")

    assert (run["created"], run["failed"]) == (2, 2)
    reason = "its sponsor or its provider is not known yet"
    assert run["failures"] == [
        {"relationship_id": orphan_id, "side": side, "reason": reason} for side in ("sponsor", "provider")
    ]
    publish(installation, account(provider_id, "provider", "Vialworks"))
    assert (again := run_cycle(installation, cycle, "2026-10-05"))["created"] == 2
    assert (again["existing"], again["failed"]) == (2, 0)


def test_one_bad_card_stops_no_other_and_its_reason_is_stored(installation: InstallationUnderTest) -> None:
    known = sorted(introduce(installation).relationship_id for _ in range(3))
    cycle = make_later(installation, known)

    with refusing_a_card(installation, known[1], "provider"):
        run = run_cycle(installation, cycle, "2026-10-05")

    assert (run["created"], run["existing"], run["failed"]) == (5, 0, 1)
    [failure] = run["failures"]
    assert (failure["relationship_id"], failure["side"]) == (known[1], "provider")
    assert "this one is refused" in failure["reason"]
    found = cards_of(installation, cycle)
    assert len(found) == 5
    assert all(len(installation.announced("scorecards", card["scorecard_id"])) == 1 for card in found)
    assert all(questions_of(installation, card) for card in found)
    [kept] = runs_of(installation, cycle)
    assert kept == run
    assert run_cycle(installation, cycle, "2026-10-05")["created"] == 1


def test_failures_name_only_relationships_that_the_reader_may_read(installation: InstallationUnderTest) -> None:
    owner = somebody("reviewer")
    hidden = new_id()
    publish(installation, relationship(hidden, new_id(), new_id(), visibility="restricted", owner_id=owner.actor_id))
    cycle = make_later(installation, [hidden], sides="sponsor")

    def seen(actor: Any) -> list[int]:
        client, path = installation.client("scorecards", actor), f"/v1/review-cycles/{cycle['id']}"
        runs = [client.get(f"{path}/runs").json()["items"][0], client.get(path).json()["last_run"]]
        assert [run["failed"] for run in runs] == [1, 1]
        return [len(run["failures"]) for run in runs]

    run_cycle(installation, cycle, "2026-10-05")

    assert seen(somebody("manager")) == [0, 0]
    assert seen(owner) == [1, 1]
    assert seen(somebody("admin")) == [1, 1]


def test_runs_come_newest_first_in_pages_and_the_cycle_knows_its_last(installation: InstallationUnderTest) -> None:
    cycle = make_later(installation, [new_id()])
    made = [run_cycle(installation, cycle, day)["id"] for day in ("2026-01-01", "2026-04-01", "2026-07-01")]
    client = installation.client("scorecards")

    first = client.get(f"/v1/review-cycles/{cycle['id']}/runs?limit=2").json()
    rest = client.get(f"/v1/review-cycles/{cycle['id']}/runs?limit=2&after={first['next']}").json()

    assert [run["id"] for run in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert client.get(f"/v1/review-cycles/{cycle['id']}").json()["last_run"]["id"] == made[-1]
    run = first["items"][0]
    took = datetime.fromisoformat(run["finished_at"]) - datetime.fromisoformat(run["started_at"])
    assert timedelta(0) < took < timedelta(seconds=30)


def test_cards_keep_what_the_cycle_said_when_they_opened(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    cycle = make_later(installation, [known.relationship_id], sides="sponsor")
    run_cycle(installation, cycle, "2026-06-30")
    changed = {"template_id": SHORT, "sides": "both", "due_days_after_end": 30}
    client = installation.client("scorecards")
    answer = client.patch(f"/v1/review-cycles/{cycle['id']}", changed, headers={"if-match": '"1"'})
    assert answer.status_code == 200

    run_cycle(installation, cycle, "2026-09-30")

    old, *new = cards_of(installation, cycle)
    assert (old["template_id"], old["due_on"]) == (FULL, date(2026, 7, 14))
    assert [(card["template_id"], card["due_on"]) for card in new] == [(SHORT, date(2026, 10, 30))] * 2
