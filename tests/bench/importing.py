"""`entente import deliveries` of a real track record, the whole process, until every score is current."""

import csv
import gzip
import resource
import time

from tests.bench import floors
from tests.bench.figures import Figure
from tests.bench.kits import Embedded, Kit, run
from tests.bench.meter import Meter
from tests.bench.seeding import counted
from tests.support.distributed import ENTENTE, ROOT
from tests.support.processes import wait_until

FILE = ROOT / "tests" / "data" / "scms_deliveries.csv.gz"
MAPPING = ROOT / "docs" / "examples" / "scms.mapping.toml"
DELIVERIES = 7_030
EVIDENCE = "SELECT count(*) FROM ledger_entry WHERE source_kind = 'delivery' AND w_micro IS NOT NULL"
COMMAND = [*ENTENTE, "import", "deliveries", str(FILE), "--mapping", str(MAPPING)]
MOST_S = 20.0
CURRENT_WITHIN_S = 120


def measure(kit: Kit) -> list[Figure]:
    """Embedded: into an empty folder that nobody else has open. Distributed: through the gateway."""
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    spans, cpu = [], []
    for repeat in range(kit.repeats):
        name = f"importing{repeat}"
        span, spent = _alone(kit, name) if isinstance(kit, Embedded) else _beside(kit, name)
        spans.append(span)
        cpu.append(spent)
    return [
        Figure("until every score is current", "s", spans, most=MOST_S if isinstance(kit, Embedded) else None),
        Figure("lines of the file, scores current", "lines/s", [rows / span for span in spans]),
        Figure("deliveries, scores current", "deliveries/s", [DELIVERIES / span for span in spans]),
        Figure("CPU of all parts, the command included", "s", cpu),
        *floors.copied_pairs(kit, "copies"),
    ]


def _alone(kit: Embedded, name: str) -> tuple[float, float]:
    """Seconds and CPU seconds of the whole command, which ends when the scores are current."""
    folder = kit.folder / name
    folder.mkdir()
    spent, started = _cpu_of_children(), time.perf_counter()
    run(COMMAND, kit.environment(folder), folder)
    span = time.perf_counter() - started
    assert counted(f"sqlite:///{folder}/scorecards.sqlite", EVIDENCE) == DELIVERIES
    return span, _cpu_of_children() - spent


def _beside(kit: Kit, name: str) -> tuple[float, float]:
    """The same through the gateway of an installation: until the score of the last delivery is there."""
    with kit.open(name) as installation:
        environment = {**installation.environment, "ENTENTE_URL": installation.url, "ENTENTE_TOKEN": installation.token}
        database = installation.databases["scorecards"]
        with Meter(installation.pids, kit.postgres_pid) as meter:
            spent, started = _cpu_of_children(), time.perf_counter()
            run(COMMAND, environment, kit.folder)
            spent = _cpu_of_children() - spent
            wait_until(lambda: counted(database, EVIDENCE) == DELIVERIES, CURRENT_WITHIN_S, "every score is current")
            span = time.perf_counter() - started
    return span, spent + sum(meter.seconds.values())


def _cpu_of_children() -> float:
    """CPU seconds of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
