"""Mail and signing codes: which notice goes to whom, and its state. No address, name or text is stored."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Mail(Table, table=True):
    """One mail; its id is that of the notice it was made of, so that a notice makes one, or of its signing code.

    Status is waiting, sending, sent, skipped (for a reason that is the recipient's or the card's) or failed (the mail
    server refused it for good). `next_try_at` is when a waiting one is tried, and when one whose sender has died counts
    as waiting again; null where nothing is left to do. `side`, `rating_link_id` and `link_expires_at` are what the
    token of a link is made of.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("mail_by_next_try", "next_try_at", "mail_id"),
        sa.Index("mail_by_status", "status", "mail_id"),
    )

    mail_id: str = Field(sa_type=id_type, primary_key=True)
    template: str = Field(max_length=20)
    recipient_id: str = Field(sa_type=id_type)
    recipient_kind: str = Field(max_length=10)
    scorecard_id: str = Field(sa_type=id_type)
    side: str = Field(max_length=10)
    rating_link_id: str | None = Field(sa_type=id_type)
    link_expires_at: datetime | None = Field(sa_type=UtcDateTime)
    status: str = Field(max_length=10)
    attempts: int
    last_error: str | None = Field(max_length=500)
    holder: str | None = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(sa_type=UtcDateTime)


class SigningCode(Table, table=True):
    """A code by which one contact signs one card. It is made while its mail is sent, and kept as a slow hash alone.

    `used_with` is the hash of the Idempotency-Key of the request that it signed, so that this one can be repeated.
    """

    __tablename__ = "signing_code"
    __table_args__ = (sa.Index("signing_code_by_card", "scorecard_id", "contact_id", "signing_code_id"),)

    signing_code_id: str = Field(sa_type=id_type, primary_key=True)
    scorecard_id: str = Field(sa_type=id_type)
    contact_id: str = Field(sa_type=id_type)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    code_hash: str | None = Field(max_length=200)
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    attempts: int
    used_at: datetime | None = Field(sa_type=UtcDateTime)
    used_with: str | None = Field(max_length=64)
