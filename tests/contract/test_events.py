"""Records on the bus are what the AsyncAPI document says, and what the CloudEvents SDKs read."""

import json
import re
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from jsonschema_rs import Draft202012Validator

from services.registry import services_named
from shared.derived.asyncapi import asyncapi
from shared.derived.contracts import stale_contracts
from shared.events import CLOUD_EVENT, Event, topic_of
from shared.messaging.bus import Record
from tests.integration.alliance import alliance, published_card
from tests.support.installation import InstallationUnderTest

SERVICES = services_named()
DOCUMENT = asyncapi(Event.announced)
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


def validator(type: str) -> Draft202012Validator:
    return Draft202012Validator(MESSAGES[type]["payload"] | {"components": DOCUMENT["components"]})


@pytest.fixture(scope="module")
def records(installation: InstallationUnderTest) -> list[Record]:
    """Everything that an alliance with a published card announces."""
    here = alliance(installation)
    here.good_record()
    here.post(f"accounts/{here.provider_id}/contacts", {"name": "Ines Roth", "function": "quality"})
    engagement_id = here.engagement()
    here.post(f"engagements/{engagement_id}/milestones", {"name": "Gate", "kind": "G1", "promised_on": here.day(5)})
    here.interaction()
    here.post("actions", {"relationship_id": here.relationship_id, "title": "Call back"})
    published_card(here)
    installation.wait_until_applied()
    return [record for service in SERVICES for record in installation.product.bus.read_all([topic_of(service.name)])]


def test_every_reference_of_the_events_document_leads_somewhere() -> None:
    named = set(re.findall(r"'\$ref': '#/([^']+)'", str(DOCUMENT)))
    assert len(named) > 30
    for path in named:
        node = DOCUMENT
        for part in path.split("/"):
            node = node[part]


@pytest.mark.parametrize("type", MESSAGES)
def test_the_example_of_an_event_is_one(type: str) -> None:
    [example] = MESSAGES[type]["examples"]

    assert list(validator(type).iter_errors(example["payload"])) == []
    assert example["headers"] == {"content-type": CLOUD_EVENT}


def test_every_record_is_what_its_message_says(records: list[Record]) -> None:
    seen = set()
    for record in records:
        event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
        type = event.get_type()
        assert list(validator(type).iter_errors(_as_sent(record))) == [], type
        seen.add(type)
    assert {"accounts.account_recorded.v1", "engagements.delivery_recorded.v1", "scorecards.score_changed.v1"} <= seen
    assert len(seen) > 12


def test_the_sdk_of_python_reads_every_record(records: list[Record]) -> None:
    for record in records:
        event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
        sent = _as_sent(record)
        assert (event.get_id(), event.get_subject(), event.get_data()) == (sent["id"], sent["subject"], sent["data"])
        assert event.get_extension("partitionkey") == record.key.decode()


def test_the_events_document_is_served_as_it_is_committed(installation: InstallationUnderTest) -> None:
    assert installation.visitor().get("/api/asyncapi.json").json() == DOCUMENT
    assert "events.asyncapi.json" not in stale_contracts(SERVICES)


def _as_sent(record: Record) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(record.value)
    return sent
