"""`entente import deliveries` of a real track record, the whole process, until every score is current."""

import csv
import gzip
import time
from functools import partial

from tests.bench import floors
from tests.bench.figures import Figure
from tests.bench.kits import Embedded, House, Kit, run
from tests.bench.meter import Meter
from tests.bench.seeding import counted
from tests.support.installation import ROOT
from tests.support.processes import wait_until

FILE = ROOT / "tests" / "data" / "scms_deliveries.csv.gz"
MAPPING = ROOT / "docs" / "examples" / "scms.mapping.toml"
DELIVERIES = 7_030
MOST_S = 20.0
CURRENT_WITHIN_S = 120


def measure(kit: Kit) -> list[Figure]:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    spans, answered, cpu = [], [], []
    for repeat in range(kit.repeats):
        with kit.open(f"importing{repeat}") as house:
            with Meter(house.pids, kit.postgres_pid) as meter:
                started = time.perf_counter()
                run(
                    house.command("import", "deliveries", str(FILE), "--mapping", str(MAPPING)),
                    _caller(house),
                    kit.folder,
                )
                answered.append(time.perf_counter() - started)
                wait_until(partial(_is_current, house), CURRENT_WITHIN_S, "every score is current")
                spans.append(time.perf_counter() - started)
            cpu.append(sum(meter.seconds.values()))
    return [
        Figure("until every score is current", "s", spans, most=MOST_S if isinstance(kit, Embedded) else None),
        Figure("until the command has ended", "s", answered),
        Figure("rows of the file, scores current", "rows/s", [rows / span for span in spans]),
        Figure("deliveries, scores current", "deliveries/s", [DELIVERIES / span for span in spans]),
        Figure("CPU of the installation, the command apart", "s", cpu),
        *floors.copied_pairs(kit, "copies"),
    ]


def _caller(house: House) -> dict[str, str]:
    """The environment of somebody who imports: at a gateway elsewhere, or beside the embedded product."""
    if "entente up" in house.pids:
        return dict(house.environment)
    return {**house.environment, "ENTENTE_URL": house.url, "ENTENTE_TOKEN": house.token}


def _is_current(house: House) -> bool:
    evidence = "SELECT count(*) FROM ledger_entry WHERE source_kind = 'delivery' AND w_micro IS NOT NULL"
    return counted(house.databases["scorecards"], evidence) >= DELIVERIES
