"""A year of quarterly reviews, both sides rating by chance, ends in the scores that another computation gives."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.scorecards.review_cycles.opening import open_due
from services.scorecards.scorecards.publishing import publish_revealed
from services.scorecards.tiers.usecases import review_scores
from services.scorecards.verification import verify_scores
from shared.auth import Actor
from shared.ids import new_id
from tests.scorecards.feeding import account, engagement, publish, relationship
from tests.scorecards.under_review import FULL, SHORT, SIDES, SIGN
from tests.support.independent_scorecards import Sheet, Worth, asked_of, catalogue, worth
from tests.support.independent_scores import Evidence, standing
from tests.support.installation import Client, InstallationUnderTest, somebody

WORDS, ODDS = ("below", "meets", "exceeds", "not_applicable"), (10, 50, 30, 10)
YEAR = datetime.now(UTC).year + 1
ENDS = [date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31)]
AT_LAST = date(YEAR + 1, 1, 20)
DUE_DAYS = 14
RELATIONSHIPS = int(os.environ.get("ENTENTE_YEAR_RELATIONSHIPS", "24"))


@dataclass
class Partner:
    relationship_id: str
    profile: str
    template_id: str
    worths: dict[tuple[date, str], Worth] = field(default_factory=dict)
    """What each published card has come to, by its period and side."""

    def evidence(self) -> Iterator[Evidence]:
        for (on, _), value in self.worths.items():
            yield Evidence(on, "scorecard", value.y, value.w)


@dataclass
class Year:
    """The people of both sides, the partners they review, and the chance by which they do."""

    installation: InstallationUnderTest
    chance: random.Random
    people: dict[str, list[Actor]]
    partners: dict[str, Partner] = field(default_factory=dict)
    cycle_id: str = ""
    templates: dict[str, list[str]] = field(default_factory=dict)

    def caller(self, actor: Actor) -> Client:
        return self.installation.client("scorecards", actor)

    def go_to(self, day: date, hour: int = 9) -> datetime:
        then = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self.installation.clock.ahead = then - datetime.now(UTC)
        return then

    def begin(self, count: int) -> None:
        self.go_to(date(YEAR, 1, 1))
        records = []
        owner, deputy = self.people["sponsor"]
        team = [actor.actor_id for actors in self.people.values() for actor in actors]
        for number in range(count):
            sponsor_id, provider_id, relationship_id = new_id(), new_id(), new_id()
            size = self.chance.choice(["small", "mid", "large"])
            region = self.chance.choice(["north_america", "europe", "asia_pacific", "rest_of_world"])
            project = self.chance.choice(sorted(catalogue()["profile_of_engagement_type"]))
            kind = catalogue()["profile_of_engagement_type"][project]
            records += [
                account(sponsor_id, "sponsor", f"Sponsor {number}", size=size),
                account(provider_id, "provider", f"Provider {number}", region=region),
                relationship(relationship_id, sponsor_id, provider_id, owner_id=owner.actor_id, team=team),
                engagement(relationship_id, project, date(YEAR, 1, 1)),
            ]
            template_id = FULL if region == "asia_pacific" else SHORT
            self.partners[relationship_id] = Partner(relationship_id, f"{size}/{region}/{kind}", template_id)
        publish(self.installation, *records)
        for template_id in (SHORT, FULL):
            asked = self.caller(deputy).get(f"/v1/scorecard-templates/{template_id}").json()["attributes"]
            self.templates[template_id] = [each["attribute"] for each in asked]
        body = {
            "name": "Quarterly", "cadence": "quarterly", "time_zone": "UTC", "template_id": SHORT, "sides": "both",
            "template_rules": [{"provider_region": "asia_pacific", "template_id": FULL}],
            "due_days_after_end": DUE_DAYS,
        }  # fmt: skip
        self.cycle_id = accepted(self.caller(owner).post("/v1/review-cycles", body))["id"]

    def quarter(self, ends_on: date) -> None:
        """Open, rate on different days, sign most of it, pass over the silent, and reopen a few."""
        database = self.installation.product.databases["scorecards"]
        open_due(database, self.go_to(ends_on))
        open_due(database, self.go_to(ends_on, 10))
        cards = {(card["relationship_id"], card["side"]): card["id"] for card in self.cards(ends_on)}
        assert len(cards) == 2 * len(self.partners)
        silent: list[str] = []
        signed: list[tuple[Partner, str, str, Worth | None]] = []
        for side, days in zip(SIDES, (3, 6), strict=True):
            self.go_to(ends_on + timedelta(days=days))
            for partner in self.partners.values():
                card = cards[partner.relationship_id, side]
                if self.chance.random() < 0.08:
                    silent.append(card)
                    continue
                value = self.rate(partner, side, card)
                if self.chance.random() < 0.9:
                    self.sign(side, card)
                    signed.append((partner, side, card, value))
        self.go_to(ends_on + timedelta(days=DUE_DAYS), 0)
        publish_revealed(database, self.installation.clock())
        self.go_to(ends_on + timedelta(days=DUE_DAYS + 1))
        office = self.caller(self.people["sponsor"][0])
        for card in silent[::2]:
            accepted(office.post(f"/v1/scorecards/{card}/waiver", {"reason": "No answer."}))
        for partner, side, card, value in signed:
            if self.chance.random() < 0.05:
                accepted(office.post(f"/v1/scorecards/{card}/reopening", {"reason": "Looked at again."}))
                value = self.rate(partner, side, card)
                self.sign(side, card)
            if value is not None:
                partner.worths[ends_on, side] = value
            elif (ends_on, side) in partner.worths:
                del partner.worths[ends_on, side]

    def cards(self, ends_on: date) -> Iterator[dict[str, Any]]:
        client, after = self.caller(self.people["sponsor"][0]), ""
        while after is not None:
            path = f"/v1/scorecards?review_cycle_id={self.cycle_id}&period_ends_on={ends_on}&limit=200{after}"
            page = client.get(path).json()
            yield from page["items"]
            after = page["next"] and f"&after={page['next']}"

    def rate(self, partner: Partner, side: str, card: str) -> Worth | None:
        """One or two answer, the second may not finish; the first submits. What that comes to."""
        asked = asked_of(side, self.templates[partner.template_id])
        first, *others = self.people[side]
        counted = []
        for rater in [*(others if self.chance.random() < 0.4 else []), first]:
            is_first = rater is first
            said = {key: self.chance.choices(WORDS, ODDS)[0] for key in asked if self.chance.random() < 0.9}
            said = said or {asked[0]: "meets"}
            is_finished = is_first or self.chance.random() < 0.7
            self.put(card, rater, said, is_finished)
            # Who has answered everything has finished, whether they say so or not.
            if is_finished or len(said) == len(asked):
                counted.append(said)
        accepted(self.caller(first).post(f"/v1/scorecards/{card}/submission"))
        if len(counted) == 1:
            counted += self.kept(card, others, counted)
        return worth(asked, partner.profile, counted)

    def put(self, card: str, rater: Actor, said: Sheet, is_finished: bool) -> None:
        path, client = f"/v1/scorecards/{card}/ratings", self.caller(rater)
        ratings = [
            {"attribute": key, "rating": word} | ({"comment": "See the minutes."} if word == "below" else {})
            for key, word in said.items()
        ]
        seen = client.get(path).json()["version"]
        body = {"ratings": ratings, "is_finished": is_finished}
        accepted(client.put(path, body, headers={"if-match": f'"{seen}"'}))

    def kept(self, card: str, others: list[Actor], counted: list[Sheet]) -> list[Sheet]:
        """A sheet finished for an earlier revision counts for the next one too."""
        found = []
        for other in others:
            sheet = self.caller(other).get(f"/v1/scorecards/{card}/ratings").json()
            if sheet["is_finished"] and sheet["ratings"]:
                found.append({each["attribute"]: each["rating"] for each in sheet["ratings"]})
        return found

    def sign(self, side: str, card: str) -> None:
        signer = replace(self.people[side][0], is_reauthenticated=True)
        accepted(self.caller(signer).post(f"/v1/scorecards/{card}/signature", SIGN))


def accepted(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def live_a_year(installation: InstallationUnderTest, count: int, seed: int) -> None:
    people = {side: [somebody("manager", side), somebody("manager", side)] for side in SIDES}
    year = Year(installation, random.Random(seed), people)
    year.begin(count)
    for ends_on in ENDS:
        year.quarter(ends_on)
    year.go_to(AT_LAST)
    review_scores(installation.product.databases["scorecards"], installation.clock())
    installation.wait_until_applied()

    reader = year.caller(people["sponsor"][0])
    published = 0
    for partner in year.partners.values():
        expected = standing(partner.evidence(), AT_LAST)
        tier = reader.get(f"/v1/relationships/{partner.relationship_id}/tier?as_of={AT_LAST}").json()
        found = {
            (item["on"], Decimal(str(item["y"])), Decimal(str(item["w"]))) for item in tier["contributions"]["items"]
        }
        assert found == {(str(on), worth.y, worth.w) for (on, _), worth in partner.worths.items()}
        for name in ("p", "lower", "upper", "depth"):
            assert tier[name] == pytest.approx(float(getattr(expected, name)), abs=1e-12)
        assert (tier["tier"], tier["evidence_count"]) == (expected.tier, expected.evidence_count)
        published += expected.evidence_count
    assert published > 5 * count
    assert [
        check
        for check in verify_scores(installation.product.databases["scorecards"], installation.product.bus)
        if check.wrong
    ] == []


@pytest.mark.timeout(1800)
def test_a_year_of_four_quarters_ends_in_the_scores_of_another_computation(
    fresh_installation: InstallationUnderTest,
) -> None:
    live_a_year(fresh_installation, RELATIONSHIPS, seed=7)
