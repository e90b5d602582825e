"""A quarter of one relationship with something of everything, secrets among it, and its packs as they are opened."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pptx

from shared.auth import Actor
from shared.ids import new_id
from tests.support.installation import ApiClient, InstallationUnderTest
from tests.support.readers import text_of_pdf

V1 = "/api/v1"
FULL = "019aa000-0000-7000-8000-000000000001"
FORMATS = ("pdf", "xlsx", "pptx")
SPONSOR, PROVIDER = "Łódź Therapeutics", "Åkervik Βιολογία Біотех"
LATE_DUE = 364
"""Days after the period on which its cards are due, so that nothing is revealed by the day alone."""


@dataclass
class Reviewed:
    """`secrets` are by what they are; each is a word that stands nowhere else."""

    installation: InstallationUnderTest
    manager: ApiClient
    partner: ApiClient
    starts_on: date
    ends_on: date
    ids: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: Any = None, status: int = 201, by: ApiClient | None = None) -> Any:
        answer = (by or self.manager).post(f"{V1}/{path}", body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, by: ApiClient | None = None, **query: Any) -> Any:
        answer = (by or self.manager).get(f"{V1}/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, part: str, **query: Any) -> Any:
        return self.get(f"relationships/{self.ids['relationship']}/{part}", **query)

    def day(self, before_the_end: int) -> str:
        return (self.ends_on - timedelta(days=before_the_end)).isoformat()

    def ask(self, format: str, audience: str, by: ApiClient | None = None, **query: Any) -> Any:
        days = {"period_starts_on": str(self.starts_on), "period_ends_on": str(self.ends_on)}
        path = f"{V1}/relationships/{self.ids['relationship']}/packs"
        return (by or self.manager).get(path, params=days | {"format": format, "audience": audience} | query)

    def pack(self, format: str, audience: str = "internal", by: ApiClient | None = None) -> bytes:
        answer = self.ask(format, audience, by)
        assert answer.status_code == 200, answer.text
        return bytes(answer.content)

    def words(self, format: str, folder: Path, audience: str = "internal", by: ApiClient | None = None) -> str:
        """Everything that a reader of the file finds in it, properties and notes included, in one line."""
        return words_of(format, self.pack(format, audience, by), folder)

    def secret(self, what: str) -> str:
        self.secrets[what] = f"Secret{new_id()[-6:]}"
        return self.secrets[what]

    # Reviews

    def open_cards(self) -> dict[str, str]:
        """The period's cards by side."""
        cycle = self.post(
            "review-cycles",
            {
                "name": "Quarterly", "time_zone": "UTC", "template_id": FULL, "sides": "both",
                "starts_on": "2031-01-01", "due_days_after_end": LATE_DUE,
                "audience": {"relationship_ids": [self.ids["relationship"]]},
            },
        )  # fmt: skip
        run = self.post(f"review-cycles/{cycle['id']}/runs", {"as_of": str(self.ends_on)}, 200)
        assert run["created"] == 2, run
        cards = self.get("scorecards", review_cycle_id=cycle["id"])["items"]
        return {card["side"]: card["id"] for card in cards}

    def submit(self, card: str, side: str, words: dict[str, str], comment: str = "As was said") -> None:
        by = self.manager if side == "sponsor" else self.partner
        asked = self.get(f"scorecards/{card}", by)["questions"]
        answers = [
            {"attribute": key, "rating": words.get(key, "meets")}
            | ({"comment": comment} if words.get(key) == "below" else {})
            for key in (question["attribute"] for question in asked)
        ]
        put = by.put(f"{V1}/scorecards/{card}/ratings", {"ratings": answers}, headers={"If-Match": '"0"'})
        assert put.status_code == 200, put.text
        self.post(f"scorecards/{card}/submission", None, 200, by)

    def sign(self, card: str, side: str) -> str:
        role, caller = ("manager", self.manager) if side == "sponsor" else ("reviewer", self.partner)
        person = Actor(caller.actor_id, f"The {side}'s signer", role, side, "person")  # type: ignore[arg-type]
        client = self.installation.client("scorecards", replace(person, is_reauthenticated=True))
        signed = client.post(f"/v1/scorecards/{card}/signature", {"meaning": "I agree"})
        assert signed.status_code == 200, signed.text
        return str(signed.json()["status"])


def reviewed(installation: InstallationUnderTest, sponsor: str = SPONSOR, provider: str = PROVIDER) -> Reviewed:
    """A relationship without work or record, of the quarter before the last one that has ended."""
    today = installation.clock().date()
    this = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    ends_on = this - timedelta(days=1)
    starts_on = ends_on.replace(month=ends_on.month - 2, day=1)
    here = Reviewed(
        installation, installation.api("manager"), installation.api("reviewer", "provider"), starts_on, ends_on
    )
    here.ids["sponsor"] = here.post("accounts", {"name": sponsor, "kind": "sponsor", "size": "mid"})["id"]
    here.ids["provider"] = here.post("accounts", {"name": provider, "kind": "provider", "region": "europe"})["id"]
    ends = {"sponsor_id": here.ids["sponsor"], "provider_id": here.ids["provider"]}
    made = here.post("relationships", ends | {"started_on": str(starts_on - timedelta(days=500))})
    here.ids["relationship"] = made["id"]
    team = {"members": [here.manager.actor_id, here.partner.actor_id]}
    path = f"{V1}/relationships/{made['id']}/team"
    assert here.manager.put(path, team, headers={"If-Match": f'"{made["version"]}"'}).status_code == 200
    installation.wait_until_applied()
    return here


def worked(here: Reviewed) -> Reviewed:
    """Work, a record and follow-ups in it, each kind of text that is not for the other side with a secret."""
    of, secret = {"relationship_id": here.ids["relationship"]}, here.secret
    running = {"name": "Zażółć transfer", "type": "tech_transfer_scale_up", "mode": "programme", "complexity": 3}
    engagement = here.post(
        "engagements",
        of | running | {"stage": "contracted", "starts_on": here.day(400), "value": 7654321.0, "currency": "EUR"},
    )["id"]
    planned = {"name": secret("a planned engagement"), "type": "co_development", "mode": "strategic", "complexity": 5}
    thought_of = here.post("engagements", of | planned | {"stage": "identified"})["id"]
    step = {"name": secret("a step of it"), "promised_on": here.day(15)}
    done = here.post(f"engagements/{thought_of}/milestones", step)
    here.post(f"milestones/{done['id']}/completion", {"completed_on": here.day(16), "outcome": "meets"}, 200)
    for name, promised, ended, outcome in (("Gate passed", 40, 41, "exceeds"), ("Gate missed", 30, 20, "meets")):
        milestone = here.post(f"engagements/{engagement}/milestones", {"name": name, "promised_on": here.day(promised)})
        here.post(
            f"milestones/{milestone['id']}/completion", {"completed_on": here.day(ended), "outcome": outcome}, 200
        )
    here.post(
        f"engagements/{engagement}/milestones",
        {"name": "Gate ahead", "promised_on": here.day(-500), "confirm_future": True},
    )
    rows = [
        {**of, "name": f"Lot {n}", "promised_on": here.day(80 - n), "delivered_on": here.day(80 - n)} for n in range(30)
    ]
    rows += [{**of, "name": "Lot late", "promised_on": here.day(25), "delivered_on": here.day(18)}]
    here.post("deliveries/bulk", {"items": rows}, 200)
    contact = {"name": "Jana Řezníčková", "function": "quality", "email": "jana@provider.example"}
    here.ids["contact"] = here.post(f"accounts/{here.ids['provider']}/contacts", contact)["id"]
    logged = {
        "business_review": ("exceeds", secret("what was said in a review"), False),
        "technical_review": ("below", secret("what was said of a review"), False),
        "technology_scouting": ("below", secret("whom else was looked at"), False),
        "note": ("below", secret("an open note"), False),
        "private": (None, secret("a private note"), True),
    }
    for kind, (experience, summary, is_private) in logged.items():
        body = {"kind": "note" if is_private else kind, "occurred_at": here.day(10) + "T09:00:00Z", "summary": summary}
        body |= {"experience": experience, "is_private": is_private, "participants": [here.ids["contact"]]}
        here.ids[kind] = here.post("interactions", of | body)["id"]
    theirs = {"owner_contact_id": here.ids["contact"], "due_on": here.day(-30)}
    here.post("actions", of | {"title": "Send the stability data to jana@provider.example", **theirs})
    for what, more in {
        "an action of our own": {
            "owner_actor_id": here.manager.actor_id,
            "interaction_id": here.ids["business_review"],
        },
        "an action of nobody": {},
        "an action from a private note": {**theirs, "interaction_id": here.ids["private"]},
        "an action from an open note": {**theirs, "interaction_id": here.ids["note"]},
    }.items():
        here.post("actions", of | {"title": secret(what)} | more)
    here.post("actions", of | {"title": secret("an action done")} | theirs | {"done_on": here.day(5)})
    here.post("issues", of | {"title": secret("an issue"), "severity": "major", "opened_on": here.day(12)})
    here.installation.wait_until_applied()
    return here


def words_of(format: str, content: bytes, folder: Path) -> str:
    if format == "pdf":
        path = folder / "pack.pdf"
        path.write_bytes(content)
        return " ".join(text_of_pdf(path).split())
    found = _cells(content) if format == "xlsx" else _shapes(content)
    return " ".join(" ".join(found).split())


def _cells(content: bytes) -> Iterator[str]:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    yield from (str(value) for value in vars(workbook.properties).values() if value is not None)
    for sheet in workbook:
        yield from (sheet.title, sheet.oddFooter.left.text or "")
        yield from (str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _shapes(content: bytes) -> Iterator[str]:
    deck = pptx.Presentation(io.BytesIO(content))
    properties = deck.core_properties
    yield from (properties.title, properties.subject, properties.keywords, properties.comments, properties.author)
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if getattr(shape, "has_table", False):
                yield from (cell.text for row in shape.table.rows for cell in row.cells)
            if getattr(shape, "has_chart", False):
                yield from map(str, shape.chart.plots[0].categories)
                yield from (f"{series.name} {list(series.values)}" for series in shape.chart.plots[0].series)


def figures(workbook: Any) -> dict[str, Sequence[Any]]:
    """The rows of the first sheet by their first cell: value, range from, range to, note, source, as of."""
    rows = workbook.worksheets[0].iter_rows(values_only=True)
    return {row[0]: row[1:] for row in rows if row[0] is not None and row[5] is not None}


def squeezed(text: str) -> str:
    """Without what a reader may break a line at."""
    return re.sub(r"[\s\u00ad]+", "", text)
