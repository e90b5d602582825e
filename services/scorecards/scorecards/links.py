"""Links by which a contact rates one card without an account; the gateway signs and mails them."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from services.scorecards.events import NoticeDue
from services.scorecards.notices.tables import notices
from services.scorecards.replicas.tables import contacts
from services.scorecards.scorecards.changes import require, require_status
from services.scorecards.scorecards.queries import RatingLinkNotFound, find_card, link_out
from services.scorecards.scorecards.rights import may_manage
from services.scorecards.scorecards.schemas import LinkRater, RatingLinkOut
from services.scorecards.scorecards.tables import links
from shared.auth import Actor
from shared.clock import utc_day
from shared.db import outbox
from shared.db.bulk import upsert
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, StaleVersion
from shared.ids import new_id


class LinkSentToday(Conflict):
    slug, title = "link-sent-today", "This contact was sent a link to this card today"


def send_link(tx: Tx, scorecard_id: str, command: LinkRater, actor: Actor, now: datetime) -> RatingLinkOut:
    """The contact is one of the side's account; the mail follows."""
    card = find_card(tx, scorecard_id, actor, now)
    require(may_manage(card, actor), "send a link to")
    require_status(card, "draft")
    contact = tx.run(sa.select(contacts).where(contacts.c.contact_id == command.contact_id)).mappings().first()
    account_id = card["sponsor_id"] if card["side"] == "sponsor" else card["provider_id"]
    if contact is None or contact["is_archived"] or contact["account_id"] != account_id:
        raise InvalidField("/contact_id", f"is no contact of the {card['side']}")
    link = {
        "rating_link_id": new_id(), "version": 1, "scorecard_id": scorecard_id, "contact_id": command.contact_id,
        "created_by": actor.actor_id, "created_at": now, "revoked_at": None,
        "expires_at": now + timedelta(days=command.expires_in_days),
    }  # fmt: skip
    notice_id = new_id()
    insert = upsert(notices, tx.connection().dialect.name).values(
        notice_id=notice_id, version=1, scorecard_id=scorecard_id, recipient_id=command.contact_id,
        recipient_kind="contact", template="link", on_day=utc_day(now), created_at=now,
    )  # fmt: skip
    if tx.run(insert.on_conflict_do_nothing().returning(notices.c.notice_id)).first() is None:
        raise LinkSentToday()
    tx.add_row(links, **link)
    notice = NoticeDue(
        id=notice_id, version=1, scorecard_id=scorecard_id, recipient_id=command.contact_id, recipient_kind="contact",
        template="link", rating_link_id=link["rating_link_id"], link_expires_at=link["expires_at"],
        relationship_id=card["relationship_id"], side=card["side"], period_starts_on=card["period_starts_on"],
        period_ends_on=card["period_ends_on"], due_on=card["due_on"],
    )  # fmt: skip
    outbox.add(tx, notice, now)
    return link_out(link)


def revoke_link(tx: Tx, scorecard_id: str, rating_link_id: str, version: int, actor: Actor, now: datetime) -> None:
    """Whoever holds it is a stranger from now on; what was answered by it stays."""
    require(may_manage(find_card(tx, scorecard_id, actor, now), actor), "revoke a link to")
    chosen = (links.c.rating_link_id == rating_link_id, links.c.scorecard_id == scorecard_id)
    found = tx.run(sa.select(links.c.version).where(*chosen).with_for_update()).scalar()
    if found is None:
        raise RatingLinkNotFound()
    if found != version:
        raise StaleVersion()
    tx.run(sa.update(links).where(*chosen).values(revoked_at=now, version=version + 1))
