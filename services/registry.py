"""The one list of services. Each is imported only when it is asked for, so that a process loads no other.

A new service is one entry here: the command line, settings, the public document and the manifests' checks read it.
"""

from collections.abc import Sequence
from importlib import import_module

from shared.service import Service

MODULES = {
    "accounts": "services.accounts.service",
    "engagements": "services.engagements.service",
    "scorecards": "services.scorecards.service",
    "gateway": "services.gateway.service",
}
"""Where each service stands, in the order in which they learn of each other's records."""

GATEWAY = "gateway"
"""The one that is public."""

SERVICES = tuple(MODULES)
UPSTREAMS = tuple(name for name in SERVICES if name != GATEWAY)
"""Those that answer only the gateway."""


def service_named(name: str) -> Service:
    """The service of this name; `KeyError` where there is none."""
    service: Service = import_module(MODULES[name]).service
    return service


def services_named(names: Sequence[str] | None = None) -> list[Service]:
    """The services of these names; all, where none is named."""
    return [service_named(name) for name in names or SERVICES]
