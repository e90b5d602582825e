"""A restricted relationship looks like one that does not exist, to everybody outside its team, on every route."""

import re
from typing import Any

import pytest

from services.gateway.http.openapi import public_contracts
from services.registry import SERVICES, UPSTREAMS
from shared.derived.openapi import operations
from shared.ids import new_id
from tests.integration.alliance import Alliance, alliance, published_card
from tests.support.installation import ApiClient, InstallationUnderTest

OUTSIDERS = [("viewer", "sponsor"), ("manager", "sponsor"), ("manager", "provider")]
# Lists that hold nothing of a relationship. `events` stays open, and is tested with live updates; `mails` and what
# `services` report of themselves are for admins; `rating-link` and `me/reviews.ics` are the caller's own, the latter
# read from the list of scorecards.
OF_NO_RELATIONSHIP = {
    "actors", "attributes", "attributes/{attribute_id}",
    "people", "tier-policies", "me", "sessions", "setup", "users", "tokens", "imports",
    "events",
    "portfolio/summary", "scorecard-profiles", "scorecard-templates",
    "scorecard-templates/{template_id}", "scorecard-templates/{template_id}/importances",
    "scorecard-templates/{template_id}/versions/{version}", "review-cycles", "review-cycles/{review_cycle_id}",
    "review-cycles/{review_cycle_id}/periods", "review-cycles/{review_cycle_id}/runs",
    "review-cycles/{review_cycle_id}/progress", "mails", "rating-link",
    "me/reviews.ics",
    *(f"services/{name}/{page}" for name in SERVICES for page in ("health", "dead-letters")),
}  # fmt: skip
QUERIES = {
    "relationships/{relationship_id}/packs": "?period_starts_on=2026-01-01&period_ends_on=2026-03-31&format=xlsx"
    "&audience=internal"
}
"""What a path does not answer without."""


def routes() -> list[str]:
    """The paths of every public GET, after /api/v1/."""
    contracts = public_contracts(SERVICES).values()
    found = {path for contract in contracts for method, path in operations(contract) if method == "GET"}
    return sorted(re.sub("^(/api)?/v1/", "", path) for path in found)


def parameters(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


NOUNS = ("relationship", "account", "contact", "engagement", "interaction", "delivery", "milestone", "action", "issue",
         "scorecard", "action_plan", "rating_link")  # fmt: skip
READS = [path for path in routes() if parameters(path) and parameters(path) <= {f"{noun}_id" for noun in NOUNS}]
LISTS = [path for path in routes() if not parameters(path) and path not in OF_NO_RELATIONSHIP]


@pytest.fixture(scope="module")
def hidden(installation: InstallationUnderTest) -> tuple[Alliance, dict[str, str]]:
    """A restricted relationship with one of everything, by the name of its id."""
    here = alliance(installation, visibility="restricted")
    of = {"relationship_id": here.relationship_id}
    here.good_record()
    engagement_id = here.engagement()
    promised = {"name": "First batch", "promised_on": here.day(5)}
    issue = {"title": "Leak", "severity": "major", "opened_on": here.day(-1)}
    contact = {"name": "Ines Roth", "function": "quality", "email": "ines@example.org"}
    ids = {
        "relationship_id": here.relationship_id,
        "account_id": here.provider_id,
        "contact_id": here.post(f"accounts/{here.provider_id}/contacts", contact)["id"],
        "engagement_id": engagement_id,
        "interaction_id": here.interaction(experience="meets")["id"],
        "delivery_id": here.delivery(-3, -3)["id"],
        "milestone_id": here.post(f"engagements/{engagement_id}/milestones", promised)["id"],
        "action_id": here.post("actions", of | {"title": "Call back"})["id"],
        "issue_id": here.post("issues", of | issue)["id"],
    }
    installation.wait_until_applied()
    return here, ids | published_card(here)


def outsiders(installation: InstallationUnderTest) -> list[ApiClient]:
    return [installation.api(role, side) for role, side in OUTSIDERS]


def normal(text: str, *ids: str) -> str:
    for id in ids:
        text = text.replace(id, "ID")
    return text


def test_every_get_route_is_covered() -> None:
    others = [path for path in routes() if path not in {*READS, *LISTS, *OF_NO_RELATIONSHIP}]

    assert others == [
        "imports/{import_id}", "imports/{import_id}/refusal-reasons", "imports/{import_id}/refusals",
        "imports/{import_id}/refusals.csv",
        *(f"services/{name}/dead-letters/{{dead_letter_id}}" for name in sorted(SERVICES)),
        "tier-policies/{version}", "tokens/{token_id}", "users/{user_id}",
    ]  # fmt: skip
    assert len(READS) > 15
    assert len(LISTS) > 8


@pytest.mark.parametrize("path", READS)
def test_routes_of_a_restricted_relationship_answer_outsiders_as_for_an_unknown_one(
    installation: InstallationUnderTest, hidden: tuple[Alliance, dict[str, str]], path: str
) -> None:
    here, ids = hidden
    unknown = {name: new_id() for name in ids}
    whole = f"/api/v1/{path}{QUERIES.get(path, '')}"
    assert here.api.get(whole.format(**ids)).status_code == 200

    for outsider in outsiders(installation):
        answers = [outsider.get(whole.format(**which)) for which in (ids, unknown)]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert normal(answers[0].text, *ids.values()) == normal(answers[1].text, *unknown.values())


@pytest.mark.parametrize("path", LISTS)
def test_no_list_shows_a_restricted_relationship_to_outsiders_by_any_filter(
    installation: InstallationUnderTest, hidden: tuple[Alliance, dict[str, str]], path: str
) -> None:
    here, ids = hidden
    asked = filters(path, here, ids)
    needed = {"from": here.day(-200), "to": here.day(0)} if path == "portfolio/movements" else {}
    most = {} if needed else {"limit": 200}
    secrets = {*ids.values(), here.provider_name}

    for query in [{}, *asked]:
        mine = here.api.get(f"/api/v1/{path}", params={**most, **needed, **query})
        assert mine.status_code == 200, mine.text
        assert not query or any(secret in mine.text for secret in secrets), query
        for outsider in outsiders(installation):
            answer = outsider.get(f"/api/v1/{path}", params={**most, **needed, **query})
            nothing = outsider.get(f"/api/v1/{path}", params={**most, **needed, **dict.fromkeys(query, new_id())})

            assert answer.status_code == nothing.status_code
            assert answer.status_code == 404 or not any(secret in answer.text for secret in secrets)


def filters(path: str, here: Alliance, ids: dict[str, str]) -> list[dict[str, str]]:
    """One query per filter of the list by which somebody might look for what is hidden."""
    known = {**ids, "id": _id_listed(path, here, ids), "sponsor_id": here.sponsor_id, "provider_id": here.provider_id,
             "owner_id": here.api.actor_id, "author_id": here.api.actor_id, "q": here.provider_name}  # fmt: skip
    contracts = public_contracts(UPSTREAMS).values()
    [operation] = [
        operation
        for contract in contracts
        for (method, route), operation in operations(contract).items()
        if method == "GET" and route == f"/v1/{path}"
    ]
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    # The interaction has no action and no engagement, so these find nothing for the owner either.
    unrelated = {("actions", "interaction_id"), ("deliveries", "engagement_id"), ("interactions", "engagement_id"),
                 ("issues", "engagement_id")}  # fmt: skip
    return [{name: known[name]} for name in sorted(names & known.keys()) if (path, name) not in unrelated]


def _id_listed(path: str, here: Alliance, ids: dict[str, str]) -> str:
    nouns = {"accounts": "account", "contacts": "contact", "engagements": "engagement", "interactions": "interaction"}
    return ids[f"{nouns.get(path, 'relationship')}_id"]


def test_a_summary_neither_counts_a_restricted_relationship_nor_names_its_owner(
    installation: InstallationUnderTest, hidden: tuple[Alliance, dict[str, str]]
) -> None:
    here, _ = hidden
    path, named = "/api/v1/portfolio/summary", {"q": here.provider_name}
    mine = here.api.get(path, params=named).json()
    assert sum(mine["by_tier"].values()) == 1
    assert here.api.actor_id in mine["owner_ids"]

    for outsider in outsiders(installation):
        summary = outsider.get(path, params=named).json()

        assert sum(summary["by_tier"].values()) == 0
        assert here.api.actor_id not in summary["owner_ids"]


@pytest.mark.parametrize("noun", ["deliveries", "interactions"])
def test_a_bulk_row_of_a_restricted_relationship_is_refused_to_outsiders(
    installation: InstallationUnderTest, hidden: tuple[Alliance, dict[str, str]], noun: str
) -> None:
    here, _ = hidden
    body: dict[str, Any] = (
        here.handed_over(-1, -1)
        if noun == "deliveries"
        else {"kind": "call", "occurred_at": here.day(-1) + "T12:00:00Z", "summary": "x"}
    )
    unknown = new_id()
    rows = [body | {"relationship_id": id} for id in (here.relationship_id, unknown)]
    before = here.read("timeline", limit=200)

    answer = installation.api("manager").post(f"/api/v1/{noun}/bulk", {"items": rows})

    first, second = answer.json()["results"]
    assert (first["status"], second["status"]) == (404, 404)
    assert first["problem"] | {"relationship_id": ""} == second["problem"] | {"relationship_id": ""}
    assert here.read("timeline", limit=200) == before


def test_a_restricted_relationship_becomes_readable_to_a_new_member_of_its_team(
    installation: InstallationUnderTest,
) -> None:
    here = alliance(installation, visibility="restricted")
    here.interaction(experience="meets")
    reader = installation.api("viewer")
    path = f"/api/v1/relationships/{here.relationship_id}"
    assert reader.get(path + "/overview").status_code == 404

    team = {"members": [here.api.actor_id, reader.actor_id]}
    assert here.api.put(path + "/team", team, headers={"if-match": '"1"'}).status_code == 200

    assert reader.get(path + "/overview").json()["relationship"]["id"] == here.relationship_id
    assert here.relationship_id in reader.get("/api/v1/portfolio", params={"q": here.provider_name}).text
