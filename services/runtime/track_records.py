"""Imports a track record from the command line: through a running gateway, or into the installation at hand."""

from collections.abc import Callable
from pathlib import Path

from services.gateway.imports.command import CannotImport, import_here, import_through, open_track_record, read_mapping
from services.registry import GATEWAY
from services.runtime.installation import Installation
from shared.settings import Settings


def import_file(
    settings: Settings,
    file: Path,
    mapping: Path,
    dry_run: bool,
    progress: Callable[[int, int | None], None],
    accept_renames: bool = False,
) -> dict[str, object]:
    """Import a track record and return the report: through ENTENTE_URL where that is set, else here.

    Returns when the scores are current. It may open the data folder beside a running `up`. Raises `CannotImport`.
    """
    source = read_mapping(mapping, accept_renames)
    if settings.url is not None:
        if settings.token is None:
            raise CannotImport("ENTENTE_TOKEN: is not set, but ENTENTE_URL is")
        return import_through(settings.url, settings.token.get_secret_value(), file, source, dry_run, progress)
    with open_track_record(file, source) as track_record:
        installation = Installation(settings)
        installation.migrate()
        installation.start()
        try:
            report = import_here(
                track_record, installation.databases[GATEWAY], installation.upstreams(), dry_run, progress
            )
            installation.wait_until_applied()
            return report
        finally:
            installation.stop()
