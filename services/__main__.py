"""The command line. Exit codes: 0 done, 1 cannot (one line says why), 2 usage, 3 looked and found something wrong."""

import gc
import logging
import sqlite3

import typer
from sqlalchemy.exc import SQLAlchemyError

from services.commands import checks, dead_letters, keeping, people, running, topics, work
from services.commands.common import CANNOT, Cannot
from shared.bus import BusAway
from shared.errors import DomainError
from shared.service import DatabaseNewer, NotMigrated
from shared.settings import BadSettings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (running.up, running.serve, running.work, checks.verify, checks.contracts, checks.openapi):
    app.command()(command)
app.command("migrate")(running.migrate_all)
app.command("backup")(keeping.back_up)
app.command("restore")(keeping.restore)
app.command("move")(keeping.move)
app.command("restored")(keeping.restored)
app.command("rebuild-scores")(work.rebuild_scores)
app.add_typer(people.token_app, name="token")
app.add_typer(people.user_app, name="user")
app.add_typer(work.import_app, name="import")
app.add_typer(work.review_app, name="review")
app.add_typer(dead_letters.dead_app, name="dead-letters")
app.add_typer(topics.topics_app, name="topics")


def main() -> None:
    """Run a command; what a user can mend is one line on standard error, never a traceback."""
    logging.captureWarnings(True)
    gc.disable()  # what a command imports stays, and to look for garbage in it takes a fifth of the start
    try:
        app()
    except Cannot as error:
        fail(str(error), error.code)
    except DomainError as error:
        fail(error.detail)
    except (BadSettings, BusAway, DatabaseNewer, NotMigrated, OSError, ValueError) as error:
        fail(str(error))
    except (SQLAlchemyError, sqlite3.Error) as error:
        fail(f"the database does not answer: {error}")


def fail(line: str, code: int = CANNOT) -> None:
    typer.echo(f"entente: {line}".splitlines()[0], err=True)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
