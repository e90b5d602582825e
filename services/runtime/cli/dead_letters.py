"""Commands for records that could not be applied."""

import json

import typer

from services.runtime.cli.common import AsJson, Data, ServiceName, database_of
from shared.clock import system_clock
from shared.messaging.consumer import redrive
from shared.messaging.dead_letters import dead_letters, discard, get_dead_letter

dead_app = typer.Typer(no_args_is_help=True, help="Records that could not be applied.")


@dead_app.command("list")
def list_dead(name: ServiceName, data: Data = None, as_json: AsJson = False) -> None:
    """Records that wait for a decision."""
    with database_of(name, data) as database, database.read() as tx:
        rows = [dict(row) for row in dead_letters(tx)]
    if as_json:
        shown = [
            {name: row[name] for name in row if name not in ("key", "value", "settled_at", "settled_by")}
            for row in rows
        ]
        typer.echo(json.dumps(shown, indent=2, default=str))
        return
    for row in rows:
        typer.echo(f"{row['dead_letter_id']}  {row['topic']} {row['partition']}/{row['offset']}  {row['reason']}")


@dead_app.command("show")
def show_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """One record with its bytes."""
    with database_of(name, data) as database, database.read() as tx:
        for field, value in get_dead_letter(tx, dead_letter_id).items():
            typer.echo(f"{field}: {value.decode(errors='backslashreplace') if isinstance(value, bytes) else value}")


@dead_app.command("redrive")
def redrive_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """Apply a record again, after what stopped it was mended."""
    from services.registry import service_named

    handlers = service_named(name).handlers
    with database_of(name, data) as database, database.write() as tx:
        typer.echo(redrive(tx, handlers, dead_letter_id, system_clock()))


@dead_app.command("discard")
def discard_dead(name: ServiceName, dead_letter_id: str, data: Data = None) -> None:
    """Settle a record without applying it; it is kept."""
    with database_of(name, data) as database, database.write() as tx:
        discard(tx, dead_letter_id, system_clock())
