"""The accounts service as a value."""

from pathlib import Path

from services.accounts.api import api
from services.accounts.handlers import handlers
from services.accounts.tables import Table
from shared.service import Service

service = Service("accounts", Table.metadata, api, handlers, migrations=Path(__file__).parent / "migrations")
