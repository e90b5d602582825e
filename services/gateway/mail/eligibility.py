"""Whether a mail is still to be sent, to whom, and what it may say: asked of those who know, as the recipient.

Between a notice and its mail a person may have left the team, a card been submitted or a link revoked. So the card is
read on the recipient's behalf: what they may not read is not mailed, and what they can no longer do is not asked.
"""

from typing import Any

import sqlalchemy as sa

from services.gateway.identity.links import RatingLink, RatingLinks, find_contact
from services.gateway.identity.queries import users
from services.gateway.mail.message import Content
from services.gateway.upstream import Upstreams
from shared.auth import Actor
from shared.db.database import Database
from shared.errors import Unavailable

ASKED_OF = {"opened": "rate", "reminder": "rate", "escalation": "rate", "link": "rate", "signing_code": "sign"}
"""What a recipient must still be able to do with the card; a dispute is told to whoever may read it."""


class NotToBeSent(Exception):
    """Nobody is to be told this any more."""


async def content_of(mail: sa.RowMapping, database: Database, upstreams: Upstreams) -> Content:
    """What a mail is to say, without its code; `NotToBeSent`, or `Unavailable` where a service does not answer."""
    if mail["recipient_kind"] == "user":
        actor, email, token = *_user(database, mail["recipient_id"]), None
    else:
        actor, email, token = await _contact(mail, upstreams)
    card = await _card(mail, actor, upstreams)
    return Content(
        mail["mail_id"], mail["template"], actor.name, email, card, token=token,
        link_expires_at=mail["link_expires_at"],
    )  # fmt: skip


def _user(database: Database, user_id: str) -> tuple[Actor, str]:
    chosen = sa.select(users).where(users.c.user_id == user_id, users.c.disabled_at.is_(None))
    with database.read() as tx:
        row = tx.run(chosen).mappings().first()
    if row is None:
        raise NotToBeSent("the recipient is no person who signs in here")
    return Actor(row["user_id"], row["name"], row["role"], row["side"], "person"), row["email"]


async def _contact(mail: sa.RowMapping, upstreams: Upstreams) -> tuple[Actor, str, str]:
    contact = await find_contact(upstreams, mail["recipient_id"])
    if contact is None:
        raise NotToBeSent("the contact is archived or erased")
    if contact.email is None:
        raise NotToBeSent("the contact has no e-mail address")
    if mail["rating_link_id"] is None or mail["link_expires_at"] is None:
        raise NotToBeSent("the contact has no link to the card")
    link = RatingLink(
        mail["rating_link_id"], mail["scorecard_id"], mail["recipient_id"], mail["side"], mail["link_expires_at"]
    )
    return link.actor(contact.name), contact.email, RatingLinks(upstreams).token(link)


async def _card(mail: sa.RowMapping, actor: Actor, upstreams: Upstreams) -> dict[str, Any]:
    reply = await upstreams.json("scorecards", actor, "GET", f"/v1/scorecards/{mail['scorecard_id']}")
    if reply.status in (401, 403, 404):
        raise NotToBeSent("the recipient may not read the card, or its link no longer works")
    if not reply.is_good:
        raise Unavailable("scorecards does not tell of the card just now")
    card: dict[str, Any] = reply.json()
    asked = ASKED_OF.get(mail["template"])
    if asked is not None and asked not in card["may"]:
        raise NotToBeSent(f"the card is {card['status']}, or it is not the recipient's to {asked}")
    if asked is None and card["status"] != mail["template"]:
        raise NotToBeSent(f"the card is {card['status']}")
    return card
