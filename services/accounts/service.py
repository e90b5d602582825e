"""The accounts service as a value."""

from pathlib import Path

from services.accounts import usecases
from services.accounts.api import api
from services.accounts.handlers import handlers
from services.accounts.tables import Table
from shared.derived.admin_api import operations
from shared.service import Service

api.include_router(operations("accounts"))

service = Service(
    "accounts",
    Table.metadata,
    api,
    handlers,
    announce=usecases.announce,
    migrations=Path(__file__).parent / "migrations",
)
