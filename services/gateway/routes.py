"""The gateway's own routes, of all its groups; what it forwards is in `http/forwarding.py`."""

from services.gateway.aggregates.api import api as aggregates
from services.gateway.http.api import api as documents
from services.gateway.identity.api import api as identity
from services.gateway.imports.api import api as imports
from services.gateway.live.api import api as live
from services.gateway.mail.api import api as mail
from services.gateway.packs.api import api as packs
from services.gateway.signing.api import api as signing
from shared.derived.admin_api import operations
from shared.http.routing import Api

GROUPS = (documents, identity, aggregates, packs, signing, live, imports, mail)
api = Api()
api.add(*GROUPS, operations("gateway", "/api/v1"))
