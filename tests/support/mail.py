"""A real mail server (aiosmtpd) for tests, whose moods are those of real ones: it refuses, stalls or hangs up."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "entente", "p@ss:word"


@dataclass
class MailServer:
    """Keeps what it takes. `moods` maps a recipient, or "*" for all, to what happens at RCPT or DATA:

    "refuse" (550), "later" (451), "stall" (no answer for a minute), "hang up" (at RCPT), "hang up after" (mail taken).
    """

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    moods: dict[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)

    def to(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail, who in zip(tuple(self.taken), tuple(self.recipients), strict=False) if who == recipient]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        mood = self.moods.get(address) or self.moods.get("*")
        if mood == "refuse":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if mood == "later":
            return "451 4.7.1 greylisted, come back"
        if mood == "stall":
            await asyncio.sleep(60)
        if mood == "hang up":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.recipients.append(envelope.rcpt_tos[0])
        if "hang up after" in (self.moods.get(envelope.rcpt_tos[0]), self.moods.get("*")):
            server.transport.abort()
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        is_right = isinstance(login, LoginPassword) and (login.login, login.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        self.logins.append(mechanism)
        return AuthResult(success=is_right)


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A server on a free port of this machine; options are aiosmtpd's."""
    server = MailServer()
    if options.pop("asks_login", False):
        options |= {"authenticator": server.authenticate, "auth_required": True}
    controller = _Controller(server, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        server.port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """It would connect to port 0."""
        self._factory_invoked.set()
        self.smtpd = self.factory()
