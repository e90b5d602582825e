"""From an interaction's answer to its evidence being in the score, at a constant rate of arrivals."""

from tests.bench.figures import Figure, quantile
from tests.bench.hammer import fire
from tests.bench.kits import Kit
from tests.bench.logging_interactions import OPEN_RATE, PACED_CONNECTIONS, RELATIONSHIPS, requests
from tests.bench.meter import Meter
from tests.support.load import relationships

MOST_P99_S = 0.3


def measure(kit: Kit) -> list[Figure]:
    installation = kit.installation
    prepared = requests(installation.token, relationships(installation.url, installation.token, RELATIONSHIPS))
    watched = installation.databases["scorecards"]
    fire(installation.port, prepared, 3, PACED_CONNECTIONS, rate=OPEN_RATE)
    volleys, cpu = [], []
    for _ in range(kit.repeats):
        with Meter(installation.pids, kit.postgres_pid) as meter:
            volleys.append(
                fire(installation.port, prepared, kit.seconds(30, 20), PACED_CONNECTIONS, rate=OPEN_RATE, watch=watched)
            )
        cpu.append(sum(meter.seconds.values()) / volleys[-1].seconds)
    return [
        *(
            Figure(
                f"answer to score at {OPEN_RATE} writes/s, {name}", "s",
                [quantile(volley.to_score, share) for volley in volleys],
                most=MOST_P99_S if name == "p99" else None,
            )
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
        ),
        Figure("never seen in the score, or refused", "writes", [v.unseen + v.failed for v in volleys], most=0),
        Figure("all parts together, database and broker included", "cores", cpu),
    ]  # fmt: skip
