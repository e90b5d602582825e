"""A relationship under review: who takes part, a cycle and its cards, as tests need them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.scorecards.feeding import Known, introduce, today
from tests.support.installation import Client, InstallationUnderTest, somebody

FULL, SHORT = "019aa000-0000-7000-8000-000000000001", "019aa000-0000-7000-8000-000000000002"
SIDES = ("sponsor", "provider")
SIGN = {"meaning": "I agree"}


@dataclass
class Review:
    """One relationship with its owner (a manager) and a provider-side person on the team, and one cycle for it."""

    installation: InstallationUnderTest
    known: Known
    cycle_id: str
    people: dict[str, Any]

    def caller(self, side: str = "sponsor") -> Client:
        return self.installation.client("scorecards", self.people[side])

    def stranger(self, role: str = "manager", side: str = "sponsor") -> Client:
        return self.installation.client("scorecards", somebody(role, side))

    def signer(self, side: str = "sponsor") -> Client:
        """The same person, who has just given the password again."""
        return self.installation.client("scorecards", replace(self.people[side], is_reauthenticated=True))

    def open(self, as_of: date | None = None) -> dict[str, str]:
        """The cards of the newest period open on a day (default today) by side."""
        run = (
            self.caller()
            .post(f"/v1/review-cycles/{self.cycle_id}/runs", {"as_of": str(as_of or today(self.installation))})
            .json()
        )
        listed = (
            self.caller()
            .get(f"/v1/scorecards?review_cycle_id={self.cycle_id}&period_ends_on={run['period']['ends_on']}")
            .json()
        )
        return {row["side"]: row["id"] for row in listed["items"]}

    def read(self, card: str, side: str = "sponsor") -> Any:
        return self.caller(side).get(f"/v1/scorecards/{card}").json()

    def rate(self, card: str, side: str, rating: str = "meets") -> Any:
        """Answer every question of a card with the same word."""
        answers = [
            {"attribute": question["attribute"], "rating": rating} | ({"comment": "why"} if rating == "below" else {})
            for question in self.read(card, side)["questions"]
        ]
        version = self.caller(side).get(f"/v1/scorecards/{card}/ratings").json()["version"]
        put = self.caller(side).put(
            f"/v1/scorecards/{card}/ratings", {"ratings": answers}, headers={"If-Match": f'"{version}"'}
        )
        assert put.status_code == 200, put.text
        return put.json()

    def submit(self, card: str, side: str, rating: str = "meets") -> Any:
        self.rate(card, side, rating)
        submitted = self.caller(side).post(f"/v1/scorecards/{card}/submission")
        assert submitted.status_code == 200, submitted.text
        return submitted.json()

    def sign(self, card: str, side: str) -> Any:
        signed = self.signer(side).post(f"/v1/scorecards/{card}/signature", SIGN)
        assert signed.status_code == 200, signed.text
        return signed.json()

    def tier(self) -> Any:
        return self.caller().get(f"/v1/relationships/{self.known.relationship_id}/tier").json()

    def events(self, card: str) -> list[str]:
        return [
            event["type"].split(".")[1].removeprefix("scorecard_")
            for event in self.installation.announced("scorecards", card)
        ]


def review(
    installation: InstallationUnderTest, sides: tuple[str, ...] = SIDES, template: str = SHORT, **more: Any
) -> Review:
    """A cycle whose newest open quarter is not due yet, whatever the day."""
    people = {"sponsor": somebody("manager"), "provider": somebody("reviewer", "provider")}
    owner, partner = people["sponsor"].actor_id, people["provider"].actor_id
    known = introduce(installation, owner_id=owner, team=[owner, partner])
    body = {
        "name": "Quarterly", "time_zone": "Europe/Zurich", "template_id": template, "sides": list(sides),
        "opens_days_before_end": 89, "audience": {"relationship_ids": [known.relationship_id]},
    }  # fmt: skip
    made = installation.client("scorecards", people["sponsor"]).post("/v1/review-cycles", body | more)
    assert made.status_code == 201, made.text
    return Review(installation, known, made.json()["id"], people)
