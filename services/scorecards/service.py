"""The scorecards service as a value."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services.scorecards import restoring
from services.scorecards.handlers import handlers
from services.scorecards.instants import fill_instants
from services.scorecards.notices.usecases import make_notices
from services.scorecards.portfolio.tables import portfolio_names
from services.scorecards.review_cycles.opening import open_due
from services.scorecards.scorecards.publishing import publish_revealed
from services.scorecards.table import Table
from services.scorecards.tiers.usecases import review_scores
from services.scorecards.verification import verify_scores
from shared.service import Service, Task

if TYPE_CHECKING:
    from shared.http.routing import Api


def api() -> "Api":
    from services.scorecards.routes import api as routes

    return routes


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
        Task("repair names", timedelta(minutes=10), portfolio_names.repair),
    ),
    announce=restoring.announce,
    checks=verify_scores,
    repair=fill_instants,
    migrations=Path(__file__).parent / "migrations",
)
