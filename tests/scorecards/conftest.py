"""An installation in which no review cycle of an earlier test has anything left to do."""

import pytest
import sqlalchemy as sa

from services.scorecards.review_cycles.tables import cycles, review_periods
from tests.support.installation import InstallationUnderTest


@pytest.fixture
def quiet_installation(installation: InstallationUnderTest) -> InstallationUnderTest:
    with installation.product.databases["scorecards"].write() as tx:
        tx.run(sa.update(cycles).where(cycles.c.archived_at.is_(None)).values(archived_at=installation.clock()))
        tx.run(sa.update(review_periods).values(next_notice_on=None))
    return installation
