"""What the commands share: their options, their settings, and what stops them."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from services.registry import SERVICES, UPSTREAMS, service_named
from shared.db.database import Database
from shared.derived.migrations import migrate
from shared.sentences import sentence_of
from shared.settings import Settings, data_folder, read_settings
from shared.telemetry.logs import set_up_logs

CANNOT, USAGE, WRONG = 1, 2, 3
T = TypeVar("T")

ServiceName = StrEnum("ServiceName", list(SERVICES))  # type: ignore[misc]  # the names are data, so mypy sees no members
Data = Annotated[Path | None, typer.Option("--data", help="Data folder of the embedded default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


class Cannot(Exception):
    """What stops a command, in one line."""

    code = CANNOT


class NotUnderstood(Cannot):
    code = USAGE


class Wrong(Cannot):
    code = WRONG


def settings_of(**given: object) -> Settings:
    """The settings of a command, which begins its work with them: from here on there is garbage to look for."""
    gc.freeze()
    gc.enable()
    settings = read_settings(UPSTREAMS, **{name: value for name, value in given.items() if value is not None})
    set_up_logs(settings.log_level, settings.log_json)
    return settings


def parsed(model: Callable[..., T], **values: object) -> T:
    from pydantic import ValidationError

    try:
        return model(**values)
    except ValidationError as error:
        raise NotUnderstood("; ".join(f"--{e['loc'][0]}: {sentence_of(e)}" for e in error.errors())) from None


@contextmanager
def database_of(name: str, data: Path | None = None) -> Iterator[Database]:
    """A service's own database, migrated; beside a running `up` it is the same file."""
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
