"""Which versions of others' records a request relies on: the gateway asks their owner and says so in a header.

A service that has not applied one of them yet refuses with `replica-behind`, so that what was made, changed or archived
a moment ago is never taken for unknown, or for what it was.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from shared.db import replicas
from shared.db.database import Tx
from shared.errors import InvalidField, ReplicaBehind

HEADER = "entente-requires"
_FORM = re.compile(r"([a-z_]{1,40}):([0-9a-f-]{36})=(\d{1,18})")


class Requirement(NamedTuple):
    """The version of a record that has to be applied; `kind` is the name of its table at its owner and everywhere."""

    kind: str
    id: str
    version: int


def as_header(requirements: Iterable[Requirement]) -> bytes:
    return ",".join(f"{kind}:{id}={version}" for kind, id, version in requirements).encode()


def check(tx: Tx, header: str) -> None:
    """`ReplicaBehind` where this service has an older version, or none, of a record that the request relies on."""
    versions: dict[str, dict[str, int]] = {}
    for part in header.split(","):
        found = _FORM.fullmatch(part)
        if found is None or found[1] not in tx.database.metadata.tables:
            raise InvalidField(HEADER, "is not of the form contact:ID=3")
        versions.setdefault(found[1], {})[found[2]] = int(found[3])
    for kind, wanted in versions.items():
        if replicas.behind(tx, tx.table(kind), wanted):
            raise ReplicaBehind()
