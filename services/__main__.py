"""The command line. Exit codes: 0 done, 1 cannot (one line says why), 2 usage, 3 looked and found something wrong."""

import json
import logging
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from services.telling import progress, report_text, run_text
from shared.bus import BusAway
from shared.clock import system_clock
from shared.consumer import dead_letters, discard, reason_of, redrive
from shared.db import Database
from shared.observe import set_up_logs
from shared.service import DatabaseNewer, NotMigrated, migrate
from shared.settings import BadSettings, Settings, data_folder, read_settings

CANNOT, USAGE, WRONG = 1, 2, 3

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
token_app = typer.Typer(no_args_is_help=True, help="API tokens.")
user_app = typer.Typer(no_args_is_help=True, help="People who sign in.")
import_app = typer.Typer(no_args_is_help=True, help="Track records from files.")
dead_app = typer.Typer(no_args_is_help=True, help="Records that could not be applied.")
review_app = typer.Typer(no_args_is_help=True, help="Review cycles.")
app.add_typer(token_app, name="token")
app.add_typer(user_app, name="user")
app.add_typer(import_app, name="import")
app.add_typer(dead_app, name="dead-letters")
app.add_typer(review_app, name="review")

ServiceName = StrEnum("ServiceName", ["accounts", "engagements", "scorecards", "gateway"])
Data = Annotated[Path | None, typer.Option("--data", help="Data folder of the embedded default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


class Cannot(Exception):
    """What stops a command, in one line."""

    code = CANNOT


class NotUnderstood(Cannot):
    code = USAGE


def settings_of(**given: Any) -> Settings:
    settings = read_settings(**{name: value for name, value in given.items() if value is not None})
    set_up_logs(settings.log_level, settings.log_json)
    return settings


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket that is served, bound before anything starts, so that a taken port is one clear line."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, settings.port))
            listener.listen()  # two that only bind may both have a port
        except OSError as error:
            raise Cannot(f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}") from None
        yield listener


def serve_app(asgi: Any, listener: socket.socket, settings: Settings) -> None:
    import uvicorn

    config = uvicorn.Config(
        asgi,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


@app.command()
def up(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="Fill an empty house with a demo.")] = None,
) -> None:
    """Start the whole product in this process."""
    from services.embedded import House

    settings = settings_of(data_dir=data, host=host, port=port, demo=demo)
    with listening(settings) as listener:
        house = House(settings)
        try:
            house.migrate()
            house.start()
            house.open(address_of(listener), typer.echo)
            if settings.build_ui:
                house.build_ui()
            if settings.demo:
                house.fill_with_demo()
            serve_app(house.gateway, listener, settings)
        finally:
            house.stop()


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::', '::1') else host}:{port}"


@app.command()
def serve(
    name: ServiceName,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve one service's HTTP."""
    from services.directory import service_named
    from services.embedded import House

    settings = settings_of(host=host, port=port)
    with listening(settings) as listener:
        house = House(settings, services=[service_named(name)])
        house.refuse_newer()
        serve_app(house.app(name), listener, settings)


@app.command()
def work(
    name: ServiceName, metrics_port: Annotated[int | None, typer.Option(help="Serve /metrics here.")] = None
) -> None:
    """Run one service's relay, consumer and schedule."""
    from prometheus_client import start_http_server

    from services.directory import service_named
    from services.embedded import House

    settings = settings_of()
    house = House(settings, services=[service_named(name)])
    house.refuse_newer()
    if metrics_port is not None:
        start_http_server(metrics_port, settings.host)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    house.start()
    worker = house.workers[name]
    threading.Thread(target=worker.watch, args=(settings.watchdog_s,), daemon=True).start()
    stopping.wait()
    house.stop()


@app.command("migrate")
def migrate_all(names: Annotated[list[ServiceName] | None, typer.Argument(help="Default: all.")] = None) -> None:
    """Bring databases to this program's shape and make the topics."""
    from services.directory import service_named
    from services.embedded import SERVICES, House

    settings = settings_of()
    House(settings, services=[service_named(name) for name in names] if names else SERVICES).migrate()


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Option(help="What the token is for.")],
    role: Annotated[str, typer.Option(help="viewer, reviewer, manager or admin.")] = "viewer",
    side: Annotated[str, typer.Option(help="sponsor or provider.")] = "sponsor",
    data: Data = None,
) -> None:
    """Make an API token and print it, alone, on standard output; it is not shown again."""
    from services.gateway import usecases
    from services.gateway.schemas import CreateToken

    command = parsed(CreateToken, name=name, role=role, side=side)
    with database_of("gateway", data) as database, database.write() as tx:
        typer.echo(usecases.create_token(tx, command, None, system_clock()).secret)


@user_app.command("create")
def create_user(
    email: Annotated[str, typer.Option()],
    name: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="viewer, reviewer, manager or admin.")] = "manager",
    side: Annotated[str, typer.Option(help="sponsor or provider.")] = "sponsor",
    data: Data = None,
) -> None:
    """Make a user; the password is asked for, or read from standard input where that is not a terminal."""
    from services.gateway import usecases
    from services.gateway.schemas import CreateUser

    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    command = parsed(CreateUser, email=email, name=name, role=role, side=side, password=password)
    with database_of("gateway", data) as database, database.write() as tx:
        typer.echo(usecases.create_user(tx, command, None, system_clock()).id)


def parsed(model: Any, **values: Any) -> Any:
    from pydantic import ValidationError

    try:
        return model(**values)
    except ValidationError as error:
        raise NotUnderstood("; ".join(f"--{e['loc'][0]}: {e['msg']}" for e in error.errors())) from None


@contextmanager
def database_of(name: str, data: Path | None = None) -> Iterator[Database]:
    """A service's own database, migrated; beside a running `up` it is the same file."""
    from services.directory import service_named

    settings = settings_of(data_dir=data)
    service = service_named(name)
    if settings.needs_data_folder:
        data_folder(settings.data_dir)
    database = service.database(settings.database_of(name), pool_size=2)
    try:
        migrate(service, database)
        yield database
    finally:
        database.close()


@import_app.command("deliveries")
def import_deliveries(
    file: Annotated[Path, typer.Argument(help="CSV or CSV.gz.")],
    mapping: Annotated[Path, typer.Option(help="TOML file that says what the columns mean (docs/imports.md).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Bring in a track record of deliveries; running it again changes nothing."""
    from services.embedded import import_file

    settings = settings_of(data_dir=data)
    with progress("lines") as say:
        report = import_file(settings, file, mapping, dry_run, say)
    typer.echo(json.dumps(report, indent=2) if as_json else report_text(report))
    if report["refused"]:
        raise typer.Exit(WRONG)


@app.command("rebuild-scores")
def rebuild_scores(data: Data = None, as_json: AsJson = False) -> None:
    """Compute every score anew from the ledger."""
    from services.scorecards import usecases

    with database_of("scorecards", data) as database, progress("relationships") as say:
        counts = usecases.rebuild_scores(database, system_clock(), lambda done: say(done, None))
    typer.echo(json.dumps(counts) if as_json else ", ".join(f"{value} {name}" for name, value in counts.items()))


@review_app.command("run")
def run_reviews(
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: today, by cycle.")] = None,
    cycle: Annotated[str | None, typer.Option(help="Id of the only cycle to run; default: all.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Open the scorecards of the newest period open on a day; running it again opens what is missing."""
    from services.scorecards import usecases
    from shared.errors import DomainError

    with database_of("scorecards", data) as database:
        day = None if as_of is None else as_of.date()
        try:
            done = list(usecases.run_reviews(database, day, cycle, system_clock()))
        except DomainError as error:
            raise Cannot(error.detail) from None
    if as_json:
        typer.echo(json.dumps([{"name": name, **run.model_dump(mode="json")} for name, run in done], indent=2))
    else:
        for name, run in done:
            typer.echo(run_text(name, run))
    if any(run.failed for _, run in done):
        raise typer.Exit(WRONG)


@app.command()
def verify(
    names: Annotated[list[ServiceName] | None, typer.Argument(help="Default: all.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Check the invariants of design: nothing lost, nothing twice, scores equal to a rebuild. Exit code 3 if not so."""
    from services.embedded import checks

    settings = settings_of(data_dir=data)
    found = list(checks(settings, names))
    if as_json:
        typer.echo(json.dumps([check.__dict__ for check in found], indent=2))
    else:
        from shared.verify import report

        report(iter(found), typer.echo)
    if any(check.wrong for check in found):
        raise typer.Exit(WRONG)


@dead_app.command("list")
def list_dead(name: ServiceName, data: Data = None, as_json: AsJson = False) -> None:
    """Records that wait for a decision."""
    with database_of(name, data) as database, database.read() as tx:
        rows = [dict(row) for row in dead_letters(tx)]
    if as_json:
        told = [
            {name: row[name] for name in row if name not in ("key", "value", "settled_at", "settled_by")}
            for row in rows
        ]
        typer.echo(json.dumps(told, indent=2, default=str))
        return
    for row in rows:
        typer.echo(f"{row['dead_letter_id']}  {row['topic']} {row['partition']}/{row['offset']}  {row['reason']}")


@dead_app.command("show")
def show_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """One record with its bytes."""
    with database_of(name, data) as database, database.read() as tx:
        for row in dead_letters(tx):
            if row["dead_letter_id"] == dead_letter_id:
                for field, value in row.items():
                    typer.echo(
                        f"{field}: {value.decode(errors='backslashreplace') if isinstance(value, bytes) else value}"
                    )
                return
    raise Cannot(f"no dead letter {dead_letter_id} waits in {name}")


@dead_app.command("redrive")
def redrive_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """Apply a record again, after what stopped it was mended."""
    with database_of(name, data) as database:
        typer.echo(settled(lambda: redrive(database, handlers_of(name), dead_letter_id, system_clock())))


@dead_app.command("discard")
def discard_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """Settle a record without applying it; it is kept."""
    with database_of(name, data) as database:
        settled(lambda: discard(database, dead_letter_id, system_clock()))


def handlers_of(name: str) -> Any:
    from services.directory import service_named

    return service_named(name).handlers


def settled(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except LookupError as error:
        raise Cannot(str(error)) from None
    except Exception as error:
        raise Cannot(reason_of(error)) from None


@app.command()
def contracts(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the files are current.")] = False,
) -> None:
    """Write the OpenAPI and AsyncAPI files of shared/contracts from the services' values."""
    from services.embedded import SERVICES
    from shared.contracts import stale_contracts, write_contracts

    if not check:
        write_contracts(SERVICES)
    elif stale := stale_contracts(SERVICES):
        raise Cannot(f"not current: {', '.join(stale)}; run `entente contracts`")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the whole public API."""
    from services.gateway.service import openapi_document

    typer.echo(json.dumps(openapi_document()))


def main() -> None:
    """Run a command; what a user can mend is one line on standard error, never a traceback."""
    logging.captureWarnings(True)
    try:
        app()
    except Cannot as error:
        fail(str(error), error.code)
    except (BadSettings, BusAway, DatabaseNewer, NotMigrated, OSError, ValueError) as error:
        fail(str(error))
    except (SQLAlchemyError, sqlite3.Error) as error:
        fail(f"the database does not answer: {error}")


def fail(line: str, code: int = CANNOT) -> None:
    typer.echo(f"entente: {line}".splitlines()[0], err=True)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
