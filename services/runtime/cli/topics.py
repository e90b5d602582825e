"""Commands for the topics of the event bus and who may use them."""

import json
from typing import Annotated

import typer

from services.registry import services_named
from services.runtime.cli.common import WRONG, AsJson, Data, ServiceName, settings_of
from services.runtime.cli.output import progress
from shared.derived.topics import grants, topics
from shared.events import topic_of
from shared.messaging.relay import republish

topics_app = typer.Typer(no_args_is_help=True, help="Topics of the event bus.")

Access = Annotated[bool, typer.Option("--access", help="Who may read and write them too, each service as a user.")]


@topics_app.command("apply")
def apply_topics(access: Access = False) -> None:
    """Make the topics that are missing, and allow the services what is not allowed yet."""
    from services.runtime.installation import Installation

    bus = Installation(settings_of()).bus
    bus.ensure_topics(topics(services_named()))
    if access:
        bus.grant(grants(services_named()))


@topics_app.command("republish")
def republish_topics(
    names: Annotated[list[ServiceName] | None, typer.Argument(help="Of these services; default: all.")] = None,
    data: Data = None,
) -> None:
    """Make topics that were lost, and send again what they held; what is there already is not sent twice."""
    from services.runtime.installation import Installation

    installation = Installation(settings_of(data_dir=data), services=services_named(names))
    try:
        installation.bus.ensure_topics(topics(installation.services))
        for service in installation.services:
            topic = topic_of(service.name)
            with progress("events") as on_progress:
                sent = republish(installation.databases[service.name], installation.bus, topic, on_progress)
            typer.echo(f"{topic}: {sent} events sent again")
    finally:
        installation.stop()


@topics_app.command("check")
def check_topics(access: Access = False, as_json: AsJson = False) -> None:
    """Say what is not as it should be; exit code 3 if anything is."""
    from services.runtime.installation import Installation

    bus = Installation(settings_of()).bus
    faults = bus.faults_of_topics(topics(services_named()))
    if access:
        faults += [f"not allowed: {grant}" for grant in bus.missing(grants(services_named()))]
    typer.echo(json.dumps(faults) if as_json else "\n".join(faults or ["all topics are as they should be"]))
    if faults:
        raise typer.Exit(WRONG)
