"""A page, a filtered page and the summary of a portfolio of a million relationships, as scorecards reads them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from services.scorecards.handlers import handlers
from services.scorecards.portfolio.queries import list_portfolio, summarise_portfolio
from services.scorecards.portfolio.schemas import PortfolioFilter, PortfolioSegment
from services.scorecards.portfolio.tables import PortfolioRow
from services.scorecards.service import service as scorecards
from shared.auth import Actor
from shared.db.database import Tx
from shared.ids import new_id
from shared.messaging.consumer import apply
from tests.bench.figures import Figure, quantile
from tests.bench.floors import bare
from tests.bench.kits import Kit
from tests.bench.meter import Meter
from tests.bench.seeding import service_tables
from tests.scorecards.feeding import account, relationship

READER = Actor(new_id(), "bench", "manager", "sponsor", "client")
READS = 100
VARIED = {
    "relationship_id": "md5(n::text)::uuid::text",
    "provider_id": "md5('p' || n)::uuid::text",
    "provider_name": "'Provider ' || n",
    "name_key": "'provider ' || n",
    "folded": "'provider ' || n || E'\\nsponsor'",
    "sort_key": "lpad(n::text, 12, '0')",
    "provider_region": "(ARRAY['europe', 'north_america', 'asia_pacific'])[1 + mod(n, 3)]",
    "tier": "(ARRAY['transactional', 'preferred', 'partnership', 'strategic'])[1 + mod(n, 4)]",
    "score": "100 * random()",
    "lower": "random()",
    "change": "random()",
    "last_contact_key": "DATE '2026-01-01' - mod(n, 1000)",
}


def measure(kit: Kit) -> list[Figure]:
    count = 100_000 if kit.is_quick else 1_000_000
    url, _ = kit.database("large")
    service_tables(url)
    database = scorecards.database(url, pool_size=2)
    try:
        sponsor_id, provider_id = new_id(), new_id()
        announced = [account(sponsor_id, "sponsor", "Sponsor"), account(provider_id, "provider", "Provider")]
        announced.append(relationship(new_id(), sponsor_id, provider_id))
        apply("scorecards", database, handlers, announced, lambda: datetime.now(UTC), threading.Event())
        columns = [column.name for column in PortfolioRow.__table__.columns]
        with bare(url) as connection:
            wanted = ", ".join(VARIED.get(name, name) for name in columns)
            connection.execute(
                f"INSERT INTO portfolio_row ({', '.join(columns)}) SELECT {wanted}"
                f" FROM portfolio_row, generate_series(1, {count}) n"
            )
            connection.execute("VACUUM ANALYZE portfolio_row")
            size = connection.execute("SELECT pg_total_relation_size('portfolio_row')").fetchone()[0]

        def page(tx: Tx, **chosen: Any) -> Any:
            return list_portfolio(tx, READER, PortfolioFilter(**chosen))

        with database.read() as tx:
            after = page(tx, limit=200).next
            for _ in range(20):
                after = page(tx, limit=200, after=after).next
        reads: dict[str, Callable[[Tx], Any]] = {
            "first page": page,
            "page after 4,200 rows": lambda tx: page(tx, after=after),
            "first page of a tier": lambda tx: page(tx, tier="strategic"),
            "first page of a tier in a region": lambda tx: page(tx, tier="strategic", region="europe"),
            "search by a part of a name": lambda tx: page(tx, q="777777"),
            "summary": lambda tx: summarise_portfolio(tx, READER, datetime.now(UTC), PortfolioSegment()),
        }
        found = []
        for name, read in reads.items():
            repeats = READS if name.startswith(("first", "page")) else kit.repeats
            with Meter({}, kit.postgres_pid) as meter:
                cpu = time.process_time()
                spans = _timed(database, read, repeats)
                cpu = time.process_time() - cpu
            of = f"{name} of {count:,}"
            found += [
                Figure(f"{of}, p50", "ms", [quantile(spans, 0.5) * 1000]),
                Figure(f"{of}, p99", "ms", [quantile(spans, 0.99) * 1000]),
                Figure(
                    f"{of}, CPU of program + database", "ms", [(cpu + sum(meter.seconds.values())) / repeats * 1000]
                ),
            ]
        return [*found, Figure("portfolio_row, with its indexes", "bytes/relationship", [size / count])]
    finally:
        database.close()


def _timed(database: Any, read: Callable[[Tx], Any], count: int) -> list[float]:
    spans = []
    for _ in range(count):
        started = time.perf_counter()
        with database.read() as tx:
            read(tx)
        spans.append(time.perf_counter() - started)
    return spans
