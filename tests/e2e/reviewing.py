"""A quarter under review: its relationship with people of both sides, its cycle and its cards."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.product import PASSWORD, Product

FULL, SHORT = "019aa000-0000-7000-8000-000000000001", "019aa000-0000-7000-8000-000000000002"
ROLES = {"sponsor": "manager", "provider": "partner"}


@dataclass
class Quarter:
    """The newest quarter that is over, and not due yet; `cards` by side once it was opened."""

    product: Product
    relationship_id: str
    cycle_id: str
    cards: dict[str, str] = field(default_factory=dict)

    def open(self, days_ago: int = 0) -> "Quarter":
        as_of = (datetime.now(UTC) - timedelta(days=days_ago)).date()
        run = self.product.post(f"review-cycles/{self.cycle_id}/runs", {"as_of": str(as_of)})
        asked = {"review_cycle_id": self.cycle_id, "period_ends_on": run["period"]["ends_on"]}
        self.cards = {card["side"]: card["id"] for card in self.product.get("scorecards", **asked)["items"]}
        return self

    def read(self, side: str = "sponsor") -> dict[str, Any]:
        """The card as a person of its own side reads it."""
        answer = self.product.person(ROLES[side]).get(f"scorecards/{self.cards[side]}").raise_for_status()
        card: dict[str, Any] = answer.json()
        return card

    def answers(self, side: str = "sponsor") -> dict[str, str]:
        """What the server has of this person's answers, by attribute."""
        sheet = self.product.person(ROLES[side]).get(f"scorecards/{self.cards[side]}/ratings").json()
        return {answer["attribute"]: answer["rating"] for answer in sheet["ratings"]}

    def submit(self, side: str, rating: str = "meets") -> "Quarter":
        person, card = self.product.person(ROLES[side]), self.cards[side]
        comment = {"comment": "Two gates slipped."} if rating == "below" else {}
        asked = [question["attribute"] for question in self.read(side)["questions"]]
        answers = [{"attribute": attribute, "rating": rating, **comment} for attribute in asked]
        version = person.get(f"scorecards/{card}/ratings").json()["version"]
        body, seen = {"ratings": answers}, {"if-match": f'"{version}"'}
        person.put(f"scorecards/{card}/ratings", json=body, headers=seen).raise_for_status()
        person.post(f"scorecards/{card}/submission").raise_for_status()
        return self

    def sign(self, side: str) -> "Quarter":
        body = {"password": PASSWORD, "meaning": "I stand for these ratings"}
        person = self.product.person(ROLES[side])
        person.post(f"scorecards/{self.cards[side]}/signature", json=body).raise_for_status()
        return self


def quarter(product: Product, relationship_id: str, template: str = SHORT, **more: Any) -> Quarter:
    """A cycle for this relationship alone, with the manager and the partner on its team."""
    read = product.api.get(f"relationships/{relationship_id}").raise_for_status()
    members = [product.person(role).get("me").json()["id"] for role in ROLES.values()]
    team = product.api.put(
        f"relationships/{relationship_id}/team", json={"members": members}, headers={"if-match": read.headers["etag"]}
    )
    team.raise_for_status()
    cycle = {
        "name": f"Quarterly review of {read.json()['provider_name']}", "cadence": "quarterly", "time_zone": "UTC",
        "template_id": template, "sides": "both", "audience": {"relationship_ids": [relationship_id]},
        "due_days_after_end": 200, "starts_on": str((datetime.now(UTC) + timedelta(days=400)).date()),
    }  # fmt: skip
    return Quarter(product, relationship_id, product.post("review-cycles", cycle | more)["id"])
