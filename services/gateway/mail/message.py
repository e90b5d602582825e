"""A mail as it goes out: headers, plain text, the same as simple HTML, and a calendar entry where something is due."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from pydantic import validate_email

from services.gateway.mail.calendars import Card, calendar_of
from services.gateway.mail.texts import CLOSING, LINK_NOTE, SALUTATION, TEXTS
from shared.addresses import mailed
from shared.settings import Settings
from shared.text import escaped

WITH_CALENDAR = ("opened", "reminder")


@dataclass(frozen=True)
class Content:
    """What one mail is about. ``token`` is that of a rating link, ``card`` what scorecards answers to its recipient."""

    mail_id: str
    template: str
    name: str
    email: str
    card: Card
    token: str | None = None
    link_expires_at: datetime | None = None
    code: str | None = None


class MessageWriter:
    """Writes mails in the name of this installation."""

    def __init__(self, settings: Settings) -> None:
        if settings.mail_from is None or settings.public_url is None:
            raise ValueError("mail needs a sender and a public address")
        self._sender = address_of(*validate_email(settings.mail_from))
        self._address, self._language = settings.public_url.rstrip("/"), settings.mail_language

    def write(self, content: Content, now: datetime) -> EmailMessage:
        """`ValueError` where an address cannot stand in a header."""
        text = TEXTS[self._language][content.template]
        values = self._values(content)
        paragraphs = [SALUTATION[self._language], *text.paragraphs]
        if content.token is not None and text.action is not None:
            paragraphs.append(LINK_NOTE[self._language])
        filled = [paragraph.format_map(values) for paragraph in paragraphs]
        address = None if text.action is None else self._link(content)
        closing = CLOSING[self._language]

        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = address_of(content.name, content.email)
        message["Subject"] = _one_line(text.subject.format_map(values))
        message["Date"] = format_datetime(now)
        # The same mail sent again has the same id, by which mail programs know that they have it.
        message["Message-ID"] = f"<{content.mail_id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = self._language
        message.set_content("\n\n".join([*filled, *([address] if address else []), f"-- \n{closing}"]) + "\n")
        message.add_alternative(_html(filled, text.action, address, closing, self._language), subtype="html")
        if content.template in WITH_CALENDAR:
            entry = calendar_of([content.card], self._address, now, self._sender.addr_spec).decode()
            message.add_attachment(entry, subtype="calendar", filename="scorecard.ics", params={"method": "PUBLISH"})
        return message

    def _values(self, content: Content) -> dict[str, str]:
        card = content.card
        until = "" if content.link_expires_at is None else content.link_expires_at.date().isoformat()
        return {
            "name": _one_line(content.name),
            "sponsor": _one_line(card["sponsor_name"]),
            "provider": _one_line(card["provider_name"]),
            "starts_on": card["period_starts_on"],
            "ends_on": card["period_ends_on"],
            "due_on": card["due_on"],
            "expires_on": until,
            "code": content.code or "",
        }

    def _link(self, content: Content) -> str:
        # Behind the hash it is sent to no server, and so stands in no log.
        if content.token is not None:
            return f"{self._address}/rate#{content.token}"
        return f"{self._address}/scorecards/{content.card['id']}"


def address_of(name: str, email: str) -> Address:
    """An address as a header holds it: what is ASCII but for its domain needs no server that knows SMTPUTF8."""
    local, _, domain = mailed(email).rpartition("@")
    return Address(_one_line(name), local, domain)


def _one_line(text: str) -> str:
    return escaped(" ".join(text.split()))


def _html(paragraphs: list[str], action: str | None, address: str | None, closing: str, language: str) -> str:
    lines = [f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs]
    if action is not None and address is not None:
        lines.append(f'<p><a href="{escape(address)}">{escape(action)}</a></p>')
    lines.append(f'<p style="color:#666"><small>{escape(closing)}</small></p>')
    return f'<!doctype html><html lang="{language}"><body>\n' + "\n".join(lines) + "\n</body></html>\n"
