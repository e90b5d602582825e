"""`entente verify` stands above cards: their events, their evidence, their scores from the bus."""

from datetime import timedelta

import sqlalchemy as sa

from services.scorecards.ledger.tables import LedgerEntry
from services.scorecards.scorecards.tables import Scorecard
from services.scorecards.service import service
from services.scorecards.verification import verify_scores
from shared.derived.verify import verify
from tests.scorecards.feeding import today
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest


def wrong(installation: InstallationUnderTest) -> list[str]:
    installation.wait_until_applied()
    database, bus = installation.product.databases["scorecards"], installation.product.bus
    checks = [*verify(service, database, bus), *verify_scores(database, bus)]
    assert any(check.invariant.startswith("6 ") and check.looked_at for check in checks)
    return [check.invariant.split()[0] for check in checks if check.wrong]


def reviewed(installation: InstallationUnderTest) -> Review:
    """Two sides published, one of them reopened and published anew; and a period that is still blind."""
    under = review(installation)
    cards = under.open(today(installation) - timedelta(days=200))
    for side, card in cards.items():
        under.submit(card, side, "meets")
        under.sign(card, side)
    under.caller().post(f"/v1/scorecards/{cards['sponsor']}/reopening", {"reason": "Once more."})
    under.submit(cards["sponsor"], "sponsor", "exceeds")
    under.sign(cards["sponsor"], "sponsor")
    blind = under.open()["sponsor"]
    under.submit(blind, "sponsor", "below")
    under.sign(blind, "sponsor")
    return under


def test_cards_hold_every_invariant_and_lost_evidence_of_one_is_found(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    reviewed(installation)
    assert wrong(installation) == []

    ledger, cards = LedgerEntry.__table__, Scorecard.__table__
    with installation.product.databases["scorecards"].write() as tx:
        tx.run(sa.update(ledger).where(ledger.c.source_kind == "scorecard").values(y_micro=1))
    assert set(wrong(installation)) == {"4", "5"}

    with installation.product.databases["scorecards"].write() as tx:
        tx.run(sa.update(cards).values(version=cards.c.version + 1))
    assert "2" in wrong(installation)
