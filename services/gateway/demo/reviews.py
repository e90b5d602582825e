"""The demo's reviews: two quarters, both sides, most of them published, made through the routes that people use.

Random choices are seeded by the card, so an interrupted run goes on where it ended with the same results.
"""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pydantic_core

from services.gateway.demo.companies import TAG
from services.gateway.demo.people import OWNERS, REVIEWER
from services.gateway.imports.service_client import Body
from services.gateway.upstream import Upstreams
from shared.auth import Actor

CYCLE = "Quarterly review (demo)"
_PAUSE_S = 0.1
_PORTFOLIO = "/v1/portfolio?limit=200"
MEANING = "This is how we saw the quarter."
_WORDS = ("below", "meets", "exceeds")
_BELOW = (
    "Two dates were moved without a word before the day.",
    "We had to ask three times before an answer came.",
    "The second batch record came back with the same gaps.",
    "Agreed in the meeting, forgotten a week later.",
    "Nobody could say who decides.",
)
_ABOVE = ("Came to us with the problem and the way out of it.", "Better than we do it ourselves.")


async def review(upstreams: Upstreams, office: Actor, today: date, stopping: threading.Event) -> None:
    """Make the reviews of the two quarters before `today`, of every relationship of the demo."""
    reviews = _Reviews(upstreams, office, stopping)
    cycle = await reviews.cycle()
    ends = () if cycle["archived_at"] is not None else tuple(_quarters_before(today, 2))
    for ends_on in ends:
        await reviews.review_quarter(cycle["id"], ends_on, is_newest=ends_on == ends[-1])


class _Reviews:
    def __init__(self, upstreams: Upstreams, office: Actor, stopping: threading.Event) -> None:
        self._upstreams, self._office, self._stopping = upstreams, office, stopping

    async def review_quarter(self, cycle_id: str, ends_on: date, *, is_newest: bool) -> None:
        """Open the cards of a quarter, unless there are any, and rate those that the demo rates."""
        path = f"/v1/scorecards?review_cycle_id={cycle_id}&period_ends_on={ends_on}&limit=200"
        cards = await self._all(path)
        if not cards:
            await self._add_reviewer()
            await self._request(self._office, "POST", f"/v1/review-cycles/{cycle_id}/runs", {"as_of": ends_on})
            cards = await self._all(path)
        rows = {row["relationship_id"]: row for row in await self._all(_PORTFOLIO)}
        for card in cards:
            row = rows[card["relationship_id"]]
            if self._stopping.is_set():
                return
            if row["owner_id"] in OWNERS:
                await self._answer(card, row, is_newest=is_newest)

    async def _add_reviewer(self) -> None:
        """Put the reviewer for providers on every team, and wait until scorecards has applied it."""
        wanted = set()
        for one in await self._all("/v1/relationships?limit=200", "accounts"):
            if one["owner_id"] not in OWNERS:
                continue  # a relationship of the installation's own
            wanted.add(one["id"])
            if REVIEWER.actor_id not in one["team"]:
                team = {"members": [*one["team"], REVIEWER.actor_id]}
                path = f"/v1/relationships/{one['id']}/team"
                await self._request(self._office, "PUT", path, team, version=one["version"], service="accounts")
        while not self._stopping.wait(_PAUSE_S):
            if wanted <= {row["relationship_id"] for row in await self._all(_PORTFOLIO, actor=REVIEWER)}:
                return

    async def cycle(self) -> Body:
        """The demo's review cycle, made where it is missing."""
        known = [
            cycle for archived in ("false", "true")
            for cycle in await self._all(f"/v1/review-cycles?archived={archived}&limit=200")
        ]  # fmt: skip
        found = next((cycle for cycle in known if cycle["name"] == CYCLE), None)
        return found or await self._request(
            self._office,
            "POST",
            "/v1/review-cycles",
            {
                "name": CYCLE,
                "time_zone": "UTC",
                "template_id": await self._template(),
                "sides": "both",
                "audience": {"tags": [TAG]},
                "signers": {"provider": {"owner": False, "actor_ids": [REVIEWER.actor_id]}},
            },
        )

    async def _template(self) -> str:
        """The shipped template with the most questions."""
        found = await self._all("/v1/scorecard-templates?limit=200")
        return str(max(found, key=lambda row: len(row["attributes"]))["id"])

    async def _answer(self, card: Body, row: Body, *, is_newest: bool) -> None:
        card_of = (row["sponsor_name"], row["provider_name"], card["period_ends_on"], card["side"])
        chance = random.Random("/".join(card_of))
        progress = _progress(chance, is_newest=is_newest)
        if card["status"] != "draft" or card["revision"] > 1 or not progress.is_rated:
            return
        rater = REVIEWER if card["side"] == "provider" else _owner(row)
        path = f"/v1/scorecards/{card['id']}"
        asked = (await self._request(rater, "GET", path))["questions"]
        answers = [_rating(chance, question["attribute"], row, card["side"]) for question in asked]
        own = await self._request(rater, "GET", f"{path}/ratings")
        if own["version"] == 0:
            await self._request(rater, "PUT", f"{path}/ratings", {"ratings": answers}, version=0)
        if progress.is_submitted:
            await self._request(rater, "POST", f"{path}/submission")
        if progress.is_signed:
            await self._request(
                replace(rater, is_reauthenticated=True), "POST", f"{path}/signature", {"meaning": MEANING}
            )
        if progress.is_disputed:
            reason = {"reason": "The late release in the second month was ours, not theirs."}
            await self._request(self._office, "POST", f"{path}/dispute", reason)

    async def _all(self, path: str, service: str = "scorecards", actor: Actor | None = None) -> list[Body]:
        rows: list[Body] = []
        after = ""
        while True:
            page = await self._request(actor or self._office, "GET", path + after, service=service)
            rows += page["items"]
            if page["next"] is None:
                return rows
            after = f"&after={page['next']}"

    async def _request(
        self,
        actor: Actor,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        version: int | None = None,
        service: str = "scorecards",
    ) -> Body:
        route, _, query = path.partition("?")
        headers = [(b"content-type", b"application/json")] if body is not None else []
        if version is not None:
            headers.append((b"if-match", f'"{version}"'.encode()))
        content = b"" if body is None else pydantic_core.to_json(body)
        reply = await self._upstreams.call(
            service, actor, method, route.encode(), query=query.encode(), headers=headers, body=content
        )
        if not reply.is_good:
            raise ValueError(f"{method} {path}: {reply.status} {reply.json()}")
        answer: Body = reply.json()
        return answer


class CardProgress(NamedTuple):
    """How far a card gets."""

    is_rated: bool
    is_submitted: bool
    is_signed: bool
    is_disputed: bool


def _progress(chance: random.Random, *, is_newest: bool) -> CardProgress:
    """Of an older quarter nearly all is published; of the newest some is still under way, late or disputed."""
    sample = chance.random()
    rated, submitted, signed, disputed = (0.9, 0.8, 0.72, 0.03) if is_newest else (0.98, 0.97, 0.97, 0.0)
    return CardProgress(sample < rated, sample < submitted, sample < signed, sample < disputed)


def _rating(chance: random.Random, attribute: str, row: Body, side: str) -> Body:
    """The better the record, the better the word; a provider sees itself, and its sponsor, a little kinder."""
    good = min(max((row["score"] - 55) / 45, 0.05), 0.95) + (0.08 if side == "provider" else 0.0)
    if chance.random() < 0.04:
        return {"attribute": attribute, "rating": "not_applicable"}
    word = chance.choices(_WORDS, ((1 - good) ** 2 * 0.9 + 0.02, 0.6, good**2 * 1.1))[0]
    comments = _BELOW if word == "below" else _ABOVE if word == "exceeds" and chance.random() < 0.2 else ()
    return {"attribute": attribute, "rating": word} | ({"comment": chance.choice(comments)} if comments else {})


def _owner(row: Body) -> Actor:
    owner_id = row["owner_id"]
    return Actor(owner_id, OWNERS[owner_id], "manager", "sponsor", "person")


def _quarters_before(day: date, count: int) -> Iterator[date]:
    """The last days of so many quarters that are over, oldest first."""
    ends, end = [], day
    for _ in range(count):
        end = end.replace(month=end.month - (end.month - 1) % 3, day=1) - timedelta(days=1)
        ends.append(end)
    return reversed(ends)
