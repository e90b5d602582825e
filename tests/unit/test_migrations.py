"""What is assumed of the migrations of every service."""

import pytest
from alembic.script import ScriptDirectory

from services.registry import SERVICES, service_named
from shared.derived.migrations import newest_revision


@pytest.mark.parametrize("name", SERVICES)
def test_the_newest_migration_is_the_only_head(name: str) -> None:
    service = service_named(name)

    assert ScriptDirectory(str(service.migrations)).get_heads() == [newest_revision(service)]
