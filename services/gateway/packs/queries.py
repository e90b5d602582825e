"""Reads what a pack is made of from the services as the actor: what they may not read is not in it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from services.gateway.aggregates.timeline import Span, timeline
from services.gateway.http.errors import ServiceRefusal
from services.gateway.http.replica_wait import ReplicaWait
from services.gateway.packs import answers
from services.gateway.packs.answers import Answer, Query
from services.gateway.packs.data import ROWS_MOST, PackData
from services.gateway.packs.pack import Source
from services.gateway.packs.request import PackRequest
from shared.auth import Actor
from shared.db.keyset import encode_cursor
from shared.errors import Unavailable
from shared.http.pages import LIMIT_MOST

REVIEWS_MOST = 12
FIRST_ID = "00000000-0000-0000-0000-000000000000"
"""Before every id, so that a page of the timeline begins exactly at an instant."""

Names = Callable[[Collection[str]], Awaitable[Mapping[str, str]]]
"""The names of these actors, as far as they are known."""


async def read(replica_wait: ReplicaWait, names: Names, request: PackRequest, actor: Actor, now: datetime) -> PackData:
    """`ServiceRefusal` with the service's own answer where one refuses its part: a pack is never incomplete."""
    today = now.astimezone(UTC).date()
    get = _Reader(replica_wait, actor, today)
    of = f"relationships/{request.relationship_id}"
    own: Query = {"relationship_id": request.relationship_id}
    relationship: Answer[answers.Relationship] = await get.one("accounts", "Relationship", of)
    as_of, days = request.as_of(today), {"from": request.starts_on, "to": request.ends_on}
    before = request.starts_on - timedelta(days=1)
    ends = [relationship.body["sponsor_id"], relationship.body["provider_id"]]
    start = asyncio.ensure_future
    accounts = start(get.every("accounts", "Accounts", "accounts", id=ends))
    tier = start(get.one("scorecards", "Tier and score", f"{of}/tier", as_of=as_of, contributions_limit=LIMIT_MOST))
    tier_before = start(get.one("scorecards", "Score before", f"{of}/tier", as_of=before))
    tier_today = start(get.one("scorecards", "Score today", f"{of}/tier"))
    policies = start(get.one("scorecards", "Tier policies", "tier-policies"))
    history = start(get.one("scorecards", "Score over time", f"{of}/tier/history", to=as_of, step="month"))
    facts = start(get.one("scorecards", "Facts of the period", f"{of}/facts", **days))
    gaps = start(get.one("scorecards", "Perception gaps", f"{of}/perception-gaps", **days))
    reviews = start(get.reviews(request))
    plans = start(get.every("scorecards", "Action plans", f"{of}/action-plans"))
    attributes = start(get.whole("scorecards", "Attributes", "attributes"))
    ladder = start(get.one("engagements", "Ladder", f"{of}/ladder", as_of=as_of))
    engagements = start(get.every("engagements", "Engagements", "engagements", **own))
    milestones = start(get.open_milestones(own))
    actions = start(get.every("engagements", "Open actions", "actions", **own, is_done="false"))
    events = start(get.events(request))
    await asyncio.gather(
        accounts, tier, tier_before, tier_today, policies, history, facts, gaps, reviews, plans, attributes, ladder,
        engagements, milestones, actions, events,
    )  # fmt: skip
    people = _people(relationship.body, actions.result().body, [*plans.result().body, *milestones.result().body])
    source_ids = {row["interaction_id"] for row in actions.result().body} - {None}
    contacts, interactions, actors = await asyncio.gather(
        get.by_ids("accounts", "contacts", people), get.by_ids("engagements", "interactions", source_ids), names(people)
    )
    return PackData(
        today=today,
        as_of=as_of,
        relationship=relationship,
        accounts=accounts.result(),
        tier=tier.result(),
        tier_before=tier_before.result(),
        tier_today=tier_today.result(),
        policy=_policy(policies.result().body, tier.result().body),
        history=history.result(),
        ladder=ladder.result(),
        facts=facts.result(),
        gaps=gaps.result(),
        reviews=reviews.result(),
        plans=plans.result(),
        engagements=engagements.result(),
        milestones=milestones.result(),
        actions=actions.result(),
        events=events.result(),
        labels={row["key"]: row["label"] for row in attributes.result().body},
        contacts=contacts,
        # An interaction that the actor may not read is another person's private note.
        notes=frozenset(id for id in source_ids if id not in interactions or interactions[id]["kind"] == "note"),
        names={**{id: contact["name"] for id, contact in contacts.items()}, **actors},
    )


def _policy(policies: answers.Page[answers.Policy], tier: answers.Tier) -> answers.Policy:
    """The policy by which the tier was scored."""
    return next(policy for policy in policies["items"] if policy["version"] == tier["policy_version"])


def _people(
    relationship: answers.Relationship, actions: Sequence[answers.Action], owned: Sequence[answers.Owned]
) -> set[str]:
    """Ids of actors and contacts alike: only a look-up shows which is which."""
    ids = {id for row in actions for id in (row["owner_actor_id"], row["owner_contact_id"])}
    ids |= {id for row in owned for id in (row["sponsor_owner_id"], row["provider_owner_id"])}
    return {relationship["owner_id"], *(id for id in ids if id)}


class _Reader:
    """Reads as one actor and records the route of each answer; a refusal is passed on unchanged.

    Bodies are JSON as the service's contract has it: the caller names their type.
    """

    def __init__(self, replica_wait: ReplicaWait, actor: Actor, today: date) -> None:
        self._freshness, self._actor, self._today = replica_wait, actor, today

    async def one(self, service: str, title: str, path: str, **query: Any) -> Answer[Any]:
        route, parameters = f"/v1/{path}", urlencode(query, doseq=True)
        reply = await self._freshness.call(service, self._actor, "GET", route.encode(), query=parameters.encode())
        if not reply.is_good:
            raise ServiceRefusal(reply)
        body = reply.json()
        as_of = date.fromisoformat(body["as_of"]) if "as_of" in body else query.get("to", self._today)
        return Answer(body, Source(title, f"/api{route}{'?' if parameters else ''}{parameters}", as_of))

    async def every(
        self, service: str, title: str, path: str, is_wanted: Callable[[Any], bool] | None = None, **query: Any
    ) -> Answer[list[Any]]:
        """A list to its end, to `ROWS_MOST`, or to the first row that is not wanted; its body is the rows."""
        rows: list[Any] = []
        page = first = await self.one(service, title, path, **query, limit=LIMIT_MOST)
        while True:
            for row in page.body["items"]:
                if is_wanted is not None and not is_wanted(row):
                    return Answer(rows, first.source)
                rows.append(row)
            if page.body["next"] is None or len(rows) >= ROWS_MOST:
                return Answer(rows, first.source, is_cut=page.body["next"] is not None)
            page = await self.one(service, title, path, **query, limit=LIMIT_MOST, after=page.body["next"])

    async def whole(self, service: str, title: str, path: str) -> Answer[list[Any]]:
        """A list that comes in one page; its body is the rows."""
        page = await self.one(service, title, path)
        return Answer(page.body["items"], page.source)

    async def by_ids(self, service: str, path: str, ids: Collection[str]) -> dict[str, Any]:
        """The records with these ids that the actor may read."""
        wanted = sorted(ids)
        batches = [wanted[at : at + LIMIT_MOST] for at in range(0, len(wanted), LIMIT_MOST)]
        parts = await asyncio.gather(*(self.every(service, path, path, id=batch) for batch in batches))
        return {row["id"]: row for part in parts for row in part.body}

    async def reviews(self, request: PackRequest) -> Answer[list[Answer[answers.Review]]]:
        """Results side by side of every cycle's periods that end in the request's days; the list is newest first."""
        starts_on, ends_on = request.starts_on.isoformat(), request.ends_on.isoformat()
        cards: Answer[list[answers.Card]] = await self.every(
            "scorecards",
            "Scorecards",
            "scorecards",
            lambda card: bool(card["period_ends_on"] >= starts_on),
            relationship_id=request.relationship_id,
        )
        ended = [card for card in cards.body if card["period_ends_on"] <= ends_on]
        groups = {(card["review_cycle_id"], card["period_starts_on"]): card["id"] for card in ended}
        chosen = list(groups.values())[:REVIEWS_MOST]
        results = await asyncio.gather(
            *(self.one("scorecards", "Scorecards side by side", f"scorecards/{id}/results") for id in chosen)
        )
        return Answer(list(results), cards.source, is_cut=len(groups) > len(chosen))

    async def open_milestones(self, own: Query) -> Answer[list[answers.Milestone]]:
        """Open and lapsed ones: a lapsed promise is still owed."""
        still, lapsed = await asyncio.gather(
            *(
                self.every("engagements", "Open milestones", "milestones", **own, status=status)
                for status in ("open", "lapsed")
            )
        )
        return Answer([*still.body, *lapsed.body], still.source, still.is_cut or lapsed.is_cut)

    async def events(self, request: PackRequest) -> Answer[list[answers.Entry]]:
        """What happened in the request's days, newest first, each with its effect on today's score."""
        end = datetime.combine(request.ends_on + timedelta(days=1), time(), UTC)
        first_day, after = request.starts_on.isoformat(), encode_cursor([end, FIRST_ID])
        source = Source("Timeline", f"/api/v1/relationships/{request.relationship_id}/timeline", self._today)
        rows: list[answers.Entry] = []
        while True:
            page = await timeline(
                self._freshness, request.relationship_id, Span((), after, None, LIMIT_MOST), self._actor
            )
            if page.missing:
                raise Unavailable("the effects on the score are not available at the moment")
            entries: list[Any] = [entry.model_dump(mode="json") for entry in page.items]  # the JSON of `Entry`
            inside = [entry for entry in entries if entry["on"] >= first_day]
            rows += inside
            if page.next is None or len(inside) < len(entries) or len(rows) >= ROWS_MOST:
                return Answer(rows, source, is_cut=len(rows) >= ROWS_MOST)
            after = page.next
