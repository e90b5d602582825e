"""The invariants of an installation, checked by `entente verify`."""

from collections.abc import Iterator, Sequence

from services.registry import services_named
from services.runtime.installation import Installation
from shared.derived.migrations import require_schema
from shared.derived.verify import verify
from shared.service import Check
from shared.settings import Settings


def checks(settings: Settings, names: Sequence[str] | None = None) -> Iterator[Check]:
    """The invariants of these services, or of all, on their own databases and the bus; nothing is written."""
    installation = Installation(settings, services=services_named(names))
    try:
        for service in installation.services:
            require_schema(service, installation.databases[service.name])
        for service in installation.services:
            yield from verify(service, installation.databases[service.name], installation.bus)
            yield from service.checks(installation.databases[service.name], installation.bus)
    finally:
        installation.stop()
