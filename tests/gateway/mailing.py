"""A relationship under review in an installation that sends mail: its people, contacts, card and notices."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.scorecards.events import NoticeDue
from shared.db import outbox
from shared.ids import new_id
from tests.gateway.conftest import Person, person
from tests.support.installation import ApiClient, HttpClient, InstallationUnderTest
from tests.support.mail import MailServer

V1 = "/api/v1"
ADDRESS = "http://entente.example"


@dataclass
class Review:
    """One card of the sponsor's or provider's side, of a past quarter, in an installation with a mail server."""

    installation: InstallationUnderTest
    server: MailServer
    admin: ApiClient
    owner: Person
    ids: dict[str, str]

    @property
    def card(self) -> str:
        return self.ids["card"]

    def contact(self, **more: Any) -> dict[str, Any]:
        """A contact of the provider, with an address that nobody else has."""
        body = {"name": "Ruth Keller", "function": "quality", "email": f"{new_id()}@example.org"} | more
        made = self.admin.post(f"{V1}/accounts/{self.ids['provider']}/contacts", body)
        assert made.status_code == 201, made.text
        self.installation.wait_until_applied()
        found: dict[str, Any] = made.json()
        return found

    def send_link(self, contact: dict[str, Any]) -> httpx.Response:
        return self.admin.post(f"{V1}/scorecards/{self.card}/rating-links", {"contact_id": contact["id"]})

    def announce(self, recipient_id: str, template: str = "opened", kind: str = "user", **more: Any) -> str:
        """What scorecards announces when a notice is due; the notice's id."""
        fields = {"side": self.ids["side"], "period_starts_on": "2026-07-01", "period_ends_on": "2026-09-30"}
        fields |= {"due_on": "2026-10-14", "rating_link_id": None, "link_expires_at": None}
        about = {"relationship_id": self.ids["relationship"], "scorecard_id": self.card}
        notice = NoticeDue(
            id=new_id(), version=1, recipient_id=recipient_id, recipient_kind=kind, template=template,
            **about, **(fields | more),
        )  # type: ignore[arg-type]  # fmt: skip
        with self.installation.product.databases["scorecards"].write() as tx:
            outbox.add(tx, notice, self.installation.clock())
        return notice.id

    def mail(self, mail_id: str) -> dict[str, Any]:
        listed = self.admin.get(f"{V1}/mails", params={"limit": 200}).json()["items"]
        return next((mail for mail in listed if mail["id"] == mail_id), {"status": "unknown"})

    def until(self, mail_id: str, *statuses: str) -> dict[str, Any]:
        """The mail as an admin reads it once its status is one of these."""

        def is_there() -> bool:
            return self.mail(mail_id)["status"] in statuses

        self.installation.eventually(is_there, 30)
        return self.mail(mail_id)

    def received(self, email: str, count: int = 1) -> list[Any]:
        def has_come() -> bool:
            return len(self.server.to(email)) >= count

        self.installation.eventually(has_come, 30)
        return self.server.to(email)

    def by_link(self, token: str) -> HttpClient:
        return HttpClient(
            self.installation, "gateway", {"authorization": f"Bearer {token}"}, self.owner.visitor.address
        )


def token_in(mail: Any) -> str:
    [token] = re.findall(re.escape(ADDRESS) + r"/rate#(\S+)", plain(mail))
    return token


def plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def slowly(call: Callable[[], httpx.Response]) -> httpx.Response:
    """A call by link, which may be made ten times a second."""
    time.sleep(0.12)
    return call()


def review(installation: InstallationUnderTest, server: MailServer, side: str = "provider") -> Review:
    admin, owner = installation.api("admin"), person(installation)
    ids: dict[str, str] = {"side": side}
    for kind in ("sponsor", "provider"):
        made = admin.post(f"{V1}/accounts", {"name": f"{kind.title()} & Söhne {new_id()[-6:]}", "kind": kind})
        ids[kind] = made.json()["id"]
    ends = {"sponsor_id": ids["sponsor"], "provider_id": ids["provider"], "owner_id": owner.id}
    made = admin.post(f"{V1}/relationships", ends)
    assert made.status_code == 201, made.text
    ids["relationship"] = made.json()["id"]
    installation.wait_until_applied()
    template = admin.get(f"{V1}/scorecard-templates").json()["items"][1]
    body = {
        "name": "Quarterly", "cadence": "quarterly", "fiscal_year_start_month": 1, "time_zone": "UTC",
        "template_id": template["id"], "sides": [side], "audience": {"relationship_ids": [ids["relationship"]]},
    }  # fmt: skip
    cycle = admin.post(f"{V1}/review-cycles", body).json()
    as_of = installation.clock().date() - timedelta(days=150)
    run = admin.post(f"{V1}/review-cycles/{cycle['id']}/runs", {"as_of": str(as_of)})
    assert run.json()["created"] == 1, run.text
    [row] = admin.get(f"{V1}/scorecards", params={"review_cycle_id": cycle["id"]}).json()["items"]
    ids["card"] = row["id"]
    return Review(installation, server, admin, owner, ids)
