"""Load with a journal: what was asked is written down before each call, and what was answered after it.

A call that got no answer is unknown and is asked again with the same Idempotency-Key until it is answered. So at
the end every key has exactly one answer, and the journal says what must be there.
"""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from shared.ids import new_id

KINDS = ("call", "working_meeting", "site_visit", "technical_review", "business_review")
EXPERIENCES = ("below", "meets", "exceeds", None)


@dataclass
class Journal:
    """Asked and answered, by idempotency key."""

    asked: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    asked_again: list[str] = field(default_factory=list)
    """Why a call was repeated: what was answered, or that nothing was."""

    def ids(self, path: str) -> set[str]:
        return {answer["id"] for key, answer in self.answered.items() if self.asked[key][0] == path}


class Load:
    """So many callers log interactions and deliveries at so many relationships until they are stopped."""

    def __init__(
        self, url: str, token: str, relationship_ids: list[str], callers: int = 4, seed: int = 0, timeout_s: float = 5
    ) -> None:
        self.journal = Journal()
        self._relationship_ids = relationship_ids
        self._options: dict[str, Any] = {
            "base_url": url + "/api/v1/",
            "headers": {"authorization": f"Bearer {token}"},
            "timeout": timeout_s,
        }
        self._stopping = threading.Event()
        self._callers = [threading.Thread(target=self._call, args=(random.Random(seed + n),)) for n in range(callers)]

    def __enter__(self) -> Journal:
        for caller in self._callers:
            caller.start()
        return self.journal

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for caller in self._callers:
            caller.join()

    def _call(self, chance: random.Random) -> None:
        with httpx.Client(**self._options) as client:
            while not self._stopping.is_set():
                key = new_id()
                path, body = something(chance, self._relationship_ids, key)
                self.journal.asked[key] = (path, body)
                self._ask(client, key, path, body)

    def _ask(self, client: httpx.Client, key: str, path: str, body: dict[str, Any]) -> None:
        deadline = time.monotonic() + 90
        while True:
            try:
                answer = client.post(path, json=body, headers={"idempotency-key": key})
            except httpx.HTTPError as error:
                answer = None
                self.journal.asked_again.append(f"{path}: {error!r}")
            if answer is not None and answer.status_code in (200, 201):
                self.journal.answered[key] = answer.json()
                return
            if answer is not None and answer.status_code < 500 and answer.status_code not in (409, 429):
                self.journal.refused.append(f"{path}: {answer.status_code} {answer.text}")
                return
            if time.monotonic() > deadline:
                return  # still unknown: the test says so
            if answer is not None:
                self.journal.asked_again.append(f"{path}: {answer.status_code} {answer.text}")
            time.sleep(0.1)


def something(chance: random.Random, relationship_ids: list[str], mark: str) -> tuple[str, dict[str, Any]]:
    """A delivery or an interaction to log, under which path and as which body; `mark` can be read in it afterwards."""
    relationship_id = chance.choice(relationship_ids)
    if chance.random() < 0.5:
        promised_on = date(2025, 1, 1) + timedelta(days=chance.randrange(600))
        delivered_on = promised_on + timedelta(days=chance.choice((-2, 0, 0, 3)))
        days = {"promised_on": promised_on.isoformat(), "delivered_on": delivered_on.isoformat()}
        return "deliveries", {"relationship_id": relationship_id, "external_id": mark, **days}
    occurred_at = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=chance.randrange(600))
    happened = {"occurred_at": occurred_at.isoformat(), "experience": chance.choice(EXPERIENCES)}
    kind = {"kind": chance.choice(KINDS), "summary": mark}
    return "interactions", {"relationship_id": relationship_id, **kind, **happened}


def is_evidence(body: dict[str, Any]) -> bool:
    """Every delivery is evidence, and every interaction with an experience."""
    return "delivered_on" in body or body.get("experience") is not None


def listed(client: httpx.Client, path: str, relationship_ids: list[str]) -> list[dict[str, Any]]:
    """All that the API lists of these relationships."""
    found: list[dict[str, Any]] = []
    for relationship_id in relationship_ids:
        after: str | None = None
        while True:
            params = {"relationship_id": relationship_id, "limit": 200} | ({"after": after} if after else {})
            page = client.get(path, params=params).raise_for_status().json()
            found += page["items"]
            after = page["next"]
            if after is None:
                break
    return found


def relationships(url: str, token: str, count: int) -> list[str]:
    """So many new relationships of one sponsor, known to every service."""
    made: list[str] = []
    with httpx.Client(base_url=url + "/api/v1/", headers={"authorization": f"Bearer {token}"}, timeout=10) as client:
        sponsor = client.post("accounts", json={"name": f"Sponsor {new_id()}", "kind": "sponsor"}).raise_for_status()
        for n in range(count):
            provider = client.post("accounts", json={"name": f"Provider {n}", "kind": "provider"}).raise_for_status()
            ends = {"sponsor_id": sponsor.json()["id"], "provider_id": provider.json()["id"]}
            made.append(client.post("relationships", json=ends).raise_for_status().json()["id"])
    return made
