"""The command line where something is not right: one clear line and an exit code, never a traceback."""

import json
import os
import re
import socket
import sqlite3
import subprocess
from pathlib import Path

import httpx
import pytest

from services.registry import SERVICES, UPSTREAMS
from services.runtime.installation import Installation
from shared.actor_tokens import new_key
from shared.ids import new_id
from shared.settings import BadSettings, read_settings
from tests.support.distributed import ENTENTE, ROOT
from tests.support.processes import Process, free_port, wait_until


def entente(
    folder: Path, *arguments: str, program: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line on a data folder, with these settings and none of ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    settings = {f"ENTENTE_{name.upper()}": value for name, value in environment.items()}
    return subprocess.run(
        [*ENTENTE, *arguments],
        env={**ours, "PYTHONPATH": str(program), "ENTENTE_DATA_DIR": str(folder), **settings},
        cwd=program,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one line that says why a command cannot."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("entente: ")
    return line


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose databases have this program's shape."""
    folder = tmp_path_factory.mktemp("installed")
    assert entente(folder, "migrate").returncode == 0
    return folder


def test_an_unknown_review_cycle_is_named(installed: Path) -> None:
    line = refusal(entente(installed, "review", "run", "--cycle", new_id()))

    assert line == "entente: No such review cycle"


@pytest.mark.parametrize("command", [["up", "--no-demo"], ["serve", "accounts"]], ids=["up", "serve"])
def test_a_port_that_is_taken_is_named(tmp_path: Path, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        line = refusal(entente(tmp_path / "data", *command, "--port", str(port)))

    assert line == f"entente: cannot listen on 127.0.0.1:{port}: Address already in use"
    assert not (tmp_path / "data").exists()


def test_a_host_that_is_not_ours_is_named(tmp_path: Path) -> None:
    assert "cannot listen on 192.0.2.1:0: " in refusal(entente(tmp_path, "up", "--host", "192.0.2.1", "--port", "0"))


@pytest.mark.parametrize("folder", ["/proc/nope", "a file"])
@pytest.mark.parametrize("command", [["up", "--port", "0"], ["token", "create", "--name", "x"]], ids=["up", "token"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: str, command: list[str]) -> None:
    (tmp_path / "a file").touch()
    location = tmp_path / folder  # an absolute folder stays what it is

    assert f"data folder {location} cannot be written: " in refusal(entente(location, *command))


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "events.sqlite").write_text("nothing that SQLite would know" * 100)

    assert "file is not a database" in refusal(entente(tmp_path, "migrate"))


@pytest.mark.xdist_group("installed")
@pytest.mark.parametrize(
    "command",
    [["up", "--port", "0"], ["migrate"], ["serve", "gateway", "--port", "0"], ["work", "gateway"], ["verify"],
     ["token", "create", "--name", "x"]],
    ids=lambda command: command[0],
)  # fmt: skip
def test_a_database_newer_than_the_program_is_left_alone(tmp_path: Path, installed: Path, command: list[str]) -> None:
    database = tmp_path / "gateway.sqlite"
    for file in installed.glob("*.sqlite"):
        copy(file, tmp_path / file.name)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE gateway_version SET version_num = '9999'")
    before = dump(database)

    line = refusal(entente(tmp_path, *command))

    assert "the database of gateway was written by a newer Entente" in line
    assert dump(database) == before


def copy(file: Path, to: Path) -> None:
    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)


def dump(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        return list(connection.iterdump())


def test_databases_of_another_schema_are_not_verified(tmp_path: Path) -> None:
    line = refusal(entente(tmp_path / "nothing", "verify", "--json"))

    assert "the database of accounts does not have this program's schema" in line
    assert not (tmp_path / "nothing").exists()


def test_every_bad_setting_is_named_at_once(tmp_path: Path) -> None:
    bad = {
        "port": "many", "threads": "0", "log_level": "LOUD", "database_url": "mysql://host/{service}",
        "bus_url": "amqp://host", "watchdog_s": "-1",
    }  # fmt: skip

    line = refusal(entente(tmp_path, "up", **bad))

    assert sorted(set(re.findall("ENTENTE_[A-Z_]+", line))) == sorted(f"ENTENTE_{name.upper()}" for name in bad)
    assert "is not a URL of sqlite: or postgresql:" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "rubbish"),
        ("database_url", "sqlite:///{nowhere}/{service}.sqlite"),
        ("database_url", "postgresql://host:port/{service}"),
        ("bus_url", "sqlite:///{service}/events.sqlite{"),
        ("actor_key", "rubbish"),
        ("actor_key", '{"kty": 1}'),
        ("actor_key", "[]"),
        ("actor_key", '{"crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kty":"OKP"}'),
        ("actor_public_key", '{"kty": "oct", "k": "eA"}'),
        ("accounts_url", "ftp://host"),
    ],
)
def test_a_setting_that_is_not_what_it_should_be_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises((BadSettings, ValueError), match=f"ENTENTE_{name.upper()}"):
        Installation(read_settings(UPSTREAMS, data_dir=tmp_path, **{name: value})).upstreams()


def test_a_key_that_is_none_is_one_line(tmp_path: Path) -> None:
    assert "ENTENTE_ACTOR_KEY: is not " in refusal(entente(tmp_path, "up", "--port", "0", actor_key='{"kty": 1}'))


def test_the_embedded_product_starts_with_a_key_of_ones_own(tmp_path: Path) -> None:
    """A folder that no key is kept in is made all the same."""
    assert entente(tmp_path / "data", "migrate", actor_key=json.dumps(new_key())).returncode == 0


@pytest.mark.parametrize(
    "command",
    [["up", "--port", "0"], ["migrate"], ["verify"], ["rebuild-scores"], ["token", "create", "--name", "x"]],
    ids=lambda command: command[0],
)
def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(tmp_path: Path, command: list[str]) -> None:
    url = "postgresql://entente:secret@127.0.0.1:1/{service}"

    line = refusal(entente(tmp_path, *command, database_url=url))

    assert "the database does not answer" in line
    assert "secret" not in line


@pytest.mark.slow
def test_a_broker_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    assert "the event bus does not answer" in refusal(entente(tmp_path, "migrate", bus_url="kafka://127.0.0.1:1"))


@pytest.mark.parametrize(
    "command",
    [["nothing"], ["serve", "nobody"], ["up", "--port", "many"], ["token", "create"], ["dead-letters", "show"]],
    ids=" ".join,
)
def test_an_unknown_option_or_command_is_code_2(tmp_path: Path, command: list[str]) -> None:
    done = entente(tmp_path, *command)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", [["--role", "king"], ["--side", "left"]], ids=" ".join)
def test_a_value_that_is_none_of_an_options_is_code_2(tmp_path: Path, option: list[str]) -> None:
    assert option[0] in refusal(entente(tmp_path, "token", "create", "--name", "x", *option), code=2)


@pytest.mark.xdist_group("installed")
def test_a_token_is_printed_alone(installed: Path) -> None:
    made = entente(installed, "token", "create", "--name", "x", "--role", "admin")

    assert (made.returncode, made.stderr) == (0, "")
    assert re.fullmatch(r"ent_[\w-]{43}\n", made.stdout)


@pytest.mark.xdist_group("installed")
def test_output_for_programs_is_json(installed: Path) -> None:
    verified = entente(installed, "verify", "--json")
    listed = entente(installed, "dead-letters", "list", "scorecards", "--json")
    rebuilt = entente(installed, "rebuild-scores", "--json")

    assert [done.returncode for done in (verified, listed, rebuilt)] == [0, 0, 0]
    assert {check["service"] for check in json.loads(verified.stdout)} == set(SERVICES)
    assert json.loads(listed.stdout) == []
    assert isinstance(json.loads(rebuilt.stdout), dict)


@pytest.mark.xdist_group("installed")
@pytest.mark.parametrize("act", ["show", "redrive", "discard"])
def test_a_dead_letter_that_does_not_wait_is_named(installed: Path, act: str) -> None:
    assert "no dead letter 7 waits" in refusal(entente(installed, "dead-letters", act, "accounts", "7"))


SHIPMENTS = """Shipment,Vendor,Promised,Delivered
SH-1,Vialworks,2026-03-01,2026-03-01
SH-2,Vialworks,2026-02-31,2026-03-01
"""
MAPPING = """
[sponsor]
name = { constant = "Northwind" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "Vendor" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"] }
delivered_on = { column = "Delivered", formats = ["%Y-%m-%d"] }
"""


def test_an_import_prints_lines_of_progress_a_json_report_and_code_3_for_refused_rows(tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.toml", tmp_path / "deliveries.csv"
    mapping.write_text(MAPPING)
    file.write_text(SHIPMENTS)
    command = ["import", "deliveries", str(file), "--mapping", str(mapping), "--json"]

    done = entente(tmp_path / "data", *command)

    report = json.loads(done.stdout)
    assert (done.returncode, report["deliveries"], report["refused"]) == (3, 1, 1)
    assert done.stderr
    assert all(re.fullmatch(r"\d+( of \d+)? lines", line) for line in done.stderr.splitlines())
    file.write_text("".join(SHIPMENTS.splitlines(keepends=True)[:2]))
    assert entente(tmp_path / "data", *command).returncode == 0


def test_a_file_that_is_missing_or_lacks_a_column_is_not_imported(tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.toml", tmp_path / "deliveries.csv"
    mapping.write_text(MAPPING)
    file.write_text(SHIPMENTS.replace("Delivered", "Arrived"))

    assert "nowhere.csv: No such file or directory" in refusal(
        entente(tmp_path / "data", "import", "deliveries", "nowhere.csv", "--mapping", str(mapping))
    )
    assert "Delivered" in refusal(
        entente(tmp_path / "data", "import", "deliveries", str(file), "--mapping", str(mapping))
    )


def up(folder: Path, port: int) -> Process:
    """Start the product and wait until it has said where it answers, and does."""
    folder.mkdir(exist_ok=True)
    log = folder / f"up-{port}.log"
    environment = {"ENTENTE_DATA_DIR": str(folder / "data"), "ENTENTE_DEMO": "0", "PYTHONPATH": str(ROOT)}
    process = Process([*ENTENTE, "up", "--port", str(port)], log, environment=environment)
    address = f"http://localhost:{port}"
    wait_until(lambda: f"Entente answers at {address}\n" in log.read_text(), 90, "the address is printed", process)
    wait_until(lambda: httpx.get(address + "/readyz", timeout=30).status_code == 200, 90, "it is ready", process)
    return process


def test_the_product_says_where_it_answers_and_how_to_sign_up_once(tmp_path: Path) -> None:
    port = free_port()
    process = up(tmp_path, port)
    said = process.log.read_text()
    [code] = re.findall(r"Nobody has signed up yet.*with this code: (\S+)", said)
    admin = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery staple", "code": code}
    signed_up = httpx.post(f"http://localhost:{port}/api/v1/setup", json=admin, timeout=30)
    process.stop()

    again = up(tmp_path, other := free_port())

    assert signed_up.status_code == 201, signed_up.text
    assert "Nobody has signed up" not in again.log.read_text()
    assert httpx.get(f"http://localhost:{other}/healthz", timeout=30).status_code == 200
    again.stop()


def test_a_second_product_in_the_same_folder_works_beside_the_first(tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    processes = [up(tmp_path, first), up(tmp_path, second)]
    made = entente(tmp_path / "data", "token", "create", "--name", "x", "--role", "manager")
    headers = {"authorization": "Bearer " + made.stdout.strip()}
    account = {"name": "Vialworks", "kind": "provider"}

    written = httpx.post(f"http://localhost:{first}/api/v1/accounts", json=account, headers=headers, timeout=30)
    read = httpx.get(f"http://localhost:{second}/api/v1/accounts/{written.json()['id']}", headers=headers, timeout=30)

    assert (written.status_code, read.status_code) == (201, 200)
    assert read.json() == written.json()
    for process in processes:
        process.stop()
        assert "Traceback" not in process.log.read_text()
