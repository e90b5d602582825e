"""Commands that do the product's own work: bring in a track record, run reviews, score anew."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.runtime.cli.common import WRONG, AsJson, Data, database_of, settings_of
from services.runtime.cli.output import progress, report_text, run_text
from shared.clock import system_clock

import_app = typer.Typer(no_args_is_help=True, help="Track records from files.")
review_app = typer.Typer(no_args_is_help=True, help="Review cycles.")


@import_app.command("deliveries")
def import_deliveries(
    file: Annotated[Path, typer.Argument(help="CSV, CSV.gz, XLSX or XLS.")],
    mapping: Annotated[Path, typer.Option(help="TOML file that says what the columns mean (docs/imports.md).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")] = False,
    accept_renames: Annotated[
        bool, typer.Option("--accept-renames", help="Import lines whose names or regions differ from what is known.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Bring in a track record of deliveries; running it again changes nothing."""
    from services.runtime.track_records import import_file

    settings = settings_of(data_dir=data)
    with progress("lines") as on_progress:
        report = import_file(settings, file, mapping, dry_run, on_progress, accept_renames)
    typer.echo(json.dumps(report, indent=2) if as_json else report_text(report))
    if report["refused"]:
        raise typer.Exit(WRONG)


@review_app.command("run")
def run_reviews(
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: today, by cycle.")] = None,
    cycle: Annotated[str | None, typer.Option(help="Id of the only cycle to run; default: all.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Open the scorecards of the newest period open on a day; running it again opens what is missing."""
    from services.scorecards.review_cycles.opening import run_reviews

    with database_of("scorecards", data) as database:
        day = None if as_of is None else as_of.date()
        done = list(run_reviews(database, day, cycle, system_clock()))
    if as_json:
        typer.echo(json.dumps([{"name": name, **run.model_dump(mode="json")} for name, run in done], indent=2))
    else:
        for name, run in done:
            typer.echo(run_text(name, run))
    if any(run.failed for _, run in done):
        raise typer.Exit(WRONG)


def rebuild_scores(data: Data = None, as_json: AsJson = False) -> None:
    """Compute every score anew from the ledger."""
    from services.scorecards.tiers.usecases import rebuild_scores

    with database_of("scorecards", data) as database, progress("relationships") as on_progress:
        counts = rebuild_scores(database, system_clock(), lambda done: on_progress(done, None))
    typer.echo(json.dumps(counts) if as_json else ", ".join(f"{value} {name}" for name, value in counts.items()))
