"""The command line. Exit codes: 0 done, 1 cannot (one line says why), 2 usage, 3 looked and found something wrong."""

import gc
import logging
import sqlite3

import typer
from sqlalchemy.exc import SQLAlchemyError

from services.runtime.cli import backup, checks, dead_letters, processes, topics, users, work
from services.runtime.cli.common import CANNOT, Cannot
from shared.derived.migrations import DatabaseNewer, NotMigrated
from shared.errors import DomainError
from shared.messaging.bus import BusAway
from shared.settings import BadSettings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (processes.up, processes.serve, processes.work, checks.verify, checks.contracts, checks.openapi):
    app.command()(command)
app.command("migrate")(processes.migrate_all)
app.command("backup")(backup.back_up)
app.command("restore")(backup.restore)
app.command("move")(backup.move)
app.command("restored")(backup.restored)
app.command("rebuild-scores")(work.rebuild_scores)
app.add_typer(users.token_app, name="token")
app.add_typer(users.user_app, name="user")
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
