"""The reveal, and publication: the moment from which a card is evidence."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
import structlog

from services.scorecards.events import PublishedRating, ScorecardPublished
from services.scorecards.ledger import usecases
from services.scorecards.scorecards.changes import change
from services.scorecards.scorecards.queries import group_of, questions_of
from services.scorecards.scorecards.ratings import MICRO
from services.scorecards.scorecards.rights import is_revealed
from services.scorecards.scorecards.tables import ScorecardRow, scorecards
from shared.db.database import TRANSIENT, Database, Tx
from shared.db.records import with_values

log = structlog.get_logger()

BATCH = 100


def reveal(tx: Tx, group: Sequence[ScorecardRow], now: datetime) -> int:
    """Show each side the other's once all have submitted or were passed over; signed cards are published with it.

    ``group`` are all cards of a cycle, period and relationship, as they stand now, locked by this transaction. Returns
    how many were published.
    """
    if all(card["status"] != "draft" for card in group):
        hidden = [card["scorecard_id"] for card in group if card["revealed_at"] is None]
        tx.run(sa.update(scorecards).where(scorecards.c.scorecard_id.in_(hidden)).values(revealed_at=now))
        group = [with_values(card, {"revealed_at": card["revealed_at"] or now}) for card in group]
    due = [card for card in group if card["status"] == "signed" and is_revealed(card, now)]
    if due:
        pending = usecases.PendingChanges()
        for card in due:
            publish(tx, pending, card, now)
        usecases.flush(tx, pending, now)
    return len(due)


def publish(tx: Tx, pending: usecases.PendingChanges, card: ScorecardRow, now: datetime) -> None:
    """Announce a signed card with its ratings and enter it as one item of evidence; a later revision replaces it."""
    importances = {each["attribute"]: each["importance"] for each in questions_of(tx, card["question_set_id"])}
    ratings = [
        PublishedRating(attribute=each["attribute"], importance=importances[each["attribute"]], value=each["value"])
        for each in card["ratings"] or []
    ]
    y, w = (None if micro is None else micro / MICRO for micro in (card["y_micro"], card["w_micro"]))
    more = {"is_blind": card["is_blind"], "ratings": ratings, "y": y, "w": w}
    changed, event_id = change(tx, card, ScorecardPublished, None, now, more=more, status="published", published_at=now)
    source = usecases.Source(
        "scorecard", card["scorecard_id"], card["relationship_id"], tx.database.epoch(tx), changed["version"], event_id
    )
    usecases.enter_scorecard(pending, source, card["period_ends_on"], y, w)


def publish_revealed(database: Database, now: datetime) -> dict[str, int]:
    """Publish signed cards whose due day has come; each period of a relationship in a transaction of its own, so that
    one that fails stops no other."""
    due = sa.select(scorecards).where(scorecards.c.status == "signed", scorecards.c.reveals_at <= now)
    due = due.order_by(scorecards.c.scorecard_id).limit(BATCH)
    counts, after = {"published": 0, "failed": 0}, ""
    while True:
        with database.read() as tx:
            cards = tx.rows(due.where(scorecards.c.scorecard_id > after), ScorecardRow)
        if not cards:
            return counts
        for card in cards:
            try:
                with database.write() as tx:
                    group = tx.rows(group_of(card).with_for_update(), ScorecardRow)
                    published = reveal(tx, group, now)
            except TRANSIENT:
                raise
            except Exception as error:
                counts["failed"] += 1
                log.error("card not published", scorecard_id=card["scorecard_id"], exc_info=error)
            else:
                counts["published"] += published
        after = cards[-1]["scorecard_id"]
