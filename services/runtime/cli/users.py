"""Commands for those who sign in and for what calls the API."""

import sys
from typing import Annotated

import typer

from services.runtime.cli.common import Data, database_of, parsed, settings_of
from shared.clock import system_clock

token_app = typer.Typer(no_args_is_help=True, help="API tokens.")
user_app = typer.Typer(no_args_is_help=True, help="People who sign in.")


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Option(help="What the token is for.")],
    role: Annotated[str, typer.Option(help="viewer, reviewer, manager or admin.")] = "viewer",
    side: Annotated[str, typer.Option(help="sponsor or provider.")] = "sponsor",
    data: Data = None,
) -> None:
    """Make an API token and print it, alone, on standard output; it is not shown again."""
    from services.gateway.identity import usecases
    from services.gateway.identity.schemas import CreateToken

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
    from services.gateway.identity import usecases
    from services.gateway.identity.schemas import CreateUser

    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    command = parsed(CreateUser, email=email, name=name, role=role, side=side, password=password)
    with database_of("gateway", data) as database, database.write() as tx:
        typer.echo(usecases.create_user(tx, command, None, system_clock()).id)


@user_app.command("first")
def invite_first_user(
    address: Annotated[str | None, typer.Option(help="Where people reach it, unless ENTENTE_PUBLIC_URL says.")] = None,
    data: Data = None,
) -> None:
    """Say where Entente answers and, until an admin has signed up, a new one-time link for the first admin."""
    from services.gateway.identity import usecases
    from services.runtime.cli.output import opening_text

    settings = settings_of()
    public = settings.public_url or address or f"http://localhost:{settings.port}"
    with database_of("gateway", data) as database, database.write() as tx:
        typer.echo(opening_text(public.rstrip("/"), usecases.open_setup(tx, system_clock())))
