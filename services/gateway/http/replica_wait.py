"""Waits for replicas of relationships: up to 2 s where a service does not know one yet, and up to 5 s until every
service has applied a change of who may read it (docs/design/contract.md, Replica wait)."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

import pydantic_core

from services.gateway.http.schemas import Propagation
from services.gateway.upstream import SYSTEM, Headers, Reply, Upstreams
from shared.auth import Actor
from shared.errors import ReplicaBehind, Unavailable
from shared.http import requirements
from shared.http.requirements import Requirement
from shared.ids import is_id

OWNER = "accounts"
BEHIND_S = 2.0
APPLIED_S = 5.0
POLL_S = 0.02
FOLLOWED = ("account", "relationship", "contact")
"""What of accounts' records scorecards has replicas of."""
IDS_MOST = 200
"""That a list is asked for at once."""

Requires = Mapping[str, Sequence[str]]

OwnVersion = Callable[[str], Awaitable[int]]


class RowResult(TypedDict):
    """A row of a bulk answer: `problem` where it was refused."""

    index: int
    outcome: NotRequired[str]
    """Not in an answer that an Idempotency-Key keeps from before there were outcomes."""
    status: int
    problem: NotRequired[dict[str, object]]


class BulkAnswer(TypedDict):
    results: list[RowResult]


class Versioned(TypedDict):
    kind: NotRequired[str]
    id: str
    version: int


class Versions(TypedDict):
    items: list[Versioned]


class ReplicaWait:
    """Asks the services for the versions of their replicas, each time; nothing about them is stored."""

    def __init__(self, upstreams: Upstreams, own_version: OwnVersion) -> None:
        self._upstreams, self._own_version = upstreams, own_version
        self.followers = [name for name in upstreams.names if name != OWNER]

    async def call(
        self,
        service: str,
        actor: Actor,
        method: str,
        path: bytes,
        *,
        query: bytes = b"",
        headers: Headers = (),
        body: bytes = b"",
    ) -> Reply:
        """`Upstreams.call`, again once the service knows what the request relies on; `ReplicaBehind` after 2 s."""
        until = time.monotonic() + BEHIND_S
        while True:
            reply = await self._upstreams.call(service, actor, method, path, query=query, headers=headers, body=body)
            if reply.status != ReplicaBehind.status or not _is_behind(reply) or time.monotonic() + POLL_S > until:
                break
            await asyncio.sleep(POLL_S)
        if reply.status == 404 and service != OWNER:
            relationship_id = _unknown_relationship(reply.json())
            if relationship_id is not None:
                caught_up = await self._catch_up(service, actor, [relationship_id])
                if caught_up.get(relationship_id) is False:
                    raise ReplicaBehind(more={"relationship_id": relationship_id})
                if relationship_id in caught_up:
                    return await self._upstreams.call(
                        service, actor, method, path, query=query, headers=headers, body=body
                    )
        elif reply.status == 200 and method == "POST" and path.endswith(b"/bulk"):
            return await self._call_rows_again(service, actor, path, reply, query, headers, body)
        return reply

    async def required(self, requires: Requires, body: bytes) -> bytes:
        """The header for what a body relies on: `requires` names the fields that hold ids, by the kind of record.

        Empty where it relies on nothing, and where the owner does not answer: what it last announced holds then.
        """
        if "announced" in requires:
            return await self._newest()
        ids = {id for fields in requires.values() for field in fields for id in _ids(body, field)}
        if not ids:
            return b""
        wanted, found = sorted(ids), []
        for at in range(0, len(wanted), IDS_MOST):
            query = "&".join(f"id={id}" for id in wanted[at : at + IDS_MOST]).encode() + b"&limit=%d" % IDS_MOST
            rows = await self._owned(b"/v1/contacts", query)
            found += [Requirement("contact", row["id"], row["version"]) for row in rows]
        return requirements.as_header(found)

    async def _newest(self) -> bytes:
        """What accounts announced last: who has applied that has applied all before."""
        rows = await self._owned(b"/v1/services/accounts/announced", b"")
        return requirements.as_header(
            Requirement(row["kind"], row["id"], row["version"]) for row in rows if row["kind"] in FOLLOWED
        )

    async def _owned(self, path: bytes, query: bytes) -> list[Versioned]:
        try:
            reply = await self._upstreams.call(OWNER, SYSTEM, "GET", path, query=query)
        except Unavailable:
            return []
        page: Versions = reply.json() if reply.is_good else {"items": []}
        return page["items"]

    async def _call_rows_again(
        self,
        service: str,
        actor: Actor,
        path: bytes,
        reply: Reply,
        query: bytes,
        headers: Headers,
        body: bytes,
    ) -> Reply:
        answer: BulkAnswer = reply.json()
        results = answer["results"]
        unknown = {at: id for at, row in enumerate(results) if (id := _unknown_relationship(row.get("problem")))}
        if not unknown:
            return reply
        caught_up = await self._catch_up(service, actor, set(unknown.values()))
        again = [at for at, id in unknown.items() if caught_up.get(id)]
        if again:
            sent = pydantic_core.from_json(body)
            part = pydantic_core.to_json(sent | {"items": [sent["items"][results[at]["index"]] for at in again]})
            second = await self._upstreams.call(
                service, actor, "POST", path, query=query, headers=_keyed(headers, part), body=part
            )
            if not second.is_good:
                return second
            answered: BulkAnswer = second.json()
            for at, row in zip(again, answered["results"], strict=True):
                results[at] = {**row, "index": results[at]["index"]}
        for at, id in unknown.items():
            if caught_up.get(id) is False:
                refusal = ReplicaBehind(more={"relationship_id": id})
                results[at] = {
                    "index": results[at]["index"],
                    "outcome": "refused",
                    "status": refusal.status,
                    "problem": refusal.problem(),
                }
        return Reply(reply.status, reply.headers, pydantic_core.to_json(answer))

    async def _catch_up(self, service: str, actor: Actor, ids: Collection[str]) -> dict[str, bool]:
        """For each relationship that accounts lets this actor read: does the service know it within two seconds?"""
        versions = await asyncio.gather(*(self._version(actor, id) for id in ids))
        known = {id: version for id, version in zip(ids, versions, strict=True) if version is not None}
        until = time.monotonic() + BEHIND_S
        reached = await asyncio.gather(*(self._reaches(service, id, version, until) for id, version in known.items()))
        return dict(zip(known, reached, strict=True))

    async def _version(self, actor: Actor, relationship_id: str) -> int | None:
        reply = await self._upstreams.call(OWNER, actor, "GET", b"/v1/relationships/" + relationship_id.encode())
        return int(reply.json()["version"]) if reply.status == 200 else None

    async def _reaches(self, service: str, relationship_id: str, version: int, until: float) -> bool:
        pause = POLL_S
        while await self._replica_version(service, relationship_id) < version:
            if time.monotonic() + pause > until:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)
        return True

    async def _replica_version(self, service: str, relationship_id: str) -> int:
        if service == "gateway":
            return await self._own_version(relationship_id)
        try:
            reply = await self._upstreams.call(
                service, SYSTEM, "GET", b"/v1/relationship-replicas/" + relationship_id.encode()
            )
        except Unavailable:
            return 0
        return int(reply.json()["version"]) if reply.status == 200 else 0

    async def propagation(self, relationship_id: str, version: int, wait_s: float) -> Propagation:
        """Which services have applied this version of the relationship, after waiting for all of them."""
        services = [*self.followers, "gateway"]
        until = time.monotonic() + wait_s
        reached = [self._reaches(service, relationship_id, version, until) for service in services]
        applied = dict(zip(services, await asyncio.gather(*reached), strict=True))
        is_applied = all(applied.values())
        return Propagation(relationship_id=relationship_id, version=version, is_applied=is_applied, applied=applied)


def _unknown_relationship(problem: object) -> str | None:
    """The id that a 404 problem names, where it is about a relationship."""
    if isinstance(problem, dict) and problem.get("status") == 404:
        relationship_id = problem.get("relationship_id")
        if isinstance(relationship_id, str) and is_id(relationship_id):
            return relationship_id
    return None


def _is_behind(reply: Reply) -> bool:
    problem = reply.json()
    return isinstance(problem, dict) and problem.get("code") == ReplicaBehind.slug


def _ids(body: bytes, field: str) -> Iterator[str]:
    """The ids in a field of a JSON body, or of each of its `items`."""
    if field.encode() not in body and b"\\u" not in body:  # most bodies need not be read here
        return
    try:
        sent = pydantic_core.from_json(body)
    except ValueError:
        return  # the service says what is wrong with it
    parts = sent.get("items", [sent]) if isinstance(sent, dict) else []
    for part in parts if isinstance(parts, list) else ():
        value = part.get(field) if isinstance(part, dict) else None
        for id in value if isinstance(value, list) else [value]:
            if isinstance(id, str) and is_id(id):
                yield id


def _keyed(headers: Headers, part: bytes) -> Headers:
    """The rows that are sent again are another body, so they need another key, the same each time they are sent."""
    mark = hashlib.sha256(part).hexdigest()[:32].encode()
    return [(name, value[:160] + b"." + mark if name == b"idempotency-key" else value) for name, value in headers]
