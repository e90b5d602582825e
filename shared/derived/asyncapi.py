"""The AsyncAPI document: every event on the bus, each a CloudEvent with a content type in the record's header."""

import inspect
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.derived.openapi import SCHEMAS, Document, without_titles
from shared.events import CLOUD_EVENT, PARTITIONS, Event, owner_of, topic_of

_BINDING = "0.5.0"
_EXAMPLE_ID = "019a0000-0000-7000-8000-000000000001"


def asyncapi(announced: Mapping[str, type[Event]]) -> Document:
    """A channel per topic, an operation that sends to it, a message per type of event."""
    # An abstract base shares fields between events; only what ends in a version is ever announced.
    events = {type: announced[type] for type in sorted(announced) if type.rsplit(".", 1)[-1].startswith("v")}
    topics = sorted({topic_of(owner_of(type)) for type in events})
    schemas: Document = {}
    messages = {type: _message(type, event, schemas) for type, event in events.items()}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:entente:events",
        "info": {
            "title": "Entente events",
            "version": "1",
            "description": "What each service announces of its records. A consumer keeps the newest of a record by "
            "(epoch, version) and ignores types and fields that it does not know.",
            "contact": {
                "name": "The admin of this installation",
                "url": "https://entente.invalid",
                "email": "admin@entente.invalid",
            },
            "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": topic, "description": f"Announced by {topic.split('.')[1]}."} for topic in topics],
        },
        "defaultContentType": CLOUD_EVENT,
        "servers": {
            "kafka": {
                "host": "{servers}",
                "protocol": "kafka",
                "description": "The installation's Apache Kafka.",
                "variables": {"servers": {"description": "Its bootstrap servers.", "default": "localhost:9092"}},
            }
        },
        "channels": {topic: _channel(topic, [type for type in events if _is_of(type, topic)]) for topic in topics},
        "operations": {
            f"announce_{topic.split('.')[1]}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{topic}"},
                "title": f"What {topic.split('.')[1]} announces",
                "description": "In the order of its key; at least once, so a consumer may see a record again.",
                "messages": [{"$ref": f"#/channels/{topic}/messages/{type}"} for type in events if _is_of(type, topic)],
            }
            for topic in topics
        },
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _is_of(type: str, topic: str) -> bool:
    return topic_of(owner_of(type)) == topic


def _channel(topic: str, types: list[str]) -> Document:
    return {
        "address": topic,
        "title": topic,
        "description": f"Kept for ever, in {PARTITIONS} partitions. An installation may set a prefix before the name.",
        "messages": {type: {"$ref": f"#/components/messages/{type}"} for type in types},
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1},
                "bindingVersion": _BINDING,
            }
        },
    }


def _message(type: str, event: type[Event], schemas: Document) -> Document:
    data = without_titles(event.model_json_schema(mode="serialization", ref_template=f"{SCHEMAS}{{model}}"))
    schemas |= data.pop("$defs", {})
    data["properties"] = {"epoch": {"type": "integer", "description": _EPOCH}} | data["properties"]
    data["required"] = ["epoch", *data["required"]]
    envelope: Document = {name: {"type": "string", "description": text} for name, text in _ENVELOPE.items()}
    envelope |= {
        "specversion": {"type": "string", "const": "1.0", "description": "Of CloudEvents."},
        "type": {"type": "string", "const": type, "description": "Who announces what, and the version of its data."},
        "time": {"type": "string", "format": "date-time", "description": "When it was announced (UTC)."},
        "datacontenttype": {"type": "string", "const": "application/json", "description": "Of `data`."},
        "data": data,
    }
    required = sorted(envelope)
    envelope["traceparent"] = {"type": "string", "description": "The trace that it follows from (W3C)."}
    meaning = inspect.cleandoc(event.__dict__.get("__doc__") or "")  # its own, not that of a class above
    return {
        "name": type,
        "title": event.__name__,
        "summary": f"Key: `{event.key_field}`.",
        "description": meaning or f"A record of kind {event.aggregate.replace('_', ' ')}, as it is from now on.",
        "contentType": CLOUD_EVENT,
        "headers": {
            "type": "object",
            "required": ["content-type"],
            "properties": {"content-type": {"type": "string", "const": CLOUD_EVENT, "description": "Of the value."}},
        },
        "payload": {"type": "object", "required": required, "properties": envelope},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"`data.{event.key_field}`, which orders its events."},
                "bindingVersion": _BINDING,
            }
        },
        "examples": [{"name": "one", "payload": _example(type, event), "headers": {"content-type": CLOUD_EVENT}}],
    }


def _example(type: str, event: type[Event]) -> Document:
    schema = event.model_json_schema(mode="serialization")
    data = _value(schema, schema)
    assert isinstance(data, dict), "an event's data is an object"
    return {
        "specversion": "1.0",
        "id": _EXAMPLE_ID,
        "source": "/entente/" + owner_of(type),
        "type": type,
        "time": datetime(2026, 9, 30, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "subject": _EXAMPLE_ID,
        "datacontenttype": "application/json",
        "partitionkey": _EXAMPLE_ID,
        "data": {"epoch": 1} | data,
    }


def _value(schema: Document, whole: Document) -> object:
    """A value that the schema allows, for an example."""
    if "$ref" in schema:
        return _value(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], whole)
    if schema.get("type") == "object":
        return {name: _value(each, whole) for name, each in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_value(schema["items"], whole)]
    formats = {"date": "2026-09-30", "date-time": "2026-09-30T12:00:00Z"}
    kinds: dict[str, object] = {"string": formats.get(schema.get("format", ""), "text"), "boolean": False}
    return kinds.get(schema["type"], 1)


_EPOCH = "Counts up when the service's database was restored: what is of an earlier one is no more."
_ENVELOPE = {
    "id": "Of the event: a consumer that has seen it ignores it.",
    "source": "The service, as `/entente/accounts`.",
    "subject": "The id of the record.",
    "partitionkey": "The key of the record on the bus.",
}
