"""What an admin reads of mail, and the answer to a link that asks for its signing code."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from typing_extensions import TypeAliasType

MailTemplate = TypeAliasType(
    "MailTemplate", Literal["opened", "reminder", "escalation", "link", "disputed", "signing_code"]
)
RecipientKind = TypeAliasType("RecipientKind", Literal["user", "contact"])
MailStatus = TypeAliasType("MailStatus", Literal["waiting", "sending", "sent", "skipped", "failed"])


class MailOut(BaseModel):
    """`last_error` says why it waits, was skipped or failed; never an address, which only the mail server gets."""

    id: str
    template: MailTemplate
    recipient_id: str
    recipient_kind: RecipientKind
    scorecard_id: str
    status: MailStatus
    attempts: int
    last_error: str | None
    created_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None


class SigningCodeOut(BaseModel):
    """The code itself is in the mail alone; it works for `works_for_s` seconds from when it is sent."""

    id: str
    requested_at: datetime
    works_for_s: int
