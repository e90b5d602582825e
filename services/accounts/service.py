"""The accounts service as a value."""

from pathlib import Path

from services.accounts.access import Table
from services.accounts.accounts.api import api as accounts
from services.accounts.announcements import announce
from services.accounts.contacts.api import api as contacts
from services.accounts.handlers import handlers
from services.accounts.relationships.api import api as relationships
from shared.derived.admin_api import operations
from shared.http.routing import Api
from shared.service import Service

api = Api()
api.add(accounts, contacts, relationships, operations("accounts"))

service = Service(
    "accounts",
    Table.metadata,
    api,
    handlers,
    announce=announce,
    migrations=Path(__file__).parent / "migrations",
)
