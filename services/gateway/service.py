"""The gateway as a value."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.handlers import handlers
from services.gateway.identity import usecases as identity_usecases
from services.gateway.imports.jobs import tidy_imports
from services.gateway.live import usecases as live_usecases
from services.gateway.mail.queue import measure_mail
from services.gateway.tables import Table
from shared.db.database import Database
from shared.service import Service, Task

if TYPE_CHECKING:
    from shared.http.routing import Api


def api() -> "Api":
    from services.gateway.routes import api as routes

    return routes


def tidy(database: Database, now: datetime) -> dict[str, int]:
    with database.write() as tx:
        return identity_usecases.tidy(tx, now) | live_usecases.tidy(tx, now)


service = Service(
    "gateway",
    Table.metadata,
    api,
    handlers,
    schedule=(
        Task("tidy the door", timedelta(minutes=10), tidy),
        Task("repair users", timedelta(minutes=10), identity_usecases.repair_users),
        Task("tidy imports", timedelta(hours=1), tidy_imports),
    ),
    measure=measure_mail,
    migrations=Path(__file__).parent / "migrations",
)
