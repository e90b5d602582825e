"""What an admin reads of mail, and the answer to a link that asks for its signing code."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from typing_extensions import TypeAliasType

MailTemplate = TypeAliasType(
    "MailTemplate", Literal["opened", "reminder", "escalation", "link", "disputed", "signing_code"]
)
"""What a mail says."""
RecipientKind = TypeAliasType("RecipientKind", Literal["user", "contact"])
"""Whom a mail goes to."""
MailStatus = TypeAliasType("MailStatus", Literal["waiting", "sending", "sent", "skipped", "failed"])
"""What became of a mail."""


class MailOut(BaseModel):
    """`last_error` says why it waits, was skipped or failed; never an address, which only the mail server gets."""

    id: str
    template: MailTemplate
    """What it says: that a card opened, a reminder, an escalation, a link to rate by, a dispute, a code to sign with.
    """
    recipient_id: str
    """The id of the user or contact whom it goes to."""
    recipient_kind: RecipientKind
    """Whether a user or a contact."""
    scorecard_id: str
    """The id of the scorecard that it is about."""
    status: MailStatus
    """waiting, sending, sent, skipped (nobody is to get it any more) or failed."""
    attempts: int
    """How often it was tried."""
    last_error: str | None
    """Why it waits, was skipped or failed, up to 500 characters; null where nothing went wrong."""
    created_at: datetime
    next_try_at: datetime | None
    """When it is tried next (UTC); null where it is not."""
    sent_at: datetime | None
    """When the mail server took it (UTC); null while it has not."""


class SigningCodeOut(BaseModel):
    """The code itself is in the mail alone; it works for `works_for_s` seconds from when it is sent."""

    id: str
    requested_at: datetime
    """When it was asked for (UTC)."""
    works_for_s: int
    """Seconds that it works for once it is sent: 900."""
