"""The contract files, generated from the services' values: OpenAPI for each, AsyncAPI for what is on the bus."""

import json
from collections.abc import Sequence
from pathlib import Path

from shared.derived.asyncapi import asyncapi
from shared.derived.openapi import Document, openapi_of
from shared.events import Event
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
