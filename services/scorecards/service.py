"""The scorecards service as a value."""

from datetime import timedelta
from pathlib import Path

from services.scorecards.api import api
from services.scorecards.handlers import handlers
from services.scorecards.tables import Table
from services.scorecards.usecases import review_scores
from shared.service import Service, Task

service = Service(
    "scorecards",
    Table.metadata,
    api,
    handlers,
    # A day's review is due once; looking for it every minute costs one indexed read.
    schedule=(Task("review scores", timedelta(minutes=1), review_scores),),
    migrations=Path(__file__).parent / "migrations",
)
