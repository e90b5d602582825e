"""The contract files, generated from the services' values: OpenAPI for each, AsyncAPI for what is on the bus."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.derived.openapi import Document, openapi_of
from shared.events import Event, topic_of
from shared.service import Service

FOLDER = Path(__file__).parents[1] / "contracts"


def write_contracts(services: Sequence[Service], folder: Path = FOLDER) -> None:
    for name, text in _texts(services).items():
        (folder / name).write_text(text)


def stale_contracts(services: Sequence[Service], folder: Path = FOLDER) -> list[str]:
    """The names of files that are not what the services' values say, or that nothing says any more."""
    texts = _texts(services)
    there = {path.name: path.read_text() for path in folder.glob("*.json")}
    return sorted(name for name in texts.keys() | there.keys() if texts.get(name) != there.get(name))


def read_contract(service: str, folder: Path = FOLDER) -> Document:
    contract: Document = json.loads((folder / f"{service}.openapi.json").read_text())
    return contract


def _texts(services: Sequence[Service]) -> dict[str, str]:
    documents = {f"{service.name}.openapi.json": openapi_of(service) for service in services}
    documents["events.asyncapi.json"] = asyncapi(Event.announced)
    return {name: json.dumps(document, indent=1, ensure_ascii=False) + "\n" for name, document in documents.items()}


def asyncapi(announced: Mapping[str, type[Event]]) -> Document:
    """Every event on the bus: a channel per topic, a message per type, its payload a CloudEvent."""
    # An abstract base shares fields between events; only what ends in a version is ever announced.
    events = {type: announced[type] for type in sorted(announced) if type.rsplit(".", 1)[-1].startswith("v")}
    channels: Document = {}
    for type in events:
        topic = topic_of(type.split(".", 1)[0])
        channel = channels.setdefault(topic, {"address": topic, "messages": {}})
        channel["messages"][type] = {"$ref": f"#/components/messages/{type}"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Entente events", "version": "1"},
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "components": {"messages": {type: _message(type, event) for type, event in events.items()}},
    }


def _message(type: str, event: type[Event]) -> Document:
    data = event.model_json_schema(mode="serialization")
    definitions = data.pop("$defs", {})
    data["properties"] = {"epoch": {"type": "integer"}} | data["properties"]
    data["required"] = ["epoch", *data["required"]]
    envelope = {name: {"type": "string"} for name in ("id", "source", "subject", "partitionkey")}
    envelope |= {
        "specversion": {"const": "1.0"},
        "type": {"const": type},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    required = sorted(envelope)
    envelope["traceparent"] = {"type": "string"}
    payload = {"type": "object", "required": required, "properties": envelope}
    if definitions:
        payload["$defs"] = definitions
    return {
        "name": type,
        "title": event.__name__,
        "summary": f"Key: `{event.key_field}`.",
        "payload": payload,
    }
