"""A change of one field changes no other, whatever a client that was generated from the document adds to it."""

from typing import Any

import pytest

from services.gateway.app import openapi_document
from services.registry import UPSTREAMS
from shared.derived.openapi import operations
from shared.ids import new_id
from tests.integration.alliance import SHORT_FORM, alliance, published_card
from tests.support.installation import ApiClient, InstallationUnderTest

DOCUMENT = openapi_document(UPSTREAMS)
OPERATIONS = operations(DOCUMENT)
PATCHES = sorted(path for method, path in OPERATIONS if method == "PATCH")
Record = dict[str, Any]
PASSWORD = "correct horse battery staple"


def schema_of(path: str) -> Record:
    body = OPERATIONS["PATCH", path]["requestBody"]["content"]["application/json"]["schema"]
    schema: Record = DOCUMENT["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
    return schema


def defaults(schema: Any) -> Record:
    """What a generator fills in that takes every default of a schema for a value to send."""
    return {name: of["default"] for name, of in schema["properties"].items() if "default" in of}


def sent(record: Record, name: str) -> Any:
    """The value that a field has, as a request says it."""
    if name == "password":
        return PASSWORD
    if name == "confirm_future":
        return True
    if name == "attributes" and "is_shipped" in record:
        return [{key: asked[key] for key in ("attribute", "importance")} for asked in record[name]]
    return record[name]


@pytest.fixture(scope="module")
def records(installation: InstallationUnderTest) -> dict[str, tuple[ApiClient, Record]]:
    """A record for every route that changes one, by its path, with no field as a default would have it; who made it."""
    here, admin = alliance(installation, visibility="restricted"), installation.api("admin")
    of = {"relationship_id": here.relationship_id}
    here.good_record()
    engagement = {"products": ["Vial 2R"], "mode": "strategic", "complexity": 4, "starts_on": here.day(-300)}
    engagement_id = here.engagement(**engagement, value=2.5e6, currency="EUR")
    milestone = {"name": "Gate 3", "kind": "G3", "promised_on": here.day(5), "sponsor_owner_id": new_id()}
    contact = {"name": "Ines Roth", "function": "quality", "email": "ines@example.org", "phone": "+41 44 000 00 00"}
    issue = {"title": "Leak", "severity": "major", "opened_on": here.day(-1), "owner_actor_id": new_id()}
    account = {"size": "mid", "region": "europe", "tags": ["vials"], "external_ids": {f"erp {new_id()}": "7"}}
    attribute = {name: name.title() for name in ("label", "definition", "below", "meets", "exceeds")}
    asked = {"attributes": [{"attribute": "communication", "importance": 2.0}], "description": "Short"}
    cycle = {
        "name": "Yearly", "cadence": "yearly", "fiscal_year_start_month": 4, "time_zone": "Europe/Berlin",
        "template_id": SHORT_FORM, "sides": ["sponsor"], "starts_on": here.day(40), "due_days_after_end": 30,
        "opens_days_before_end": 3, "audience": {"tags": ["vials"]}, "reminder_days_before_due": [2],
    }  # fmt: skip
    person = {"email": f"{new_id()}@example.org", "name": "Vera", "role": "manager", "side": "provider"}
    note = {"kind": "note", "is_private": True, "attributes": ["communication"], "participants": [new_id()]}

    def post(path: str, body: Record) -> Record:
        answer = admin.post("/api/v1/" + path, body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    made = {
        "accounts/{account_id}": here.post("accounts", {"name": "Tern", "kind": "provider"} | account),
        "contacts/{contact_id}": here.post(f"accounts/{here.provider_id}/contacts", contact),
        "relationships/{relationship_id}": here.get(f"relationships/{here.relationship_id}"),
        "engagements/{engagement_id}": here.get(f"engagements/{engagement_id}"),
        "milestones/{milestone_id}": here.post(f"engagements/{engagement_id}/milestones", milestone),
        "interactions/{interaction_id}": here.interaction(**note),
        "deliveries/{delivery_id}": here.delivery(-3, -1, accepted=False, weight=2.5, name="Batch 7"),
        "actions/{action_id}": here.post("actions", of | {"title": "Call back", "due_on": here.day(3)}),
        "issues/{issue_id}": here.post("issues", of | issue),
        "action-plans/{action_plan_id}": here.get(f"action-plans/{published_card(here)['action_plan_id']}"),
        "review-cycles/{review_cycle_id}": post("review-cycles", cycle),
        "attributes/{attribute_id}": post(
            "attributes", {"key": "a" + new_id().replace("-", "_"), "group": "own", "rated_by": "both"} | attribute
        ),
        "scorecard-templates/{template_id}": post("scorecard-templates", {"name": "One question"} | asked),
        "users/{user_id}": post("users", person | {"password": PASSWORD}),
    }
    return {f"/api/v1/{path}": (admin if path.startswith("users") else here.api, made[path]) for path in made}


@pytest.mark.parametrize("path", PATCHES)
def test_a_field_that_was_not_sent_stays_as_it_is(records: dict[str, tuple[ApiClient, Record]], path: str) -> None:
    (api, before), schema = records[path], schema_of(path)
    address = path[: path.index("{")] + before["id"]

    for name in schema["properties"]:
        body = defaults(schema) | {name: sent(before, name)}
        answer = api.patch(address, body, headers={"if-match": f'"{before["version"]}"'})
        assert answer.status_code == 200, (body, answer.text)
        after = answer.json()
        assert {field for field in before if after[field] != before[field]} == {"version"}, name
        before = after


def test_no_partial_update_has_a_default_in_the_document() -> None:
    found = {(path, name) for path in PATCHES for name, of in schema_of(path)["properties"].items() if "default" in of}
    assert found == set()
    assert len(PATCHES) == 14


def test_a_client_that_takes_defaults_for_values_is_seen() -> None:
    assert defaults({"properties": {"weight": {"type": "number", "default": 1.0}, "name": {"type": "string"}}}) == {
        "weight": 1.0
    }
