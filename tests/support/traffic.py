"""Callers who do not wait for each other: requests at a constant rate, whatever becomes of those before, and a journal.

What is asked is written down before the call, and what became of it after. An answer 2xx is a promise; an answer 4xx
is a refusal; anything else, a time-out or a cut connection among them, leaves it unknown whether it was done.
"""

import asyncio
import json
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import httpx

from shared.ids import new_id
from tests.support.load import is_evidence, listed, something

TIMEOUT_S = 10
READS = 0.2
"""The share of calls that read; the others log something."""
ASKS_AGAIN = 0.7
"""The share of those who got no answer that ask again under the same key, up to three times."""
ASKS_TWICE = 0.05
"""The share of those who got an answer that ask again all the same."""
PATHS = ("interactions", "deliveries")


class Traffic:
    """Arrivals at `rate` a second for as long as the block lasts; leaving it waits for those under way.

    `seed` and the number of an arrival decide what it asks for.
    """

    def __init__(
        self, url: str, token: str, relationship_ids: list[str], journal: Path, *, rate: float, seed: int
    ) -> None:
        self._base, self._headers = url + "/api/v1/", {"authorization": f"Bearer {token}"}
        self._relationship_ids, self._journal, self._rate, self._seed = relationship_ids, journal, rate, seed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="traffic")

    def __enter__(self) -> "Traffic":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=TIMEOUT_S), "headers": self._headers}
        with self._journal.open("a", buffering=1) as self._lines:
            async with aiohttp.ClientSession(**options) as self._client, asyncio.TaskGroup() as calls:
                began, number = loop.time(), 0
                while not self._stopping.is_set():
                    due = began + number / self._rate
                    await asyncio.sleep(max(0.0, due - loop.time()))
                    calls.create_task(self._call(random.Random(f"{self._seed} {number}"), due))
                    number += 1

    async def _call(self, chance: random.Random, due: float) -> None:
        if chance.random() < READS:
            await self._read(chance.choice(self._relationship_ids), due)
            return
        key = new_id()
        path, body = something(chance, self._relationship_ids, key)
        self._note("asked", key=key, path=path, body=body)
        status = await self._ask(key, path, body, due)
        for _ in range(3):
            is_answered = status is not None and status < 500 and status not in (409, 429)
            if chance.random() > (ASKS_TWICE if is_answered else ASKS_AGAIN):
                return
            await asyncio.sleep(chance.uniform(0.2, 4))
            status = await self._ask(key, path, body, asyncio.get_running_loop().time())

    async def _ask(self, key: str, path: str, body: dict[str, Any], due: float) -> int | None:
        """The status, or None when there was no answer; `due` is when the call should have begun."""
        try:
            async with self._client.post(self._base + path, json=body, headers={"idempotency-key": key}) as answer:
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note("unanswered", key=key, ms=self._ms(due), why=repr(error))
            return None
        kept = {"id": json.loads(said)["id"]} if answer.status in (200, 201) else {"why": said[:500]}
        self._note("answered", key=key, ms=self._ms(due), status=answer.status, **kept)
        return answer.status

    async def _read(self, relationship_id: str, due: float) -> None:
        try:
            async with self._client.get(f"{self._base}relationships/{relationship_id}/tier") as answer:
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note("unread", ms=self._ms(due), why=repr(error))
            return
        self._note("read", ms=self._ms(due), status=answer.status, why="" if answer.status == 200 else said[:500])

    def _ms(self, due: float) -> float:
        return round((asyncio.get_running_loop().time() - due) * 1000, 1)

    def _note(self, what: str, **said: Any) -> None:
        self._lines.write(json.dumps({"what": what, "at": time.time(), **said}) + "\n")


@dataclass
class Account:
    """What a journal says: what was asked, promised and refused by key, and every attempt's fate and time."""

    asked: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    promised: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    attempts: int = 0
    lost: list[str] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, journals: Iterable[Path]) -> "Account":
        account = cls()
        for journal in journals:
            for line in journal.read_text().splitlines():
                account._take(json.loads(line))
        return account

    def _take(self, line: dict[str, Any]) -> None:
        if line["what"] == "asked":
            self.asked[line["key"]] = (line["path"], line["body"])
            return
        self.attempts += 1
        status = line.get("status")
        if status not in (200, 201):
            self.lost.append(f"{status or 'no answer'}: {line['why']}")
        else:
            self.times_ms.append(line["ms"])
        if line["what"] != "answered":
            return
        key = line["key"]
        if "id" in line:
            if self.promised.setdefault(key, line["id"]) != line["id"]:
                self.faults.append(f"key {key} was answered with {self.promised[key]} and then with {line['id']}")
        elif status < 500 and status not in (409, 429):
            self.refused[key] = f"{status} {line['why']}"

    @property
    def unknown(self) -> set[str]:
        return self.asked.keys() - self.promised.keys() - self.refused.keys()

    def figures(self) -> dict[str, float]:
        """Counts, and the times in ms of what was done, from when it should have begun."""
        cuts = statistics.quantiles(self.times_ms, n=100)
        return {
            "requests": self.attempts,
            "done": len(self.times_ms),
            "not done or unknown": len(self.lost),
            "writes asked": len(self.asked),
            "writes promised": len(self.promised),
            "writes unknown to the end": len(self.unknown),
            "p50 ms": cuts[49],
            "p99 ms": cuts[98],
        }


def faults_of(account: Account, url: str, token: str, relationship_ids: list[str]) -> Iterator[str]:
    """What the API says beside what the journal says: nothing promised is lost, nothing is there that nobody asked for,
    nothing is there twice, and all of it counts once."""
    yield from account.faults
    yield from (f"refused: {why}" for why in account.refused.values())
    evidence: Counter[str] = Counter()
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url + "/api/v1/", headers=headers, timeout=60) as client:
        for path in PATHS:
            promised = {key for key in account.promised if account.asked[key][0] == path}
            seen: set[str] = set()
            for record in listed(client, path, relationship_ids):
                key = record["external_id" if path == "deliveries" else "summary"]
                if key in seen:
                    yield f"there twice: {path} {key}"
                seen.add(key)
                if key not in account.asked:
                    yield f"nobody asked for it: {path} {record['id']}"
                    continue
                body = account.asked[key][1]
                evidence[body["relationship_id"]] += is_evidence(body)
                if account.promised.get(key, record["id"]) != record["id"]:
                    yield f"promised as {account.promised[key]}, there as {record['id']}"
                if not _same(record, body):
                    yield f"not as it was asked: {path} {record['id']}"
            yield from (f"promised and lost: {path} {account.promised[key]}" for key in promised - seen)
        for relationship_id in relationship_ids:
            counted = client.get(f"relationships/{relationship_id}/tier").raise_for_status().json()["evidence_count"]
            if counted != evidence[relationship_id]:
                yield f"relationship {relationship_id} counts {counted} items, not {evidence[relationship_id]}"


def _same(record: dict[str, Any], body: dict[str, Any]) -> bool:
    """Instants are written with another offset than they came with."""
    return all(record[name] == value for name, value in body.items() if name != "occurred_at")
