"""A relationship's timeline across services."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from services.gateway.aggregates.schemas import Timeline, TimelineEntry
from services.gateway.http.errors import ServiceRefusal
from services.gateway.http.openapi import timeline_kinds
from services.gateway.http.replica_wait import ReplicaWait
from shared.auth import Actor
from shared.db.keyset import decode_cursor, encode_cursor
from shared.errors import InvalidField, ReplicaBehind, Unavailable
from shared.http.pages import LIMIT_MOST

JsonObject = dict[str, Any]  # a part of a page, or an entry with the details of its kind, as its service answers
SOURCES = ("engagements", "scorecards")


class Span(NamedTuple):
    """Which part of a timeline is asked for; at most one of the two cursors is set, and no kinds are all kinds."""

    kinds: Sequence[str]
    after: str | None
    before: str | None
    limit: int

    @property
    def most(self) -> int:
        """Entries asked of each source: one more than the page where a source can give so many."""
        return min(self.limit + 1, LIMIT_MOST)

    def query(self, kinds: frozenset[str]) -> str:
        asked: dict[str, object] = {"limit": self.most, "kind": sorted(kinds.intersection(self.kinds))}
        for name in ("after", "before"):
            cursor = getattr(self, name)
            if cursor is not None:
                try:
                    at, id = decode_cursor(cursor, [datetime, str])
                except InvalidField:
                    raise InvalidField(name, "is not a cursor of this list") from None
                asked |= {f"{name}_at": at.isoformat(), f"{name}_id": id}
        return urlencode(asked, doseq=True)


async def part(replica_wait: ReplicaWait, service: str, actor: Actor, path: str) -> JsonObject | None:
    """One part of a page, or None when its service does not give it just now."""
    path, _, query = path.partition("?")
    try:
        reply = await replica_wait.call(service, actor, "GET", path.encode(), query=query.encode())
    except (Unavailable, ReplicaBehind):
        return None
    return reply.json() if reply.is_good else None


async def timeline(replica_wait: ReplicaWait, relationship_id: str, span: Span, actor: Actor) -> Timeline:
    """One order over the entries of every service, newest first, each with its effect on the score.

    An entry left out could never be found again behind its cursor, so a source that does not answer fails the page;
    effects that are not to be had leave a complete page without them, named in `missing`.
    """
    if span.after is not None and span.before is not None:
        raise InvalidField("before", "is not given together with after")
    kinds = {source: timeline_kinds(source) for source in SOURCES}
    unknown = set(span.kinds).difference(*kinds.values())
    if unknown:
        raise InvalidField("kind", f"is one of {', '.join(sorted(frozenset().union(*kinds.values())))}")
    path = f"/v1/relationships/{relationship_id}/timeline-entries".encode()
    asked = (
        replica_wait.call(source, actor, "GET", path, query=span.query(kinds[source]).encode())
        for source in SOURCES
        if not span.kinds or kinds[source].intersection(span.kinds)
    )
    replies = await asyncio.gather(*asked)
    for reply in replies:
        if not reply.is_good:
            raise ServiceRefusal(reply)
    merged = merge([reply.json()["items"] for reply in replies], span)
    effects = await _effects(replica_wait, relationship_id, actor, merged.items)
    items = [_entry(entry, effects or {}) for entry in merged.items]
    return Timeline(
        items=items, next=merged.next, previous=merged.previous, missing=["effect"] if effects is None else []
    )


async def _effects(
    replica_wait: ReplicaWait, relationship_id: str, actor: Actor, entries: Sequence[JsonObject]
) -> dict[str, float] | None:
    """The effect of each source on today's score, in points; None when scorecards does not say."""
    ids = {entry["source_id"] for entry in entries} - {None}
    if not ids:
        return {}
    asked = urlencode([("source_id", id) for id in sorted(ids)])
    found = await part(replica_wait, "scorecards", actor, f"/v1/relationships/{relationship_id}/effects?{asked}")
    return None if found is None else {item["source_id"]: item["effect"] for item in found["items"]}


def _entry(entry: JsonObject, effects: dict[str, float]) -> TimelineEntry:
    named = {name: entry.get(name) for name in ("id", "kind", "at", "on", "title", "source_kind", "source_id")}
    details = {name: value for name, value in entry.items() if name not in named}
    return TimelineEntry(effect=effects.get(entry["source_id"]), details=details, **named)


class Merged(NamedTuple):
    items: list[JsonObject]
    next: str | None
    previous: str | None


def merge(sources: Sequence[Sequence[JsonObject]], span: Span) -> Merged:
    """The page of a span from each source's own part of it: at most `Span.most` entries, nearest to the cursor."""
    entries = sorted((entry for source in sources for entry in source), key=_order, reverse=True)
    has_more = len(entries) > span.limit or any(len(source) == span.most for source in sources)
    items = entries[-span.limit :] if span.before is not None else entries[: span.limit]
    if not items:
        return Merged([], None, None)
    has_older = has_more if span.before is None else True
    has_newer = has_more if span.before is not None else span.after is not None
    ends = [encode_cursor(_order(items[end])) for end in (0, -1)]
    return Merged(items, ends[1] if has_older else None, ends[0] if has_newer else None)


def _order(entry: JsonObject) -> tuple[datetime, str]:
    return datetime.fromisoformat(entry["at"]), entry["id"]
