"""Filling an empty installation with the demo portfolio."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.engagements.service import lapse
from services.gateway.demo.load import fill, load
from services.gateway.demo.people import ACTOR
from services.gateway.demo.records import Story
from services.gateway.demo.reviews import review
from services.gateway.demo.story import write_story
from services.gateway.imports.service_client import Send, ServiceClient
from services.scorecards.scoring.tiers import fold
from services.scorecards.verification import verify_scores
from shared.clock import utc_day
from tests.conftest import urls
from tests.support.demo_evidence import POLICY, items
from tests.support.installation import InstallationUnderTest

SHORT = ("wrenfield:redthorn", "wrenfield:lanyang", "pinecrag:ilvessuo", "wrenfield:tarnholt-skive")


def short_story(today: date) -> Story:
    """A few relationships of the whole: a newcomer, one without work yet, one that went bad, a restricted one."""
    story = write_story(today)
    relationships = tuple(one for one in story.relationships if one.key in SHORT)
    keys = {key for one in relationships for key in (one.sponsor, one.provider)}
    keys |= {account.parent for account in story.accounts if account.key in keys and account.parent}
    return replace(
        story,
        accounts=tuple(account for account in story.accounts if account.key in keys),
        contacts=tuple(contact for contact in story.contacts if contact.account in keys),
        relationships=relationships,
    )


@contextmanager
def sending(installation: InstallationUnderTest) -> Iterator[Send]:
    with ServiceClient(installation.product.upstreams(), lambda: ACTOR) as send:
        yield send


def today_in(installation: InstallationUnderTest) -> date:
    return utc_day(installation.clock())


def get_all(send: Send, service: str, path: str, **params: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        status, page = send(service, "GET", path, params={"limit": "200", **params, **after})
        assert status == 200, page
        found += page["items"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def events_of(installation: InstallationUnderTest) -> dict[str, int]:
    """How many events each service that keeps records has announced."""
    installation.wait_until_applied()
    counts = {}
    for service in ("accounts", "engagements"):
        with installation.product.databases[service].read() as tx:
            tables = [tx.table(name) for name in ("outbox", "outbox_archive")]
            counts[service] = sum(tx.run(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in tables)
    return counts


def test_an_installation_with_an_account_of_its_own_gets_no_demo(fresh_installation: InstallationUnderTest) -> None:
    own = fresh_installation.client("accounts").post("/v1/accounts", {"name": "Ours", "kind": "sponsor"})

    with sending(fresh_installation) as send:
        assert fill(send, today_in(fresh_installation), write=short_story) is False
        accounts = get_all(send, "accounts", "/v1/accounts", archived="true")

    assert [account["id"] for account in accounts] == [own.json()["id"]]


def test_the_demo_fills_an_empty_installation_and_a_second_load_changes_nothing(
    fresh_installation: InstallationUnderTest,
) -> None:
    story = short_story(today_in(fresh_installation))

    with sending(fresh_installation) as send:
        assert fill(send, story.today, write=short_story) is True
        announced = events_of(fresh_installation)

        accounts = get_all(send, "accounts", "/v1/accounts")
        assert accounts == get_all(send, "accounts", "/v1/accounts", tag="demo")
        assert all(account["name"].endswith("(demo)") for account in accounts if account["kind"] != "provider")
        deliveries = get_all(send, "engagements", "/v1/deliveries")
        interactions = get_all(send, "engagements", "/v1/interactions")
        assert len(deliveries) == sum(len(one.deliveries) for one in story.relationships)
        assert Counter(each["summary"] for each in interactions) == Counter(
            each.summary for one in story.relationships for each in one.interactions
        )
        assert {each["status"] for each in deliveries} >= {"open", "delivered", "cancelled"}
        portfolio = get_all(send, "scorecards", "/v1/portfolio")
        assert Counter(row["tier"] for row in portfolio) == Counter(
            fold(list(items(one, story.today)), POLICY, story.today).tier.value for one in story.relationships
        )
        assert {row["rung"] for row in portfolio} == {"R0", "R1", "R2", "R5"}

        assert fill(send, story.today, write=short_story) is False
        load(send, story)

    assert events_of(fresh_installation) == announced


def test_both_sides_review_two_quarters_of_the_demo_and_a_second_run_changes_nothing(
    fresh_installation: InstallationUnderTest,
) -> None:
    story = short_story(today_in(fresh_installation))
    upstreams = fresh_installation.product.upstreams()

    def versions() -> dict[str, tuple[int, str]]:
        return {card["id"]: (card["version"], card["status"]) for card in get_all(send, "scorecards", "/v1/scorecards")}

    with ServiceClient(upstreams, lambda: ACTOR) as send:
        load(send, story)
        fresh_installation.wait_until_applied()
        before = sum(row["evidence_count"] for row in get_all(send, "scorecards", "/v1/portfolio"))
        send.wait_for(review(upstreams, ACTOR, story.today, threading.Event()))
        fresh_installation.wait_until_applied()
        first = versions()
        cards = get_all(send, "scorecards", "/v1/scorecards")
        send.wait_for(review(upstreams, ACTOR, story.today, threading.Event()))
        assert versions() == first

        [cycle] = get_all(send, "scorecards", "/v1/review-cycles")
        assert len({card["period_ends_on"] for card in cards}) == 2
        assert {card["side"] for card in cards if card["status"] == "published"} == {"sponsor", "provider"}
        portfolio = get_all(send, "scorecards", "/v1/portfolio")
        published = [card for card in cards if card["status"] in ("published", "disputed")]
        assert sum(row["evidence_count"] for row in portfolio) == before + len(published)

        fresh_installation.client("scorecards", ACTOR).delete(
            f"/v1/review-cycles/{cycle['id']}", headers={"If-Match": f'"{cycle["version"]}"'}
        )
        send.wait_for(review(upstreams, ACTOR, story.today, threading.Event()))
        assert get_all(send, "scorecards", "/v1/review-cycles") == []
    checked = verify_scores(fresh_installation.product.databases["scorecards"], fresh_installation.product.bus)
    assert [check for check in checked if check.wrong] == []


def test_an_interrupted_load_goes_on_as_of_the_day_on_which_it_began(
    fresh_installation: InstallationUnderTest,
) -> None:
    began_on = today_in(fresh_installation)
    story = short_story(began_on)
    later = began_on + timedelta(3)

    with sending(fresh_installation) as send:
        for answered in (3, 30, 30, 30, 30):
            with pytest.raises(ConnectionAbortedError):
                fill(broken_after(answered, send), later if answered > 3 else began_on, write=short_story)
        assert fill(send, later, write=short_story) is True

        contacts = get_all(send, "accounts", "/v1/contacts")
        assert sorted(each["email"] for each in contacts) == sorted(each.email for each in story.contacts)
        engagements = get_all(send, "engagements", "/v1/engagements")
        assert sorted(each["name"] for each in engagements) == sorted(
            each.name for one in story.relationships for each in one.engagements
        )
        assert {each["stage"] for each in engagements} == {
            each.stages[-1].stage for one in story.relationships for each in one.engagements
        }
        milestones = get_all(send, "engagements", "/v1/milestones")
        assert Counter((each["name"], each["completed_on"]) for each in milestones) == Counter(
            (each.name, each.completed_on and each.completed_on.isoformat())
            for one in story.relationships
            for engagement in one.engagements
            for each in engagement.milestones
        )
        for path, expected in (
            ("interactions", sum(len(one.interactions) for one in story.relationships)),
            ("deliveries", sum(len(one.deliveries) for one in story.relationships)),
            ("actions", sum(len(one.actions) for one in story.relationships)),
            ("issues", sum(len(one.issues) for one in story.relationships)),
        ):
            assert len(get_all(send, "engagements", f"/v1/{path}")) == expected


def broken_after(answered: int, send: Send) -> Send:
    """The connection of a process that ends after so many answered writes, one more recorded but not answered."""
    left = answered

    def call(service: str, method: str, path: str, **options: Any) -> tuple[int, Any]:
        nonlocal left
        answer = send(service, method, path, **options)
        left -= method == "POST" and answer[0] < 300
        if left < 0:
            raise ConnectionAbortedError
        return answer

    return call


@pytest.mark.slow
def test_the_services_accept_the_whole_demo_and_score_it_as_the_story_says(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with (
        InstallationUnderTest(*urls("embedded", tmp_path, request), tmp_path) as installation,
        sending(installation) as send,
    ):
        story = write_story(today_in(installation))

        assert fill(send, story.today) is True
        lapse(installation.product.databases["engagements"], installation.clock())  # as the schedule does
        installation.wait_until_applied(timeout_s=60)
        rows = {row["relationship_id"]: row for row in get_all(send, "scorecards", "/v1/portfolio")}
        relationships = {one["id"]: one for one in get_all(send, "accounts", "/v1/relationships")}
        keys = {one["id"]: one["external_ids"]["demo"] for one in get_all(send, "accounts", "/v1/accounts")}

    expected = {one.key: fold(list(items(one, story.today)), POLICY, story.today) for one in story.relationships}
    shown = {f"{keys[one['sponsor_id']]}:{keys[one['provider_id']]}": rows[id] for id, one in relationships.items()}
    assert {key: row["p"] for key, row in shown.items()} == {key: fold.reading.p for key, fold in expected.items()}
    assert {key: row["tier"] for key, row in shown.items()} == {key: fold.tier for key, fold in expected.items()}
