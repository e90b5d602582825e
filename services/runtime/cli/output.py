"""What the command line tells while it works and when it is done."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from services.scorecards.review_cycles.schemas import ReviewRunOut


def opening_text(address: str, code: str | None) -> str:
    """The address and, until an admin has signed up, the one-time code with which the first one does."""
    if code is None:
        return f"Entente answers at {address}"
    return (
        f"Entente answers at {address}\n"
        f"The first admin signs up, once, at {address}/set-up#{code}\n"
        f"Nobody has signed up yet. Where that address does not lead here, they do with this code: {code}"
    )


def report_text(report: Mapping[str, object]) -> str:
    lines = [f"{name.replace('_', ' ')}: {report[name]}" for name in report if isinstance(report[name], int | str)]
    form = report.get("form")
    if isinstance(form, dict):
        lines += [f"note: {note}" for note in form["notes"]]
    for kind, one in (("cleaned", "cleaned"), ("reasons", "reason"), ("refusals", "refusal"), ("warnings", "warning")):
        rows = report.get(kind)
        if isinstance(rows, list):
            lines += [f"{one}: {json.dumps(row, ensure_ascii=False)}" for row in rows]
    return "\n".join(lines)


def run_text(name: str, run: "ReviewRunOut") -> str:
    """A run of a review cycle: what it did, and a line for each card that it could not open."""
    counts = ", ".join(f"{getattr(run, count)} {count}" for count in ("created", "existing", "failed"))
    lines = [f"{name}, {run.period.name}: {counts}"]
    lines += [f"failed: {each.relationship_id}, {each.side} side: {each.reason}" for each in run.failures]
    if (unnamed := run.failed - len(run.failures)) > 0:
        lines.append(f"failed: {unnamed} more")
    return "\n".join(lines)


@contextmanager
def progress(unit: str) -> Iterator[Callable[[int, int | None], None]]:
    """Gives what is called with (done, of): on standard error, a bar on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield partial(_say, unit, set())
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(unit, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _say(unit: str, said: set[int], done: int, of: int | None) -> None:
    tenth = done * 10 // of if of else done // 10_000
    if tenth not in said:
        said.add(tenth)
        typer.echo(f"{done} of {of} {unit}" if of else f"{done} {unit}", err=True)
