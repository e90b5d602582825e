"""One timeline over every service, and the page that begins with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.aggregates.timeline import Span, merge
from services.gateway.upstream import InProcess, Reply, Request
from shared.db.keyset import decode_cursor
from shared.errors import Unavailable
from shared.ids import new_id
from tests.gateway.conftest import Related
from tests.support.installation import ApiClient, InstallationUnderTest

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Entry = dict[str, Any]


@pytest.fixture
def api(installation: InstallationUnderTest) -> ApiClient:
    return installation.api()


@pytest.fixture
def busy(installation: InstallationUnderTest, related: Related, api: ApiClient) -> str:
    """A relationship with nine interactions and deliveries, some at one instant, and the tiers that follow."""
    relationship_id = related(api, started_on="2023-01-01")
    for day in range(12):
        on = f"2025-{day % 6 + 1:02}-03"
        delivery = {"relationship_id": relationship_id, "promised_on": on, "delivered_on": on}
        assert api.post("/api/v1/deliveries", delivery).status_code == 201
        call = {"relationship_id": relationship_id, "kind": "call", "occurred_at": on + "T00:00:00Z", "summary": "x"}
        assert api.post("/api/v1/interactions", call | {"experience": "exceeds"}).status_code == 201
    installation.wait_until_applied()
    return relationship_id


def timeline(api: ApiClient, relationship_id: str, **query: Any) -> dict[str, Any]:
    answer = api.get(f"/api/v1/relationships/{relationship_id}/timeline", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("part", ["overview", "timeline", "propagation"])
def test_what_is_hidden_has_no_pages(
    installation: InstallationUnderTest, related: Related, api: ApiClient, part: str
) -> None:
    hidden = related(installation.api(), visibility="restricted")
    installation.wait_until_applied()

    answers = [api.get(f"/api/v1/relationships/{id}/{part}") for id in (hidden, new_id())]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(hidden, "")[:120] for answer in answers}) == 1


def test_the_pages_of_a_timeline_are_its_whole_in_both_directions(api: ApiClient, busy: str) -> None:
    whole = timeline(api, busy, limit=200)["items"]
    assert {entry["kind"] for entry in whole} >= {"interaction", "delivery", "tier_change"}
    assert whole == sorted(whole, key=lambda entry: (entry["at"], entry["id"]), reverse=True)

    pages = [timeline(api, busy, limit=4)]
    assert pages[0]["previous"] is None
    while pages[-1]["next"] is not None:
        pages.append(timeline(api, busy, limit=4, after=pages[-1]["next"]))
    assert [entry for page in pages for entry in page["items"]] == whole

    back = [pages[-1]]
    while back[-1]["previous"] is not None:
        back.append(timeline(api, busy, limit=4, before=back[-1]["previous"]))
    assert [entry for page in reversed(back) for entry in page["items"]] == whole


def test_effects_add_up_to_what_the_score_is_made_of(api: ApiClient, busy: str) -> None:
    entries = timeline(api, busy, limit=200)["items"]
    tier = api.get(f"/api/v1/relationships/{busy}/tier").json()

    effects = [entry["effect"] for entry in entries if entry["effect"] is not None]

    assert len(effects) == 24
    assert sum(effects) == pytest.approx(tier["score"] - 70)
    assert all(entry["effect"] is None for entry in entries if entry["kind"] == "tier_change")


def test_a_timeline_is_filtered_by_kind_across_services(api: ApiClient, busy: str) -> None:
    for kinds in (["interaction"], ["tier_change"], ["tier_change", "delivery"]):
        found = timeline(api, busy, kind=kinds, limit=200)["items"]
        assert found
        assert {entry["kind"] for entry in found} == set(kinds)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [({"kind": "gossip"}, "kind"), ({"after": "x"}, "after"), ({"before": "x"}, "before"), ({"limit": 0}, "limit")],
)
def test_a_wrong_question_is_refused_where_it_is_wrong(
    api: ApiClient, busy: str, query: dict[str, Any], pointer: str
) -> None:
    answer = api.get(f"/api/v1/relationships/{busy}/timeline", params=query)

    assert answer.status_code == 422
    assert pointer in answer.json()["errors"][0]["pointer"]


def test_after_and_before_do_not_go_together(api: ApiClient, busy: str) -> None:
    cursor = timeline(api, busy, limit=1)["next"]

    answer = api.get(f"/api/v1/relationships/{busy}/timeline", params={"after": cursor, "before": cursor})

    assert answer.status_code == 422


def test_the_overview_has_every_part(api: ApiClient, busy: str) -> None:
    overview = api.get(f"/api/v1/relationships/{busy}/overview").json()

    assert overview["missing"] == []
    assert overview["relationship"] == api.get(f"/api/v1/relationships/{busy}").json()
    assert overview["tier"] == api.get(f"/api/v1/relationships/{busy}/tier").json()
    assert overview["ladder"] == api.get(f"/api/v1/relationships/{busy}/ladder").json()
    assert overview["latest"] == timeline(api, busy, limit=5)["items"]


@pytest.mark.parametrize(
    ("away", "missing"), [("scorecards", ["tier", "latest"]), ("engagements", ["ladder", "latest"])]
)
def test_a_service_that_is_away_leaves_its_part_out(
    api: ApiClient, busy: str, monkeypatch: pytest.MonkeyPatch, away: str, missing: list[str]
) -> None:
    send = InProcess.send
    gone = api.installation.product.apps[away]

    async def answer(self: InProcess, request: Request) -> Reply:
        if self._app is gone:
            raise Unavailable()
        return await send(self, request)

    monkeypatch.setattr(InProcess, "send", answer)

    overview = api.get(f"/api/v1/relationships/{busy}/overview")

    assert overview.status_code == 200
    assert overview.json()["missing"] == missing
    assert overview.json()["relationship"]["id"] == busy
    assert api.get(f"/api/v1/relationships/{busy}/timeline").status_code == 503


def entries(*minutes: int) -> list[Entry]:
    return [{"id": new_id(), "at": (BEGIN + timedelta(minutes=minute)).isoformat()} for minute in minutes]


def ordered(found: list[Entry]) -> list[Entry]:
    return sorted(found, key=lambda entry: (entry["at"], entry["id"]), reverse=True)


def part(source: list[Entry], span: Span) -> list[Entry]:
    """What a source answers for a span: the model that the real ones are tested against above."""

    def place(cursor: str) -> tuple[str, str]:
        at, id = decode_cursor(cursor, [datetime, str])
        return at.isoformat(), id

    newest_first = ordered(source)
    if span.before is not None:
        return [entry for entry in newest_first if (entry["at"], entry["id"]) > place(span.before)][-span.most :]
    if span.after is not None:
        newest_first = [entry for entry in newest_first if (entry["at"], entry["id"]) < place(span.after)]
    return newest_first[: span.most]


@settings(deadline=None)
@given(
    sources=st.lists(st.lists(st.integers(0, 6), max_size=12), min_size=1, max_size=3),
    limit=st.integers(1, 7),
)
def test_merging_pages_forward_and_back_loses_and_repeats_nothing(sources: list[list[int]], limit: int) -> None:
    told = [entries(*minutes) for minutes in sources]
    whole = ordered([entry for source in told for entry in source])

    def page(after: str | None, before: str | None) -> Any:
        span = Span((), after, before, limit)
        return merge([part(source, span) for source in told], span)

    pages = [page(None, None)]
    while pages[-1].next is not None:
        pages.append(page(pages[-1].next, None))
    assert [entry for one in pages for entry in one.items] == whole
    assert all(len(one.items) == limit for one in pages[:-1])

    back = [pages[-1]]
    while back[-1].previous is not None:
        back.append(page(None, back[-1].previous))
    assert [entry for one in reversed(back) for entry in one.items] == whole
