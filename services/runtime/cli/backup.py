"""Commands that keep an embedded installation and bring it back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.registry import services_named
from services.runtime.cli.common import AsJson, Data, ServiceName, Wrong, settings_of
from services.runtime.cli.output import progress
from shared.clock import system_clock
from shared.settings import read_settings

if TYPE_CHECKING:
    from services.runtime.backup import Manifest


def back_up(
    file: Annotated[Path, typer.Argument(help="The archive to be made; it must not exist.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Keep the embedded installation as it is at one moment, also while it runs."""
    from services.runtime import backup

    settings = settings_of(data_dir=data)
    with progress("files") as on_progress:
        manifest = backup.back_up(settings, file, system_clock(), on_progress)
    typer.echo(json.dumps(manifest) if as_json else f"kept as of {_text(manifest)}")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `entente backup` made.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring a kept installation back into an empty or new folder."""
    from services.runtime import backup

    settings = settings_of(data_dir=data)
    with progress("files") as on_progress:
        manifest = backup.restore(file, settings, on_progress)
    typer.echo(json.dumps(manifest) if as_json else f"restored as of {_text(manifest)}")


def restored(
    names: Annotated[list[ServiceName], typer.Argument(help="Whose database was brought back.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """After a database was brought back: begin a new epoch; its service announces and applies everything again."""
    from services.runtime.installation import Installation

    installation = Installation(settings_of(data_dir=data), services=services_named(names))
    try:
        for name, epoch, announced in installation.begin_epochs():
            begun = {"service": name, "epoch": epoch, "announced": announced}
            typer.echo(json.dumps(begun) if as_json else f"{name}: epoch {epoch}, {announced} records announced anew")
    finally:
        installation.stop()


def move(
    to: Annotated[str, typer.Option("--to", help="PostgreSQL of each service there; `{service}` is filled in.")],
    bus: Annotated[str, typer.Option("--bus", help="Kafka there.")],
    names: Annotated[list[ServiceName] | None, typer.Argument(help="Default: all.")] = None,
    data: Data = None,
) -> None:
    """Carry an embedded installation over to PostgreSQL and Kafka; run again, it goes on. Exit code 3: not the same."""
    from services.runtime.transfer import NotTheSame, move

    settings = settings_of(data_dir=data)
    with progress("rows and events") as on_progress:
        try:
            for name, rows, events in move(
                settings, read_settings(database_url=to, bus_url=bus), services_named(names), on_progress
            ):
                typer.echo(f"{name}: {rows} rows and {events} events are there and the same")
        except NotTheSame as error:
            raise Wrong(str(error)) from None


def _text(manifest: "Manifest") -> str:
    size = sum(file["bytes"] for file in manifest["files"].values())
    return f"{manifest['made_at']}: {len(manifest['files'])} files, {size:,} bytes"
