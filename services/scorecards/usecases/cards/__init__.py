"""The life of a card: answered, submitted, revealed, signed, published; disputed, resolved, reopened; passed over."""

from services.scorecards.usecases.cards.life import (
    dispute_card,
    reopen_card,
    resolve_dispute,
    waive_card,
)
from services.scorecards.usecases.cards.links import revoke_link, send_link
from services.scorecards.usecases.cards.publishing import publish_revealed
from services.scorecards.usecases.cards.rating import put_ratings, submit_card
from services.scorecards.usecases.cards.signing import sign_card

__all__ = [
    "dispute_card",
    "publish_revealed",
    "put_ratings",
    "reopen_card",
    "resolve_dispute",
    "revoke_link",
    "send_link",
    "sign_card",
    "submit_card",
    "waive_card",
]
