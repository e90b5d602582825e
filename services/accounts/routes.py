"""The routes of accounts, of all its nouns."""

from services.accounts.accounts.api import api as accounts
from services.accounts.contacts.api import api as contacts
from services.accounts.relationships.api import api as relationships
from shared.derived.admin_api import operations
from shared.http.routing import Api

api = Api()
api.add(accounts, contacts, relationships, operations("accounts"))
