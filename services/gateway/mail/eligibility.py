"""Whether a mail is still to be sent, to whom, and what it may say: read from the services as the recipient.

Between a notice and its mail a person may have left the team, a card been submitted or a link revoked. So the card is
read on the recipient's behalf: what they may not read is not mailed, and what they can no longer do is not asked.
"""

from typing import Any

import sqlalchemy as sa

from services.gateway.identity.links import RatingLink, RatingLinks, find_contact
from services.gateway.identity.queries import actor_of, users
from services.gateway.mail.message import Content
from services.gateway.upstream import Upstreams
from shared.auth import Actor
from shared.db.database import Database
from shared.errors import Unavailable

REQUIRED = {"opened": "rate", "reminder": "rate", "escalation": "rate", "link": "rate", "signing_code": "sign"}
"""What a recipient must still be able to do with the card; for a dispute, reading it is enough."""


class NoLongerEligible(Exception):
    """The recipient must not get this mail any more."""


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
        raise NoLongerEligible("the recipient is no person who signs in here")
    return actor_of(row), row["email"]


async def _contact(mail: sa.RowMapping, upstreams: Upstreams) -> tuple[Actor, str, str]:
    contact = await find_contact(upstreams, mail["recipient_id"])
    if contact is None:
        raise NoLongerEligible("the contact is archived or erased")
    if contact.email is None:
        raise NoLongerEligible("the contact has no e-mail address")
    if mail["rating_link_id"] is None or mail["link_expires_at"] is None:
        raise NoLongerEligible("the contact has no link to the card")
    link = RatingLink(
        mail["rating_link_id"], mail["scorecard_id"], mail["recipient_id"], mail["side"], mail["link_expires_at"]
    )
    return link.actor(contact.name), contact.email, RatingLinks(upstreams).token(link)


async def _card(mail: sa.RowMapping, actor: Actor, upstreams: Upstreams) -> dict[str, Any]:
    reply = await upstreams.json("scorecards", actor, "GET", f"/v1/scorecards/{mail['scorecard_id']}")
    if reply.status in (401, 403, 404):
        raise NoLongerEligible("the recipient may not read the card, or its link no longer works")
    if not reply.is_good:
        raise Unavailable("scorecards does not answer for the card just now")
    card: dict[str, Any] = reply.json()
    required = REQUIRED.get(mail["template"])
    if required is not None and required not in card["may"]:
        raise NoLongerEligible(f"the card is {card['status']}, or it is not the recipient's to {required}")
    if required is None and card["status"] != mail["template"]:
        raise NoLongerEligible(f"the card is {card['status']}")
    return card
