"""What was made, changed or archived a moment ago is used as it is, or refused for now: never answered wrongly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.gateway.http import replica_wait
from tests.gateway.conftest import Related
from tests.gateway.test_replica_wait import paused
from tests.support.installation import ApiClient, InstallationUnderTest

ROUNDS = 6
Record = dict[str, Any]


@pytest.fixture
def api(installation: InstallationUnderTest) -> ApiClient:
    return installation.api()


def post(api: ApiClient, path: str, body: Any = None, status: int = 201) -> Record:
    answer = api.post(f"/api/v1/{path}", body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def opened_card(installation: InstallationUnderTest, api: ApiClient, relationship_id: str) -> Record:
    """The provider's card of a quarter that is over."""
    cycle = {
        "name": "Quarterly", "time_zone": "UTC", "template_id": "019aa000-0000-7000-8000-000000000002",
        "sides": ["provider"], "audience": {"relationship_ids": [relationship_id]},
        "raters": {"provider": {"contact_functions": ["quality"]}},
    }  # fmt: skip
    cycle_id = post(api, "review-cycles", cycle)["id"]
    as_of = str(installation.clock().date() - timedelta(days=150))
    run = post(api, f"review-cycles/{cycle_id}/runs", {"as_of": as_of}, 200)
    assert (run["created"], run["failed"]) == (1, 0)
    [card] = api.get("/api/v1/scorecards", params={"review_cycle_id": cycle_id}).json()["items"]
    return dict(card)


@pytest.fixture
def provider_id(api: ApiClient, related: Related) -> Callable[[str], str]:
    return lambda relationship_id: str(api.get(f"/api/v1/relationships/{relationship_id}").json()["provider_id"])


def test_a_run_reviews_a_relationship_that_was_made_just_before(
    installation: InstallationUnderTest, api: ApiClient, related: Related
) -> None:
    for _ in range(ROUNDS):
        opened_card(installation, api, related(api))


def test_a_link_goes_to_a_contact_that_was_made_just_before_and_to_none_that_was_archived(
    installation: InstallationUnderTest, api: ApiClient, related: Related, provider_id: Callable[[str], str]
) -> None:
    relationship_id = related(api)
    card = opened_card(installation, api, relationship_id)
    account = provider_id(relationship_id)

    for _ in range(ROUNDS):
        person = {"name": "Ines Roth", "function": "quality", "email": "ines@example.org"}
        contact = post(api, f"accounts/{account}/contacts", person)
        post(api, f"scorecards/{card['id']}/rating-links", {"contact_id": contact["id"]})

        other = post(api, f"accounts/{account}/contacts", person)
        gone = api.delete(f"/api/v1/contacts/{other['id']}", headers={"if-match": '"1"'})
        refused = api.post(f"/api/v1/scorecards/{card['id']}/rating-links", {"contact_id": other["id"]})
        assert (gone.status_code, refused.status_code) == (204, 422)


def test_nobody_takes_part_who_was_archived_just_before(
    installation: InstallationUnderTest, api: ApiClient, related: Related, provider_id: Callable[[str], str]
) -> None:
    relationship_id = related(api)
    called = {"relationship_id": relationship_id, "kind": "call", "summary": "A call"}
    called |= {"occurred_at": installation.clock().isoformat()}

    for _ in range(ROUNDS):
        contact = post(api, f"accounts/{provider_id(relationship_id)}/contacts", {"name": "Ada", "function": "supply"})
        with_them = called | {"participants": [contact["id"]]}
        post(api, "interactions", with_them)
        api.delete(f"/api/v1/contacts/{contact['id']}", headers={"if-match": '"1"'})
        assert api.post("/api/v1/interactions", with_them).status_code == 422
        [row] = post(api, "interactions/bulk", {"items": [with_them]}, 200)["results"]
        assert row["status"] == 422


def test_what_is_not_known_everywhere_in_time_is_refused_for_now(
    installation: InstallationUnderTest,
    api: ApiClient,
    related: Related,
    provider_id: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replica_wait, "BEHIND_S", 0.2)
    relationship_id = related(api)
    installation.wait_until_applied()
    account, card = provider_id(relationship_id), opened_card(installation, api, relationship_id)
    hasty = replace(api, is_patient=False)
    with paused(installation):
        contact = post(
            api, f"accounts/{account}/contacts", {"name": "Ada", "function": "supply", "email": "a@b.example"}
        )
        body = {"relationship_id": relationship_id, "title": "Call back", "owner_contact_id": contact["id"]}
        for path, sent in (
            (f"scorecards/{card['id']}/rating-links", {"contact_id": contact["id"]}),
            (f"review-cycles/{card['review_cycle_id']}/runs", {"as_of": "2026-06-30"}),
            ("actions", body),
        ):
            answer = hasty.post(f"/api/v1/{path}", sent)
            assert (answer.status_code, answer.json()["code"]) == (409, "replica-behind"), path
            assert answer.headers["retry-after"] == "1"
    installation.wait_until_applied()
    post(api, "actions", body)


@pytest.mark.parametrize(
    "body",
    [
        {"items": 5, "participants": []},
        {"items": [5, None, {"participants": 7}]},
        {"participants": {"id": 1}},
        ["participants"],
        "participants",
    ],
)
@pytest.mark.parametrize("path", ["interactions", "interactions/bulk"])
def test_a_body_of_another_shape_is_refused_by_its_service(api: ApiClient, path: str, body: Any) -> None:
    answer = api.post(f"/api/v1/{path}", body)

    problem = answer.json() if answer.status_code != 200 else answer.json()["results"][0]["problem"]
    assert problem["code"] == "invalid-field"


def test_a_client_cannot_say_what_its_request_relies_on(api: ApiClient, related: Related) -> None:
    body = {"relationship_id": related(api), "title": "Call back"}

    answer = api.post("/api/v1/actions", body, headers={"entente-requires": f"contact:{body['relationship_id']}=99"})

    assert answer.status_code == 201
