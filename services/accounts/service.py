"""The accounts service as a value."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services.accounts.access import Table, account_names
from services.accounts.announcements import announce
from services.accounts.handlers import handlers
from shared.service import Service, Task

if TYPE_CHECKING:
    from shared.http.routing import Api


def api() -> "Api":
    from services.accounts.routes import api as routes

    return routes


service = Service(
    "accounts",
    Table.metadata,
    api,
    handlers,
    schedule=(Task("repair names", timedelta(minutes=10), account_names.repair),),
    announce=announce,
    migrations=Path(__file__).parent / "migrations",
)
