"""Logging an interaction through the gateway, everything on: how many, how fast, and what each costs in CPU."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.bench import floors
from tests.bench.figures import Figure
from tests.bench.hammer import Volley, fire, request
from tests.bench.kits import Kit
from tests.bench.meter import Meter
from tests.support.load import KINDS, relationships

CONNECTIONS = 4
PACED_CONNECTIONS = 16
OPEN_RATE = 100
RELATIONSHIPS = 100
TEMPLATES = 500
MOST_PYTHON_CPU_MS = 4.0
SUMMARY = (
    "Went through the tech-transfer plan with their process development lead: two of the three risks of last month are "
    "closed, the third one (resin lot variability) has an owner and a date. They sent the revised batch record before."
)


def requests(token: str, relationship_ids: Sequence[str], seed: int = 1) -> list[str]:
    """Interactions with an experience, so each is evidence, spread over relationships and the last two years."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    bodies = (
        {
            "relationship_id": chance.choice(relationship_ids),
            "kind": chance.choice(KINDS),
            "occurred_at": (now - timedelta(minutes=chance.randrange(1_000_000))).isoformat(),
            "summary": SUMMARY,
            "experience": chance.choice(("below", "meets", "meets", "exceeds")),
        }
        for _ in range(TEMPLATES)
    )
    return [request("POST", "/api/v1/interactions", token, body) for body in bodies]


def measure(kit: Kit) -> list[Figure]:
    installation = kit.installation
    prepared = requests(installation.token, relationships(installation.url, installation.token, RELATIONSHIPS))
    fire(installation.port, prepared, kit.seconds(4, 2), CONNECTIONS)
    volleys, meters = [], []
    for _ in range(kit.repeats):
        with Meter(installation.pids, kit.postgres_pid) as meter:
            volleys.append(fire(installation.port, prepared, kit.seconds(10, 3), CONNECTIONS))
        meters.append(meter)
    paced = [
        fire(installation.port, prepared, kit.seconds(20, 5), PACED_CONNECTIONS, rate=OPEN_RATE)
        for _ in range(kit.repeats)
    ]
    failed = sum(volley.failed for volley in [*volleys, *paced])
    closed = f"closed loop, {CONNECTIONS} connections"
    return [
        Figure(closed, "requests/s", [volley.rate for volley in volleys]),
        Figure(f"{closed}, p50", "ms", [volley.ms(0.5) for volley in volleys]),
        Figure(f"{closed}, p99", "ms", [volley.ms(0.99) for volley in volleys]),
        Figure(f"{OPEN_RATE} arrivals/s, p50", "ms", [volley.ms(0.5) for volley in paced]),
        Figure(f"{OPEN_RATE} arrivals/s, p99", "ms", [volley.ms(0.99) for volley in paced]),
        Figure("requests that failed", "requests", [failed], most=0),
        *costs(meters, volleys),
        *floors.echoes(kit.folder, kit.repeats, kit.seconds(3, 1), CONNECTIONS),
        *floors.two_row_transactions(kit, "pairs"),
    ]


def costs(meters: Sequence[Meter], volleys: Sequence[Volley]) -> list[Figure]:
    """CPU per request: both services and their database first; what happens beside them, part by part, after."""

    def each(name: str, *parts: str, most: float | None = None) -> Figure:
        values = [meter.of(*parts) / volley.count * 1000 for meter, volley in zip(meters, volleys, strict=True)]
        return Figure(f"CPU: {name}", "ms/request", values, most=most)

    parts = {part for meter in meters for part in meter.seconds}
    if "serve gateway" not in parts:
        return [each("everything in the one process, workers and database too", *parts)]
    serving = ("serve gateway", "serve engagements")
    databases = tuple(f"database of {part}" for part in serving)
    beside = sorted(part for part in parts if part not in (*serving, *databases) and meters[0].of(part) > 0)
    return [
        each("both services, Python", *serving, most=MOST_PYTHON_CPU_MS),
        each("gateway", "serve gateway"),
        each("engagements", "serve engagements"),
        each("database of both services", *databases),
        *(each(f"beside, {part}", part) for part in beside),
    ]
