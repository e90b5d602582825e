"""The scorecards service as a value."""

from datetime import timedelta
from pathlib import Path

from services.scorecards.api import api
from services.scorecards.handlers import handlers
from services.scorecards.tables import Table
from services.scorecards.usecases import make_notices, open_due, publish_revealed, restoring, review_scores
from services.scorecards.verification import verify_scores
from shared.derived.admin_api import operations
from shared.service import Service, Task

api.include_router(operations("scorecards"))

service = Service(
    "scorecards",
    Table.metadata,
    api,
    handlers,
    # What is due is due once; looking for it every minute costs one indexed read.
    schedule=(
        Task("review scores", timedelta(minutes=1), review_scores),
        Task("open scorecards", timedelta(minutes=1), open_due),
        Task("publish scorecards", timedelta(minutes=1), publish_revealed),
        Task("make notices", timedelta(minutes=1), make_notices),
    ),
    announce=restoring.announce,
    checks=verify_scores,
    migrations=Path(__file__).parent / "migrations",
)
