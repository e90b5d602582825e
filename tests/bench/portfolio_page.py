"""A page of fifty of a portfolio of 10,000 relationships with evidence and cards, through the gateway."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.bench import carding, floors, seeding
from tests.bench.figures import Figure
from tests.bench.hammer import fire, request
from tests.bench.kits import Installation, Kit, run
from tests.bench.meter import Meter
from tests.support.processes import wait_until

RELATIONSHIPS = 10_000
ITEMS_EACH = 20
DEEP_PAGES = {"default sort": 100, "tier filter": 20}
FILTERS: Mapping[str, Mapping[str, str]] = {"default sort": {}, "tier filter": {"tier": "preferred"}}
MOST_P50_MS = 25.0
SETTLE_S = 300


def seed(installation: Installation, kit: Kit) -> None:
    """Fill an installation with the portfolio and wait until nothing of it is under way any more."""
    database = installation.databases["scorecards"]
    counted_rows = "SELECT count(*) FROM portfolio_row WHERE is_known"
    before = seeding.counted(database, counted_rows)
    with installation.bus() as bus:
        relationship_ids = seeding.announce_relationships(bus, RELATIONSHIPS)
    arrived = before + RELATIONSHIPS
    wait_until(lambda: seeding.counted(database, counted_rows) >= arrived, SETTLE_S, "every relationship has arrived")
    seeding.fill_ledger(database, relationship_ids, ITEMS_EACH)
    carding.fill_cards(database, relationship_ids)
    run(installation.command("rebuild-scores"), installation.environment, kit.folder)
    waiting = "SELECT count(*) FROM outbox"
    wait_until(lambda: seeding.counted(database, waiting) == 0, SETTLE_S, "every change of a score is announced")


def measure(kit: Kit) -> list[Figure]:
    installation = kit.installation
    seed(installation, kit)
    found: list[Figure] = []
    for name, chosen in FILTERS.items():
        for page, query in (("first page", chosen), ("deep page", _deep(installation, chosen, DEEP_PAGES[name]))):
            path = f"/api/v1/portfolio?{urlencode({'limit': '50', **query})}"
            found += _pages(kit, installation, f"{name}, {page}", [request("GET", path, installation.token)])
    for page, query in (("first page", {}), ("deep page", _deep(installation, {}, 100))):
        path = f"/api/v1/portfolio/heat-map?{urlencode({'limit': '50', **query})}"
        found += _pages(kit, installation, f"heat map, {page}", [request("GET", path, installation.token)])
    return [*found, *floors.page_select(kit, installation.databases["scorecards"])]


def _deep(installation: Installation, chosen: Mapping[str, str], pages: int) -> dict[str, str]:
    """The query of the page behind so many pages, or of the last one where there are fewer."""
    query = dict(chosen)
    with installation.client() as client:
        for _ in range(pages):
            page: Any = client.get("portfolio", params={"limit": "50", **query}).raise_for_status().json()
            if page["next"] is None:
                break
            query = {**chosen, "after": page["next"]}
    return query


def _pages(kit: Kit, installation: Installation, name: str, prepared: list[str]) -> list[Figure]:
    fire(installation.port, prepared, 1, 1)
    volleys, costs = [], []
    for _ in range(kit.repeats):
        with Meter(installation.pids, kit.postgres_pid) as meter:
            volleys.append(fire(installation.port, prepared, kit.seconds(4, 2), 1))
        costs.append({part: spent / volleys[-1].count * 1000 for part, spent in meter.seconds.items()})
    of_page = [part for part in installation.pids if part in ("entente up", "serve gateway", "serve scorecards")]
    if kit.postgres_pid:
        of_page.append("database of serve scorecards")
    return [
        Figure(f"{name}, p50", "ms", [volley.ms(0.5) for volley in volleys], most=MOST_P50_MS),
        Figure(f"{name}, p99", "ms", [volley.ms(0.99) for volley in volleys]),
        *(Figure(f"{name}, CPU: {part}", "ms/page", [cost.get(part, 0.0) for cost in costs]) for part in of_page),
    ]
