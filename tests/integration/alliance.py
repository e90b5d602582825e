"""One relationship as its users see it: everything through the gateway, and the score by docs/design/model.md."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.auth import Actor
from shared.ids import new_id
from tests.support.installation import ApiClient, InstallationUnderTest

SHORT_FORM = "019aa000-0000-7000-8000-000000000002"
HALF_LIFE_DAYS = {"interaction": 180, "delivery": 180, "milestone": 365, "audit": 730}


class Item(NamedTuple):
    """Evidence that the rules make of something that happened."""

    kind: str
    on: str
    y: float
    w: float = 1


def p_of(items: Sequence[Item], as_of: str) -> float:
    """p at a day, by the formula of docs/design/model.md in plain floats."""
    s = n = 0.0
    for item in items:
        age_days = (date.fromisoformat(as_of) - date.fromisoformat(item.on)).days
        weight = item.w * 2 ** (-age_days / HALF_LIFE_DAYS[item.kind])
        s, n = s + weight * item.y, n + weight
    return (2 * 0.7 + s) / (2 + n)


@dataclass
class Alliance:
    installation: InstallationUnderTest
    api: ApiClient
    """Acts on the relationship: its owner, a manager."""
    relationship_id: str
    sponsor_id: str
    provider_id: str
    provider_name: str

    def post(self, path: str, body: Any = None, status: int = 201) -> dict[str, Any]:
        answer = self.api.post(f"/api/v1/{path}", body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.api.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def patch(self, path: str, version: int, **changes: Any) -> dict[str, Any]:
        answer = self.api.patch(f"/api/v1/{path}", changes, headers={"if-match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def read(self, part: str, **query: Any) -> dict[str, Any]:
        return self.get(f"relationships/{self.relationship_id}/{part}", **query)

    def day(self, days: int) -> str:
        return (self.installation.clock().date() + timedelta(days=days)).isoformat()

    def interaction(self, day: int = -1, status: int = 201, **more: Any) -> dict[str, Any]:
        body = {"kind": "call", "occurred_at": self.day(day) + "T12:00:00Z", "summary": "Weekly call"}
        return self.post("interactions", {"relationship_id": self.relationship_id} | body | more, status)

    def delivery(self, promised: int, delivered: int | None, **more: Any) -> dict[str, Any]:
        return self.post("deliveries", self.handed_over(promised, delivered) | more)

    def handed_over(self, promised: int, delivered: int | None) -> dict[str, Any]:
        days = {"promised_on": self.day(promised), "delivered_on": None if delivered is None else self.day(delivered)}
        return {"relationship_id": self.relationship_id} | days

    def good_record(self) -> list[dict[str, Any]]:
        """Deliveries enough, and over days enough, for preferred."""
        rows = [self.handed_over(day, day) for day in range(-120, 0, 10)]
        results = self.post("deliveries/bulk", {"items": rows}, 200)["results"]
        assert {row["status"] for row in results} == {201}
        return list(results)

    def engagement(self, **more: Any) -> str:
        body = {"name": "Fill and finish", "type": "commercial_supply", "mode": "tactical", "complexity": 2}
        return str(self.post("engagements", {"relationship_id": self.relationship_id} | body | more)["id"])

    def follows(self, *items: Item) -> dict[str, Any]:
        """The tier once it says exactly these items, which it must eventually; returns it."""

        def the_score_follows() -> bool:
            tier = self.read("tier")
            found = {(i["source_kind"], i["on"], i["y"], i["w"]) for i in tier["contributions"]["items"]}
            return tier["evidence_count"] == len(items) and found == {
                ("interaction" if kind == "audit" else kind, on, y, w) for kind, on, y, w in items
            }

        self.installation.eventually(the_score_follows)
        tier = self.read("tier")
        assert math.isclose(tier["p"], p_of(items, tier["as_of"]), abs_tol=1e-12)
        assert tier["score"] == 100 * tier["p"]
        return tier


def alliance(installation: InstallationUnderTest, **more: Any) -> Alliance:
    api, name, ends = installation.api(), f"Vialworks {new_id()}", {}
    for kind in ("sponsor", "provider"):
        answer = api.post("/api/v1/accounts", {"name": name if kind == "provider" else "Northwind", "kind": kind})
        assert answer.status_code == 201, answer.text
        ends[f"{kind}_id"] = answer.json()["id"]
    answer = api.post("/api/v1/relationships", ends | more)
    assert answer.status_code == 201, answer.text
    return Alliance(installation, api, answer.json()["id"], **ends, provider_name=name)


def published_card(here: Alliance) -> dict[str, str]:
    """The ids of a card of a quarter long due, of its cycle, of a plan and of a link to rate it."""
    cycle = {
        "name": "Quarterly", "time_zone": "UTC", "template_id": SHORT_FORM, "sides": "sponsor",
        "audience": {"relationship_ids": [here.relationship_id]},
    }  # fmt: skip
    cycle_id = here.post("review-cycles", cycle)["id"]
    here.post(f"review-cycles/{cycle_id}/runs", {"as_of": here.day(-200)}, 200)
    [card] = here.get("scorecards", review_cycle_id=cycle_id)["items"]
    path = f"scorecards/{card['id']}"
    rater = here.post(
        f"accounts/{here.sponsor_id}/contacts", {"name": "Ada", "function": "supply", "email": "a@b.example"}
    )
    link = here.post(path + "/rating-links", {"contact_id": rater["id"]})
    ratings = {"ratings": [{"attribute": "communication", "rating": "meets"}]}
    assert here.api.put(f"/api/v1/{path}/ratings", ratings, headers={"if-match": '"0"'}).status_code == 200
    here.post(path + "/submission", status=200)
    person = Actor(here.api.actor_id, "Its owner", "manager", "sponsor", "person", is_reauthenticated=True)
    signed = here.installation.client("scorecards", person).post(f"/v1/{path}/signature", {"meaning": "I agree"})
    assert signed.json()["status"] == "published"
    planned = {"attribute": "communication", "what": "Call weekly", "reason": "To exceed", "due_on": here.day(30)}
    plan = here.post(path + "/action-plans", planned)
    return {
        "scorecard_id": card["id"],
        "review_cycle_id": cycle_id,
        "action_plan_id": plan["id"],
        "rating_link_id": link["id"],
    }
