"""Others' events as they come over the bus, made by hand: this service must not lean on how theirs are written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.ids import new_id
from shared.messaging.bus import Record
from tests.support.installation import InstallationUnderTest


def wire(type: str, key: str, /, *, event_id: str | None = None, epoch: int = 1, **data: Any) -> Record:
    """One event of somebody else's, as bytes; `data` needs id and version."""
    topic = "entente." + type.split(".")[0]
    envelope = {
        "specversion": "1.0",
        "id": event_id or new_id(),
        "source": "/" + topic.replace(".", "/"),
        "type": type,
        "time": datetime.now(UTC).isoformat(),
        "subject": data["id"],
        "data": {"epoch": epoch, **data},
    }
    return Record(topic, key.encode(), json.dumps(envelope, default=str).encode())


def account(account_id: str, kind: str, name: str, version: int = 1, **more: Any) -> Record:
    data = {"size": "mid", "region": "europe", "tags": [], "capabilities": [], "parent_id": None, "archived": False}
    return wire(
        "accounts.account_recorded.v1", account_id, id=account_id, version=version, kind=kind, name=name, **data | more
    )


def relationship(relationship_id: str, sponsor_id: str, provider_id: str, version: int = 1, **more: Any) -> Record:
    owner_id = more.pop("owner_id", None) or new_id()
    data = {"team": [owner_id], "visibility": "open", "started_on": None, "archived": False}
    return wire(
        "accounts.relationship_recorded.v1", relationship_id, id=relationship_id, version=version,
        sponsor_id=sponsor_id, provider_id=provider_id, owner_id=owner_id, **data | more,
    )  # fmt: skip


def contact(contact_id: str, account_id: str, version: int = 1, **more: Any) -> Record:
    """`act` is recorded or erased."""
    act = more.pop("act", "recorded")
    data = {"function": "quality", "archived": False} if act == "recorded" else {}
    return wire(
        f"accounts.contact_{act}.v1", account_id, id=contact_id, version=version, account_id=account_id, **data | more
    )


def engagement(relationship_id: str, type: str, contracted_on: date | None, **more: Any) -> Record:
    data = {
        "id": new_id(), "version": 1, "mode": "tactical", "complexity": 2, "stage": "executing", "closed_on": None,
        "archived": False,
    } | more  # fmt: skip
    return wire(
        "engagements.engagement_recorded.v1", relationship_id, relationship_id=relationship_id, type=type,
        contracted_on=contracted_on, **data,
    )  # fmt: skip


def interaction(relationship_id: str, on: date, experience: str | None = "exceeds", **more: Any) -> Record:
    """`act` is logged, corrected or retracted."""
    data = {
        "id": new_id(), "version": 1, "engagement_id": None, "kind": "call", "occurred_at": f"{on}T12:00:00Z",
        "experience": experience, "findings": None, "attributes": [],
    } | more  # fmt: skip
    act = data.pop("act", "logged")
    return wire(f"engagements.interaction_{act}.v1", relationship_id, relationship_id=relationship_id, **data)


def delivery(relationship_id: str, promised_on: date, delivered_on: date | None, **more: Any) -> Record:
    """`act` is recorded, corrected, retracted, lapsed or cancelled."""
    data = {
        "id": new_id(), "version": 1, "promised_on": promised_on, "delivered_on": delivered_on, "accepted": True,
        "weight": 1, "late_cause": None,
    } | more  # fmt: skip
    act = data.pop("act", "recorded")
    return wire(f"engagements.delivery_{act}.v1", relationship_id, relationship_id=relationship_id, **data)


def milestone(relationship_id: str, promised_on: date, completed_on: date | None, **more: Any) -> Record:
    """`act` is recorded, completed, reopened, lapsed or cancelled."""
    data = {
        "id": new_id(), "version": 1, "promised_on": promised_on, "completed_on": completed_on, "outcome": "meets",
        "late_cause": None,
    } | more  # fmt: skip
    act = data.pop("act", "completed")
    return wire(f"engagements.milestone_{act}.v1", relationship_id, relationship_id=relationship_id, **data)


def standing(relationship_id: str, version: int = 1, **more: Any) -> Record:
    """Numbered past what the installation's own engagements says of the same relationship."""
    data = {"rung": "R2", "last_contact_on": None, "last_business_review_on": None, "next_touch_due_on": None} | more
    return wire(
        "engagements.standing_changed.v1", relationship_id, id=relationship_id, relationship_id=relationship_id,
        version=1000 + version, **data,
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A relationship that the service knows, with both its accounts."""

    relationship_id: str
    sponsor_id: str
    provider_id: str
    owner_id: str


def publish(installation: InstallationUnderTest, *records: Record) -> None:
    """Put events on the bus and wait for their effects."""
    assert installation.product.bus.publish(records) == [None] * len(records)
    installation.wait_until_applied()


def introduce(installation: InstallationUnderTest, name: str = "Vialworks", **more: Any) -> Known:
    """Announce a sponsor, a provider and the relationship of the two."""
    known = Known(new_id(), new_id(), new_id(), more.pop("owner_id", None) or new_id())
    provider = {key: more.pop(key) for key in ("size", "region", "tags") if key in more}
    sponsor = {key: more.pop(f"sponsor_{key}") for key in ("size", "tags") if f"sponsor_{key}" in more}
    publish(
        installation,
        account(known.sponsor_id, "sponsor", "Northwind", **sponsor),
        account(known.provider_id, "provider", name, **provider),
        relationship(known.relationship_id, known.sponsor_id, known.provider_id, owner_id=known.owner_id, **more),
    )
    return known


def today(installation: InstallationUnderTest) -> date:
    return installation.clock().date()


def good_years(relationship_id: str, until: date, years: int = 3, every_days: int = 14) -> Sequence[Record]:
    """A good delivery every so many days: enough, over three years, for partnership."""
    days = [until - timedelta(days=back) for back in range(0, 365 * years, every_days)]
    return [delivery(relationship_id, day, day) for day in reversed(days)]


def tier_of(installation: InstallationUnderTest, relationship_id: str, **params: Any) -> dict[str, Any]:
    answer = installation.client("scorecards").get(f"/v1/relationships/{relationship_id}/tier", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
