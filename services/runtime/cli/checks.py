"""Commands that check: the invariants of the data, and the files that describe the product."""

import json
from typing import Annotated

import typer

from services.registry import UPSTREAMS, services_named
from services.runtime.cli.common import WRONG, AsJson, Cannot, Data, ServiceName, settings_of


def verify(
    names: Annotated[list[ServiceName] | None, typer.Argument(help="Default: all.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Check the invariants of design: nothing lost, nothing twice, scores equal to a rebuild. Exit code 3 if not so."""
    from services.runtime.verification import checks

    settings = settings_of(data_dir=data)
    found = list(checks(settings, names))
    if as_json:
        typer.echo(json.dumps([check.__dict__ for check in found], indent=2))
    else:
        from shared.derived.verify import report

        report(iter(found), typer.echo)
    if any(check.wrong for check in found):
        raise typer.Exit(WRONG)


def contracts(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the files are current.")] = False,
) -> None:
    """Write the OpenAPI and AsyncAPI files of shared/contracts from the services' values."""
    from shared.derived.contracts import stale_contracts, write_contracts

    if not check:
        write_contracts(services_named())
    elif stale := stale_contracts(services_named()):
        raise Cannot(f"not current: {', '.join(stale)}; run `entente contracts`")


def openapi() -> None:
    """Print the OpenAPI document of the whole public API."""
    from services.gateway.app import openapi_document

    typer.echo(json.dumps(openapi_document(UPSTREAMS)))
