"""Review cycles as clients make them, and the cards that are found of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.scorecards.replicas.tables import accounts, relationships
from services.scorecards.scorecards.tables import Scorecard
from shared.ids import new_id
from tests.support.installation import Client, InstallationUnderTest, somebody

LATER = "2031-01-01"
"""A start that the schedule does not reach while tests run."""
FULL = "019aa000-0000-7000-8000-000000000001"
SHORT = "019aa000-0000-7000-8000-000000000002"
cards = Scorecard.__table__


def cycle_body(**more: Any) -> dict[str, Any]:
    return {
        "name": "Quarterly review", "cadence": "quarterly", "fiscal_year_start_month": 1, "time_zone": "Europe/Berlin",
        "template_id": FULL, "sides": "both",
    } | more  # fmt: skip


def make_cycle(installation: InstallationUnderTest, client: Client | None = None, **more: Any) -> dict[str, Any]:
    answer = (client or installation.client("scorecards")).post("/v1/review-cycles", cycle_body(**more))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def make_later(installation: InstallationUnderTest, relationship_ids: Sequence[str], **more: Any) -> dict[str, Any]:
    """A cycle over these relationships that the schedule leaves alone."""
    return make_cycle(installation, audience={"relationship_ids": list(relationship_ids)}, starts_on=LATER, **more)


def plant_relationships(installation: InstallationUnderTest, count: int, **more: Any) -> list[str]:
    """So many relationships as they stand in the replicas when all events are applied; their ids in order."""
    replica = {"epoch": 1, "version": 1, "is_archived": False}
    ids = [(new_id(), new_id(), new_id()) for _ in range(count)]
    described = {"size": "mid", "region": "europe", "tags": [], **replica}
    with installation.product.databases["scorecards"].write() as tx:
        for kind, at in (("sponsor", 1), ("provider", 2)):
            rows = [{"account_id": each[at], "name": kind.title(), "kind": kind, **described} for each in ids]
            tx.run(sa.insert(accounts), rows)
        related = {"owner_id": new_id(), "is_restricted": False, "started_on": None, **replica, **more}
        rows = [{"relationship_id": r, "sponsor_id": s, "provider_id": p, **related} for r, s, p in ids]
        tx.run(sa.insert(relationships), rows)
    return sorted(each[0] for each in ids)


def read_cycle(installation: InstallationUnderTest, cycle: Mapping[str, Any]) -> dict[str, Any]:
    answer = installation.client("scorecards", somebody("admin")).get(f"/v1/review-cycles/{cycle['id']}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def run_cycle(installation: InstallationUnderTest, cycle: Mapping[str, Any], as_of: date | str) -> dict[str, Any]:
    admin = installation.client("scorecards", somebody("admin"))
    answer = admin.post(f"/v1/review-cycles/{cycle['id']}/runs", {"as_of": str(as_of)})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def runs_of(installation: InstallationUnderTest, cycle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Newest first."""
    answer = installation.client("scorecards", somebody("admin")).get(f"/v1/review-cycles/{cycle['id']}/runs?limit=200")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def cards_of(installation: InstallationUnderTest, cycle: Mapping[str, Any]) -> list[sa.RowMapping]:
    """By period, relationship and side."""
    order = (cards.c.period_starts_on, cards.c.relationship_id, cards.c.side)
    with installation.product.databases["scorecards"].read() as tx:
        chosen = sa.select(cards).where(cards.c.review_cycle_id == cycle["id"]).order_by(*order)
        return list(tx.run(chosen).mappings())


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"].endswith("/invalid-field")
    return [error["pointer"] for error in answer.json()["errors"]]
