"""Everything a pack is made of, asked of the services as the reader: what they may not read is not in it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from services.gateway.aggregates.timeline import Span, timeline
from services.gateway.http.errors import Refused
from services.gateway.http.replica_wait import Freshness
from services.gateway.packs.data import ROWS_MOST, Reading, Row, Told
from services.gateway.packs.pack import Source
from services.gateway.packs.request import Asked
from shared.auth import Actor
from shared.db.keyset import encode_cursor
from shared.errors import Unavailable
from shared.http.pages import LIMIT_MOST

REVIEWS_MOST = 12
FIRST_ID = "00000000-0000-0000-0000-000000000000"
"""Before every id, so that a page of the timeline begins exactly at an instant."""

Names = Callable[[Collection[str]], Awaitable[Mapping[str, str]]]
"""The names of these actors, as far as they are known."""


async def read(freshness: Freshness, names: Names, asked: Asked, actor: Actor, now: datetime) -> Reading:
    """`Refused` with the services' own answer where one does not give its part: no pack is handed out with a hole."""
    today = now.astimezone(UTC).date()
    ask = _Asker(freshness, actor, today)
    of = f"relationships/{asked.relationship_id}"
    mine: dict[str, Any] = {"relationship_id": asked.relationship_id}
    relationship = await ask.one("accounts", "Relationship", of)
    as_of, days = asked.as_of(today), {"from": asked.starts_on, "to": asked.ends_on}
    ends = [relationship.body["sponsor_id"], relationship.body["provider_id"]]
    parts = {
        "accounts": ask.every("accounts", "Accounts", "accounts", id=ends),
        "tier": ask.one("scorecards", "Tier and score", f"{of}/tier", as_of=as_of, contributions_limit=LIMIT_MOST),
        "tier_before": ask.one("scorecards", "Score before", f"{of}/tier", as_of=asked.starts_on - timedelta(days=1)),
        "tier_today": ask.one("scorecards", "Score today", f"{of}/tier"),
        "history": ask.one("scorecards", "Score over time", f"{of}/tier/history", to=as_of, step="month"),
        "facts": ask.one("scorecards", "Facts of the period", f"{of}/facts", **days),
        "gaps": ask.one("scorecards", "Perception gaps", f"{of}/perception-gaps", **days),
        "reviews": ask.reviews(asked),
        "plans": ask.every("scorecards", "Action plans", f"{of}/action-plans"),
        "attributes": ask.every("scorecards", "Attributes", "attributes"),
        "ladder": ask.one("engagements", "Ladder", f"{of}/ladder", as_of=as_of),
        "engagements": ask.every("engagements", "Engagements", "engagements", **mine),
        "milestones": ask.open_milestones(mine),
        "actions": ask.every("engagements", "Open actions", "actions", **mine, is_done="false"),
        "events": ask.events(asked),
    }
    told: dict[str, Told] = dict(zip(parts, await asyncio.gather(*parts.values()), strict=True))
    labels = {row["key"]: row["label"] for row in told.pop("attributes").body}
    people = _people(relationship.body, told)
    sources = {row["interaction_id"] for row in told["actions"].body} - {None}
    contacts, interactions, actors = await asyncio.gather(
        ask.by_ids("accounts", "contacts", people), ask.by_ids("engagements", "interactions", sources), names(people)
    )
    return Reading(
        today=today,
        as_of=as_of,
        relationship=relationship,
        labels=labels,
        contacts=contacts,
        # One that is not to be had is a note of somebody else's.
        notes=frozenset(id for id in sources if id not in interactions or interactions[id]["kind"] == "note"),
        names={**{id: contact["name"] for id, contact in contacts.items()}, **actors},
        **told,
    )


def _people(relationship: Row, told: Mapping[str, Told]) -> set[str]:
    """Ids of actors and contacts alike: only a look-up tells them apart."""
    owners = ("owner_actor_id", "owner_contact_id", "sponsor_owner_id", "provider_owner_id")
    rows = [row for part in ("actions", "plans", "milestones") for row in told[part].body]
    return {relationship["owner_id"], *(row[name] for row in rows for name in owners if row.get(name))}


class _Asker:
    """Asks as one actor, and notes what was asked; a refusal is handed on as it is."""

    def __init__(self, freshness: Freshness, actor: Actor, today: date) -> None:
        self._freshness, self._actor, self._today = freshness, actor, today

    async def one(self, service: str, title: str, path: str, **query: Any) -> Told:
        place = f"/v1/{path}"
        asked = urlencode(query, doseq=True)
        reply = await self._freshness.call(service, self._actor, "GET", place.encode(), query=asked.encode())
        if not reply.is_good:
            raise Refused(reply)
        body = reply.json()
        as_of = date.fromisoformat(body["as_of"]) if "as_of" in body else query.get("to", self._today)
        return Told(body, Source(title, f"/api{place}{'?' if asked else ''}{asked}", as_of))

    async def every(
        self, service: str, title: str, path: str, is_wanted: Callable[[Row], bool] | None = None, **query: Any
    ) -> Told:
        """A list to its end, to `ROWS_MOST`, or to the first row that is not wanted; its body is the rows."""
        rows: list[Row] = []
        page = first = await self.one(service, title, path, **query, limit=LIMIT_MOST)
        while True:
            for row in page.body["items"]:
                if is_wanted is not None and not is_wanted(row):
                    return Told(rows, first.source)
                rows.append(row)
            if page.body["next"] is None or len(rows) >= ROWS_MOST:
                return Told(rows, first.source, is_cut=page.body["next"] is not None)
            page = await self.one(service, title, path, **query, limit=LIMIT_MOST, after=page.body["next"])

    async def by_ids(self, service: str, path: str, ids: Collection[str]) -> dict[str, Row]:
        """Those of these ids that the actor may read."""
        wanted = sorted(ids)
        batches = [wanted[at : at + LIMIT_MOST] for at in range(0, len(wanted), LIMIT_MOST)]
        told = await asyncio.gather(*(self.every(service, path, path, id=batch) for batch in batches))
        return {row["id"]: row for part in told for row in part.body}

    async def reviews(self, asked: Asked) -> Told:
        """Results side by side of every cycle's periods that end in the days asked for; the list comes newest first."""
        starts_on, ends_on = asked.starts_on.isoformat(), asked.ends_on.isoformat()
        cards = await self.every(
            "scorecards",
            "Scorecards",
            "scorecards",
            lambda card: bool(card["period_ends_on"] >= starts_on),
            relationship_id=asked.relationship_id,
        )
        ended = [card for card in cards.body if card["period_ends_on"] <= ends_on]
        groups = {(card["review_cycle_id"], card["period_starts_on"]): card["id"] for card in ended}
        chosen = list(groups.values())[:REVIEWS_MOST]
        results = await asyncio.gather(
            *(self.one("scorecards", "Scorecards side by side", f"scorecards/{id}/results") for id in chosen)
        )
        return Told(list(results), cards.source, is_cut=len(groups) > len(chosen))

    async def open_milestones(self, mine: Mapping[str, Any]) -> Told:
        """A lapsed promise is an open one too."""
        still, lapsed = await asyncio.gather(
            *(
                self.every("engagements", "Open milestones", "milestones", **mine, status=status)
                for status in ("open", "lapsed")
            )
        )
        return Told([*still.body, *lapsed.body], still.source, still.is_cut or lapsed.is_cut)

    async def events(self, asked: Asked) -> Told:
        """What happened in the days asked for, newest first, each with its effect on today's score."""
        end = datetime.combine(asked.ends_on + timedelta(days=1), time(), UTC)
        first_day, after = asked.starts_on.isoformat(), encode_cursor([end, FIRST_ID])
        source = Source("Timeline", f"/api/v1/relationships/{asked.relationship_id}/timeline", self._today)
        rows: list[Row] = []
        while True:
            page = await timeline(
                self._freshness, asked.relationship_id, Span((), after, None, LIMIT_MOST), self._actor
            )
            if page.missing:
                raise Unavailable("the effects on the score are not to be had just now")
            entries = [entry.model_dump(mode="json") for entry in page.items]
            inside = [entry for entry in entries if entry["on"] >= first_day]
            rows += inside
            if page.next is None or len(inside) < len(entries) or len(rows) >= ROWS_MOST:
                return Told(rows, source, is_cut=len(rows) >= ROWS_MOST)
            after = page.next


def rows_of(told: Told) -> Sequence[Row]:
    rows: Sequence[Row] = told.body
    return rows
