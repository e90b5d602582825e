"""A real track record through the whole product: 7,030 deliveries of 73 providers, and scores that were checked."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn

from services.gateway.imports.command import CannotImport
from services.runtime.track_records import import_file
from services.scorecards.portfolio.tables import portfolio
from shared.settings import read_settings
from tests.support.independent_scores import scms_standings
from tests.support.installation import ApiClient, InstallationUnderTest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "data" / "scms_deliveries.csv.gz"
MAPPING = ROOT / "docs" / "examples" / "scms.mapping.toml"
AS_OF = date(2015, 12, 31)
TAKEN = {
    "is_dry_run": False, "lines_read": 10_324, "refused": 0, "deliveries": 7_030, "created": 7_030, "existing": 0,
    "accounts_created": 74, "relationships_created": 73, "warned": 10,
}  # fmt: skip
FOUND = TAKEN | {"created": 0, "existing": 7_030, "accounts_created": 0, "relationships_created": 0}


def imported(api: ApiClient, **more: str) -> dict[str, Any]:
    files = {"file": (FILE.name, FILE.read_bytes()), "mapping": (MAPPING.name, MAPPING.read_bytes())}
    answer = api.request("POST", "/api/v1/imports", files=files, data=more)
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 120
    while True:
        job = api.get(f"/api/v1/imports/{answer.json()['id']}").json()
        if job["status"] not in ("queued", "running"):
            break
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
    assert job["status"] == "done", job["problem"]
    report: dict[str, Any] = job["report"]
    return report


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in report.items() if isinstance(value, int)}


def events(installation: InstallationUnderTest) -> dict[str, int]:
    """How many events each service has announced."""
    counted = {}
    for name, database in installation.product.databases.items():
        with database.read() as tx:
            counted[name] = sum(
                tx.run(sa.select(sa.func.count()).select_from(tx.table(table))).scalar() or 0
                for table in ("outbox", "outbox_archive")
            )
    return counted


def by_provider(api: ApiClient) -> dict[str, str]:
    answer = api.get("/api/v1/relationships", params={"limit": 200}).json()
    assert answer["next"] is None
    assert {row["sponsor_name"] for row in answer["items"]} == {"Supply Chain Management System (SCMS)"}
    return {row["provider_name"]: row["id"] for row in answer["items"]}


@pytest.mark.slow
def test_the_scms_track_record_is_scored_as_an_independent_computation_says_and_a_second_import_changes_nothing(
    fresh_installation: InstallationUnderTest,
) -> None:
    api = fresh_installation.api()

    report = imported(api)
    fresh_installation.wait_until_applied(120)

    assert counts(report) == TAKEN
    assert len(report["warnings"]) == 10
    # A name is stored with one space between its words, and the file has one with two.
    expected = {" ".join(name.split()): standing for name, standing in scms_standings(FILE, AS_OF).items()}
    providers = by_provider(api)
    assert providers.keys() == expected.keys()
    wrong = []
    for name, standing in expected.items():
        tier = api.get(f"/api/v1/relationships/{providers[name]}/tier", params={"as_of": AS_OF.isoformat()}).json()
        is_same = (tier["tier"], tier["evidence_count"], tier["tenure_days"]) == (
            standing.tier, standing.evidence_count, standing.tenure_days,
        )  # fmt: skip
        names = ("p", "lower", "upper", "depth")
        is_near = all(abs(Decimal(tier[n]) - getattr(standing, n)) <= Decimal("1e-12") for n in names)
        if not (is_same and is_near):
            wrong.append((name, tier, standing))
    assert wrong == []

    before = events(fresh_installation)
    again = imported(api)
    fresh_installation.wait_until_applied(60)

    assert counts(again) == FOUND
    assert events(fresh_installation) == before


def entente(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {"ENTENTE_DATA_DIR": str(folder), "ENTENTE_LOG_LEVEL": "WARNING", **environment}
    return subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.slow
def test_the_command_line_imports_into_a_folder_of_its_own_until_the_scores_are_current(tmp_path: Path) -> None:
    command = ("import", "deliveries", str(FILE), "--mapping", str(MAPPING), "--json")

    rehearsed = entente(tmp_path, *command, "--dry-run")
    assert (rehearsed.returncode, counts(report_of(rehearsed))) == (0, TAKEN | {"is_dry_run": True}), rehearsed.stderr
    done = entente(tmp_path, *command)
    assert (done.returncode, counts(report_of(done))) == (0, TAKEN), done.stderr
    assert done.stderr.splitlines()[-1] == "10324 of 10324 lines"
    scores = sa.create_engine(f"sqlite:///{tmp_path}/scorecards.sqlite")
    with scores.connect() as connection:
        scored = connection.execute(sa.select(sa.func.count(), sa.func.sum(portfolio.c.evidence_count))).one()
    scores.dispose()
    assert tuple(scored) == (73, 7_030)

    again = entente(tmp_path, *command)
    assert (again.returncode, counts(report_of(again))) == (0, FOUND), again.stderr


def test_refused_lines_make_exit_code_3_and_what_cannot_be_read_code_1_in_one_line(tmp_path: Path) -> None:
    mapping = tmp_path / "track.toml"
    mapping.write_text(MAPPING.read_text())
    header = "Vendor,ASN/DN #,Scheduled Delivery Date,Delivered to Client Date,Line Item Quantity"
    file = tmp_path / "track.csv"
    file.write_text(f"{header}\nAcme,1,2-Jun-06,soon,5\nAcme,2,2-Jun-06,3-Jun-06,5\n")
    command = ("import", "deliveries", str(file), "--mapping", str(mapping), "--json")

    refused = entente(tmp_path / "data", *command)
    assert refused.returncode == 3, refused.stderr
    [row] = report_of(refused)["refusals"]
    assert (row["line"], row["column"], row["value"]) == (2, "Delivered to Client Date", "soon")
    assert report_of(refused)["created"] == 1

    file.write_text(header.replace("Vendor", "Seller") + "\n")
    misfit = entente(tmp_path / "data", *command)
    assert (misfit.returncode, misfit.stdout) == (1, "")
    assert "/provider/name/column names the column 'Vendor', which the file does not have" in misfit.stderr

    for missing in (file, mapping):
        missing.unlink()
        absent = entente(tmp_path / "data", *command)
        assert (absent.returncode, absent.stderr) == (1, f"entente: {missing}: No such file or directory\n")
        missing.write_text("")


def test_another_name_of_one_account_is_refused_until_the_command_line_accepts_it(tmp_path: Path) -> None:
    mapping, file = tmp_path / "track.toml", tmp_path / "track.csv"
    mapping.write_text(
        MAPPING.read_text().replace('external_id = { column = "Vendor" }', 'external_id = { column = "No" }')
    )
    header = "No,Vendor,ASN/DN #,Scheduled Delivery Date,Delivered to Client Date,Line Item Quantity"
    file.write_text(f"{header}\n7,Acme,1,2-Jun-06,3-Jun-06,5\n7,Brook,2,2-Jun-06,3-Jun-06,5\n")
    command = ("import", "deliveries", str(file), "--mapping", str(mapping), "--json")

    refused = entente(tmp_path / "data", *command)
    accepted = entente(tmp_path / "data", *command, "--accept-renames")

    assert (refused.returncode, [row["code"] for row in report_of(refused)["reasons"]]) == (3, ["contradiction"])
    assert (accepted.returncode, report_of(accepted)["created"]) == (0, 1), accepted.stderr


@contextmanager
def answering(installation: InstallationUnderTest) -> Iterator[str]:
    """The address of the installation's gateway behind a real socket."""
    server = uvicorn.Server(uvicorn.Config(installation.product.gateway, port=0, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        installation.eventually(lambda: server.started)
        _, port = server.servers[0].sockets[0].getsockname()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_the_command_line_imports_into_an_installation_elsewhere_with_a_token(
    installation: InstallationUnderTest, tmp_path: Path
) -> None:
    api, viewer = installation.api(), installation.api("viewer")
    file, mapping = tmp_path / "track.csv", tmp_path / "track.toml"
    text = MAPPING.read_text().replace('constant = "SCMS"', f'constant = "{api.actor_id}"')
    mapping.write_text(text.replace('"scms"', f'"{api.actor_id}"'))
    header = "Vendor,ASN/DN #,Scheduled Delivery Date,Delivered to Client Date,Line Item Quantity"
    file.write_text(f"{header}\nAcme,1,2-Jun-06,3-Jun-06,5\nAcme,2,2-Jun-06,soon,5\n")
    counted: list[tuple[int, int | None]] = []

    def imported_as(caller: ApiClient, url: str) -> dict[str, Any]:
        token = caller.headers["authorization"].removeprefix("Bearer ")
        settings = read_settings(url=url, token=token, data_dir=tmp_path / "unused")
        return import_file(settings, file, mapping, False, lambda *at: counted.append(at))

    with answering(installation) as url:
        with pytest.raises(CannotImport, match="a viewer of the sponsor side may not do this"):
            imported_as(viewer, url)
        report = imported_as(api, url)
    with pytest.raises(CannotImport, match=f"^{url} does not answer"):
        imported_as(api, url)

    assert (report["created"], report["refused"], report["refusals"][0]["line"]) == (1, 1, 3)
    assert counted[-1] == (2, 2)
    [job] = api.get("/api/v1/imports").json()["items"]
    assert (job["file_name"], job["status"]) == ("track.csv", "done")
    assert not (tmp_path / "unused").exists()
